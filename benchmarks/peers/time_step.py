"""Times one training step (forward, backward, AdamW) of the official code of S4, S4D, S5 or LRU, on the shapes of `lengthwise bench`.

Nothing of that code is here: --checkout names your copy of its repository. See README.md for what each needs.
"""

import argparse
import functools
import json
import os
import platform
import statistics
import sys
import time

VOCABULARY, CLASSES = 16, 10
LEARNING_RATE, WEIGHT_DECAY = 1e-3, 0.01


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer", required=True, choices=["s4", "s4d", "s4d-minimal", "s5", "lru"])
    parser.add_argument("--checkout", required=True, help="folder of the official repository")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--length", type=int, default=1024)
    parser.add_argument("--d-model", type=int, default=128)
    parser.add_argument("--d-state", type=int, help="64 for S4 and S4D, the width for S5 and LRU")
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    return parser.parse_args()


def torch_step(options):
    """A stack like ours (embedding, pre-norm residual layers, mean over steps, linear) around the official layer."""
    import torch

    torch.set_num_threads(options.threads)
    torch.manual_seed(3)
    states = options.d_state or 64

    def layer():
        if options.peer == "s4d-minimal":
            from models.s4.s4d import S4D

            return S4D(options.d_model, d_state=states, transposed=False)
        from models.s4.s4 import S4Block

        kind = {"mode": "dplr", "init": "legs"} if options.peer == "s4" else {"mode": "diag", "init": "diag-lin"}
        return S4Block(options.d_model, d_state=states, l_max=options.length, bidirectional=True, transposed=False, **kind)

    class Stack(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = torch.nn.Embedding(VOCABULARY, options.d_model)
            self.norms = torch.nn.ModuleList([torch.nn.LayerNorm(options.d_model) for _ in range(options.layers + 1)])
            self.layers = torch.nn.ModuleList([layer() for _ in range(options.layers)])
            self.decoder = torch.nn.Linear(options.d_model, CLASSES)

        def forward(self, tokens):
            x = self.encoder(tokens)
            for norm, mixer in zip(self.norms, self.layers):
                x = x + mixer(norm(x))[0]
            return self.decoder(self.norms[-1](x).mean(1))

    model = Stack()
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    tokens = torch.randint(VOCABULARY, (options.batch, options.length))
    labels = torch.randint(CLASSES, (options.batch,))

    def step():
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(tokens), labels).backward()
        optimizer.step()

    return step, sum(p.numel() for p in model.parameters()), f"torch {torch.__version__}"


def jax_step(options):
    """The official batch classifier, compiled. Its encoder is a dense map, so tokens come as one-hot vectors."""
    # XLA has no option for its thread pool: the process is bound to as many cores instead, before it starts one.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.threads])
    import jax
    import jax.numpy as jnp
    import optax

    states = options.d_state or options.d_model
    key = jax.random.PRNGKey(3)
    tokens = jax.nn.one_hot(jax.random.randint(key, (options.batch, options.length), 0, VOCABULARY), VOCABULARY)
    labels = jax.random.randint(key, (options.batch,), 0, CLASSES)

    if options.peer == "s5":
        from s5.seq_model import BatchClassificationModel
        from s5.ssm import init_S5SSM
        from s5.ssm_init import make_DPLR_HiPPO

        kept = states // 2
        eigenvalues, _, _, vectors, _ = make_DPLR_HiPPO(states)
        vectors = vectors[:, :kept]
        ssm = init_S5SSM(
            H=options.d_model, P=kept, Lambda_re_init=eigenvalues[:kept].real, Lambda_im_init=eigenvalues[:kept].imag, V=vectors, Vinv=vectors.conj().T,
            C_init="trunc_standard_normal", discretization="zoh", dt_min=0.001, dt_max=0.1, conj_sym=True, clip_eigs=False, bidirectional=True)
        model = BatchClassificationModel(
            ssm=ssm, d_output=CLASSES, d_model=options.d_model, n_layers=options.layers, padded=False, activation="half_glu1", dropout=0.0, training=True,
            mode="pool", prenorm=True, batchnorm=False)
        inputs = (tokens, jnp.ones((options.batch, options.length)))
    else:
        from lru.model import LRU, BatchClassificationModel

        lru = functools.partial(LRU, d_hidden=states, d_model=options.d_model, r_min=0.9, r_max=0.999)
        model = BatchClassificationModel(
            lru=lru, d_output=CLASSES, d_model=options.d_model, n_layers=options.layers, dropout=0.0, training=True, pooling="mean", norm="layer", prenorm=True)
        inputs = (tokens,)

    rngs = {"params": key, "dropout": key}
    parameters = model.init(rngs, *inputs)["params"]
    optimizer = optax.adamw(LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    state = optimizer.init(parameters)

    @jax.jit
    def update(parameters, state):
        def loss(p):
            scores = model.apply({"params": p}, *inputs, rngs={"dropout": key})
            return -jnp.take_along_axis(scores, labels[:, None], axis=1).mean()

        gradients = jax.grad(loss)(parameters)
        changes, state = optimizer.update(gradients, state, parameters)
        return optax.apply_updates(parameters, changes), state

    held = [parameters, state]

    def step():
        held[:] = update(*held)
        jax.block_until_ready(held)

    count = sum(p.size for p in jax.tree_util.tree_leaves(parameters))
    return step, count, f"jax {jax.__version__}"


def main():
    options = arguments()
    if not os.path.isdir(options.checkout):
        sys.exit(f"error: '{options.checkout}' is no folder; --checkout names your copy of the official repository")
    sys.path.insert(0, os.path.abspath(options.checkout))
    try:
        step, parameters, framework = (jax_step if options.peer in ("s5", "lru") else torch_step)(options)
    except ImportError as missing:
        sys.exit(f"error: {missing}; README.md says what the code of '{options.peer}' needs")

    step()
    step()
    seconds = []
    for _ in range(options.rounds):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    result = {
        "peer": options.peer, "batch": options.batch, "length": options.length, "d_model": options.d_model, "layers": options.layers,
        "threads": options.threads, "parameters": int(parameters), "seconds": statistics.median(seconds), "fastest": min(seconds), "slowest": max(seconds),
        "framework": framework, "python": platform.python_version(),
    }
    if options.json:
        print(json.dumps(result))
    else:
        print(
            f"{options.peer} B{options.batch} L{options.length} d{options.d_model}: {1e3 * result['seconds']:.0f} ms "
            f"({1e3 * min(seconds):.0f}-{1e3 * max(seconds):.0f}), {parameters} parameters, {framework}")


if __name__ == "__main__":
    main()

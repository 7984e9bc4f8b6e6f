using Lengthwise.Modeling.Kernels.Gemm;
using Lengthwise.Modeling.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>
/// libtorch's gated recurrence over a sequence and a linear map back to the width: the branch of <see cref="Gru"/> and
/// <see cref="Lstm"/>. A bidirectional one has a second recurrence that begins at the last valid step of each sequence.
/// </summary>
/// <remarks>
/// H = width, S = d_state, k = 3 gates (GRU) or 4 (LSTM).
///   rnn.weight_ih_l0 [k S, H], rnn.weight_hh_l0 [k S, S], rnn.bias_ih_l0, rnn.bias_hh_l0 [k S]; rnn_reverse.* alike
///   out: weight [H, S or 2 S], bias [H]
/// O(L (H S + S²)) time, step after step; memory linear in L.
/// </remarks>
public abstract class RecurrentBlock : SequenceLayer
{
    private readonly Linear _out;
    private readonly int _width, _parts;
    private readonly bool _bidirectional;

    /// <summary>Draws the parameters that GRU and LSTM share; the derived class registers its recurrences.</summary>
    /// <param name="name">Name of the layer.</param>
    /// <param name="width">H.</param>
    /// <param name="states">S.</param>
    /// <param name="bidirectional">Whether there is a way back.</param>
    /// <param name="parts">Tensors in a state, [B, S] each.</param>
    private protected RecurrentBlock(string name, int width, int states, bool bidirectional, int parts) : base(name)
    {
        (_width, States, _bidirectional, _parts) = (width, states, bidirectional, parts);
        register_module("out", _out = nn.Linear(bidirectional ? 2 * states : states, width));
    }

    /// <inheritdoc/>
    public override bool HasStep => !_bidirectional;

    /// <summary>S.</summary>
    private protected int States { get; }

    /// <inheritdoc/>
    public override double ForwardFlops(long batch, long length)
    {
        double ways = _bidirectional ? 2 : 1;
        return FlopCount.Linear(batch * length, States, ways * (Gates * (_width + States) + _width));
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor u, Padding? padding)
    {
        TensorShape.Require(u, $"input of {GetName()}", "B, L, H", TensorShape.Any, TensorShape.Any, _width);

        using var scope = NewDisposeScope();
        Tensor states = Run(u, reverse: false);
        if (_bidirectional)
        {
            Tensor order = BackwardOrder(u, padding);
            states = cat([states, Ordered(Run(Ordered(u, order), reverse: true), order)], -1);
        }
        return FusedLinear.Apply(states, _out).MoveToOuterDisposeScope();
    }

    /// <summary>Zeros, [B, S] each: the hidden state, and the cell of an LSTM.</summary>
    public override IReadOnlyList<Tensor> InitialState(long batch) => HasStep
        ? [.. Enumerable.Range(0, _parts).Select(_ => zeros([batch, States], _out.weight.dtype, _out.weight.device))]
        : base.InitialState(batch);

    /// <inheritdoc/>
    public override (Tensor Output, IReadOnlyList<Tensor> State) Step(Tensor u, IReadOnlyList<Tensor> state)
    {
        RequireParts(state, _parts);
        TensorShape.Require(u, $"input of a {GetName()} step", "B, H", TensorShape.Any, _width);
        foreach (Tensor part in state) TensorShape.Require(part, $"state of a {GetName()} step", "B, S", u.shape[0], States);

        using var scope = NewDisposeScope();
        Tensor[] next = Advance(u.unsqueeze(1), [.. state.Select(part => part.unsqueeze(0))]);
        return (_out.forward(next[0].squeeze(0)).MoveToOuterDisposeScope(), [.. next.Select(part => part.squeeze(0).MoveToOuterDisposeScope())]);
    }

    /// <summary>Maps of input and state in a step, k: the gates and the candidate.</summary>
    private protected abstract double Gates { get; }

    /// <summary>Hidden states of all steps of [B, L, H], [B, L, S], from zero.</summary>
    private protected abstract Tensor Run(Tensor u, bool reverse);

    /// <summary>The state after one step of [B, 1, H], from and to parts [1, B, S]; the hidden state first.</summary>
    private protected abstract Tensor[] Advance(Tensor u, Tensor[] state);

    /// <summary>For every step the one that takes its place when each sequence is turned around within its length, [B, L].</summary>
    private static Tensor BackwardOrder(Tensor u, Padding? padding)
    {
        (long batch, long length) = (u.shape[0], u.shape[1]);
        Tensor steps = arange(length, ScalarType.Int64, device: u.device).unsqueeze(0);
        Tensor lengths = padding?.Lengths.unsqueeze(1) ?? full([1, 1], length, ScalarType.Int64, u.device);
        return where(steps.lt(lengths), lengths - 1 - steps, steps).expand(batch, length);
    }

    private static Tensor Ordered(Tensor x, Tensor order) => x.gather(1, order.unsqueeze(-1).expand(-1, -1, x.shape[2]));
}

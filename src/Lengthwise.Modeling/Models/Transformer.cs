using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>The Transformer of the self-pretraining study: x + Attn(norm(x)), then x + W2 GELU(W1 norm(x)).</summary>
/// <remarks>
/// Vaswani et al. (2017), arXiv:1706.03762; sizes and details of Amos et al. (2023), arXiv:2310.02980, section 3.
/// D = width, h = heads, d_k = D / h, g = key-value heads, F = d_ff_multiplier x D, w = block size.
///   attention  q, o: weight [D, D], bias [D]   k, v: weight [g d_k, D], bias [g d_k]
///   feed-forward  w1: [F, D], [F]   w2: [D, F], [D]
/// O(L² D + L D²) time, O(L w D + L D²) with blocks; memory linear in L, except with ALiBi. g = h is multi-head, g = 1 multi-query
/// (Shazeer 2019), between them grouped-query attention (Ainslie et al. 2023). Framework initialisation throughout, biases everywhere.
/// Deviation: the published code attends to padding; here padded keys are masked, since predictions must not depend on batch
/// companions (spt-protocol section 15). Dropout acts on the branch's output and inside the feed-forward, not on attention weights.
/// </remarks>
[SequenceModel("transformer", typeof(Settings))]
public sealed class Transformer : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "transformer";

    /// <inheritdoc/>
    public override string Summary => "pre-norm Transformer with exact attention, bidirectional or causal";

    /// <inheritdoc/>
    public override string Citation => "Vaswani et al. 2017, arXiv:1706.03762; as in Amos et al. 2023, arXiv:2310.02980";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength)
    {
        var own = (Settings)settings;
        return [new SelfAttention(own, maxLength), new FeedForward(own)];
    }

    /// <summary>Settings of the Transformer.</summary>
    public sealed record Settings : ModelSettings
    {
        /// <summary>The published defaults: sinusoidal positions.</summary>
        public Settings() => Positions = PositionKind.Sinusoidal;

        /// <summary>Attention heads; divides <c>d_model</c>.</summary>
        [Range(1, 1024)] public int NHeads { get; init; } = 4;

        /// <summary>Heads of keys and values, each shared by n_heads / n_kv_heads query heads; absent: as many as <c>n_heads</c>.</summary>
        [Range(1, 1024)] public int? NKvHeads { get; init; }

        /// <summary>Attention reaches only the block of that many steps around a position and its neighbours; absent: everything.</summary>
        [Range(1, 1 << 20)] public int? BlockSize { get; init; }

        /// <summary>Width of the feed-forward's inner layer as a multiple of <c>d_model</c>.</summary>
        [Range(1, 64)] public int DFfMultiplier { get; init; } = 4;

        /// <inheritdoc/>
        protected override bool TakesAlibi => true;

        /// <summary>
        /// Bytes of the keys and values that generating step by step has to keep, in 32-bit floats: 2 n_layers L n_kv_heads d_k 4. With
        /// blocks, those of two blocks.
        /// </summary>
        /// <param name="length">Steps so far, L.</param>
        public long CacheBytes(long length)
        {
            long kept = BlockSize is int block ? Math.Min(length, 2L * block) : length;
            return 2L * NLayers * kept * (NKvHeads ?? NHeads) * (DModel / NHeads) * sizeof(float);
        }

        /// <inheritdoc/>
        public override IEnumerable<string> Validate()
        {
            foreach (string problem in base.Validate()) yield return problem;
            if (NKvHeads is int groups && NHeads % groups != 0) yield return $"'n_kv_heads' is {groups} and does not divide 'n_heads', which is {NHeads}";
            if (BlockSize is not null && Positions == PositionKind.Alibi) yield return "'block_size' and 'positions = \"alibi\"' exclude each other";
            if (DModel % NHeads != 0)
                yield return $"'n_heads' is {NHeads} and does not divide 'd_model', which is {DModel}";
            else if (Positions == PositionKind.Rotary && DModel / NHeads % 2 != 0)
                yield return $"rotary positions turn pairs: 'd_model' / 'n_heads' is {DModel / NHeads}, expected an even number";
        }
    }

    /// <summary>Multi-head attention of a sequence to itself.</summary>
    internal sealed class SelfAttention : SequenceLayer
    {
        private readonly nn.Module<Tensor, Tensor> _q, _k, _v, _o;
        private readonly RotaryPositions? _rotary;
        private readonly int _width, _heads, _groups;
        private readonly int? _block;
        private readonly bool _causal, _hasBiases;

        public SelfAttention(Settings settings, int maxLength) : base(nameof(SelfAttention))
        {
            (_width, _heads, _groups, _block) = (settings.DModel, settings.NHeads, settings.NKvHeads ?? settings.NHeads, settings.BlockSize);
            (_causal, _hasBiases) = (!settings.Bidirectional, settings.Positions == PositionKind.Alibi);
            _rotary = settings.Positions == PositionKind.Rotary ? new RotaryPositions(_width / _heads, maxLength) : null;
            register_module("q", _q = nn.Linear(_width, _width));
            register_module("k", _k = nn.Linear(_width, _width / _heads * _groups));
            register_module("v", _v = nn.Linear(_width, _width / _heads * _groups));
            register_module("o", _o = nn.Linear(_width, _width));
        }

        public override Tensor forward(Tensor u, Padding? padding)
        {
            TensorShape.Require(u, "input of self-attention", "B, L, D", TensorShape.Any, TensorShape.Any, _width);

            using var scope = NewDisposeScope();
            Tensor q = _q.forward(u), k = _k.forward(u), v = _v.forward(u);
            if (_rotary is not null) (q, k) = (_rotary.Rotate(q), _rotary.Rotate(k));
            return _o.forward(Attend(q, Shared(k), Shared(v), padding)).MoveToOuterDisposeScope();
        }

        private Tensor Attend(Tensor q, Tensor k, Tensor v, Padding? padding) =>
            _block is int block ? BlockLocalAttention.Apply(q, k, v, _heads, block, _causal, padding)
            : _hasBiases ? LinearBiases.Attend(q, k, v, _heads, _causal, padding)
            : Attention.Apply(q, k, v, _heads, _causal, padding);

        // Each key-value head stands once for every query head that shares it.
        private Tensor Shared(Tensor x)
        {
            if (_groups == _heads) return x;
            (long batch, long length, long head) = (x.shape[0], x.shape[1], _width / _heads);
            return x.reshape(batch, length, _groups, 1, head).expand(batch, length, _groups, _heads / _groups, head).reshape(batch, length, _width);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) _rotary?.Dispose();
            base.Dispose(disposing);
        }
    }

    /// <summary>W2 dropout(GELU(W1 x)) at every position.</summary>
    internal sealed class FeedForward : SequenceLayer
    {
        private readonly nn.Module<Tensor, Tensor> _w1, _w2;
        private readonly int _width;
        private readonly double _dropout;

        public FeedForward(Settings settings) : base(nameof(FeedForward))
        {
            (_width, _dropout) = (settings.DModel, settings.Dropout);
            register_module("w1", _w1 = nn.Linear(_width, settings.DFfMultiplier * _width));
            register_module("w2", _w2 = nn.Linear(settings.DFfMultiplier * _width, _width));
        }

        public override Tensor forward(Tensor u, Padding? padding)
        {
            TensorShape.Require(u, "input of the feed-forward", "B, L, D", TensorShape.Any, TensorShape.Any, _width);

            using var scope = NewDisposeScope();
            Tensor inner = nn.functional.gelu(_w1.forward(u));
            if (training && _dropout > 0) inner = nn.functional.dropout(inner, _dropout);
            return _w2.forward(inner).MoveToOuterDisposeScope();
        }
    }
}

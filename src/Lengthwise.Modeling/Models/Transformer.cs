using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Diagnoses;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>The Transformer of the self-pretraining study: x + Attn(norm(x)), then x + W2 GELU(W1 norm(x)).</summary>
/// <remarks>
/// Vaswani et al. (2017), arXiv:1706.03762; sizes and details of Amos et al. (2023), arXiv:2310.02980, section 3.
/// D = width, A = d_qkv (D unless given), h = heads, d_k = A / h, g = key-value heads, F = d_ff_multiplier x D or d_ff, w = block size.
///   attention  q: weight [A, D], bias [A]   k, v: weight [g d_k, D], bias [g d_k]   o: weight [D, A], bias [D]
///   feed-forward  w1: [F, D], [F]   w2: [D, F], [D]
/// O(L² A + L D²) time, O(L w A + L D²) with blocks; memory linear in L. g = h is multi-head, g = 1 multi-query
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
    public sealed record Settings : AttentionSettings
    {
        /// <summary>Heads of keys and values, each shared by n_heads / n_kv_heads query heads; absent: as many as <c>n_heads</c>.</summary>
        [Range(1, 1024)] public int? NKvHeads { get; init; }

        /// <summary>Attention reaches only the block of that many steps around a position and its neighbours; absent: everything.</summary>
        [Range(1, 1 << 20)] public int? BlockSize { get; init; }

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
            return 2L * NLayers * kept * (NKvHeads ?? NHeads) * (AttentionWidth / NHeads) * sizeof(float);
        }

        /// <inheritdoc/>
        public override IEnumerable<string> Validate()
        {
            foreach (string problem in base.Validate()) yield return problem;
            if (NKvHeads is int groups && NHeads % groups != 0) yield return $"'n_kv_heads' is {groups} and does not divide 'n_heads', which is {NHeads}";
            if (BlockSize is not null && Positions == PositionKind.Alibi) yield return "'block_size' and 'positions = \"alibi\"' exclude each other";
        }
    }

    /// <summary>Exact softmax attention, whole or of neighbouring blocks.</summary>
    internal sealed class SelfAttention(Settings settings, int maxLength)
        : MultiHeadLayer("self-attention", settings, maxLength, settings.NKvHeads), IAttentionReach
    {
        private readonly int? _block = settings.BlockSize;
        private readonly bool _hasBiases = settings.Positions == PositionKind.Alibi;

        protected override Tensor Attend(Tensor q, Tensor k, Tensor v, Padding? padding) =>
            _block is int block ? BlockLocalAttention.Apply(q, k, v, Heads, block, IsCausal, padding)
            : _hasBiases ? LinearBiases.Attend(q, k, v, Heads, IsCausal, padding)
            : Attention.Apply(q, k, v, Heads, IsCausal, padding);

        protected override double AttendFlops(long batch, long length)
        {
            double pairs = _block is int block ? PairsInSight.Neighbours(length, block, IsCausal) : PairsInSight.All(length, IsCausal);
            return batch * FlopCount.Attention(pairs, Inner, Inner);
        }

        /// <inheritdoc/>
        public AttentionRows AttentionOn(Tensor u, Padding? padding)
        {
            (Tensor q, Tensor k, _) = Project(u);
            var sight = new AttentionSight(u.shape[1], IsCausal, padding, _block is int block ? (t, s) => BlockOf(t, block).sub(BlockOf(s, block)).abs().le(1) : null);
            return new SoftmaxRows(Split(q), Split(Attention.PerHead(k, Heads, q.shape[2])), sight, _hasBiases ? (t, s) => LinearBiases.Of(Heads, t, s) : null);
        }

        private static Tensor BlockOf(Tensor position, int block) => position.div(block, RoundingMode.floor);
    }
}

using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Diagnoses;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>A Transformer whose attention stays inside blocks that do not overlap.</summary>
/// <remarks>
/// The "Local Attention" of Tay et al. (2021), arXiv:2011.04006. D = width, A = d_qkv, w = block size; parameters as in <see cref="Transformer"/>.
/// Step t sees the steps s with floor(s / w) = floor(t / w). O(L w A + L D²) time, memory linear in L. Nothing passes from block to block, at any
/// depth: only pooling brings them together.
/// Deviation: the released code folds the sequence as [w, L / w] and attends along the first of the two, so that its "blocks" are the steps
/// that lie L / w apart, while its masks are those of real blocks. Here blocks are neighbouring steps, as the article says.
/// Deviation: a sequence is filled up to whole blocks, and those steps, like padding, are masked; the released code attends to them.
/// </remarks>
[SequenceModel("local", typeof(Settings))]
public sealed class Local : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "local";

    /// <inheritdoc/>
    public override string Summary => "Transformer that attends inside separate blocks, bidirectional or causal";

    /// <inheritdoc/>
    public override string Citation => "Tay et al. 2021, arXiv:2011.04006";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength)
    {
        var own = (Settings)settings;
        return [new SeparateBlocks(own, maxLength), new FeedForward(own)];
    }

    /// <summary>Settings of local attention.</summary>
    public sealed record Settings : AttentionSettings
    {
        /// <summary>Steps of a block, w; the released default (64 on images).</summary>
        [Range(1, 1 << 20)] public int BlockSize { get; init; } = 50;
    }

    private sealed class SeparateBlocks(Settings settings, int maxLength) : MultiHeadLayer("local attention", settings, maxLength), IAttentionReach
    {
        private readonly int _block = settings.BlockSize;

        protected override double AttendFlops(long batch, long length) =>
            batch * FlopCount.Attention(PairsInSight.Blocks(length, _block, IsCausal), Inner, Inner);

        protected override Tensor Attend(Tensor q, Tensor k, Tensor v, Padding? padding) =>
            SeparateBlockAttention.Apply(q, k, v, Heads, _block, IsCausal, padding);

        public AttentionRows AttentionOn(Tensor u, Padding? padding)
        {
            (Tensor q, Tensor k, _) = Project(u);
            Tensor BlockOf(Tensor position) => position.div(_block, RoundingMode.floor);
            return new SoftmaxRows(Split(q), Split(k), new AttentionSight(u.shape[1], IsCausal, padding, (t, s) => BlockOf(t).eq(BlockOf(s))));
        }
    }
}

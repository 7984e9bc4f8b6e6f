using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Diagnoses;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>A Transformer that attends to its own block and to the last steps of every block: the Sparse Transformer's fixed pattern.</summary>
/// <remarks>
/// Child, Gray, Radford, Sutskever (2019), arXiv:1904.10509, section 4.3. D = width, A = d_qkv, w = block size, c = summary size; parameters as in
/// <see cref="Transformer"/>. Step t sees s where floor(s / w) = floor(t / w) or s mod w >= w - c. Both patterns are merged in every head.
/// O(L (w + c L / w) A + L D²) time, memory linear in L.
/// Deviation: the released Long Range Arena code is causal in its encoder, too, but for the classification token; here it is so only when asked.
/// Deviation: the released code also lets all see the first step of every block. The article counts steps from one, so that its "0 modulo w" is
/// the last step of a block, which the summary has already.
/// </remarks>
[SequenceModel("sparse", typeof(Settings))]
public sealed class Sparse : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "sparse";

    /// <inheritdoc/>
    public override string Summary => "Transformer with the fixed pattern of own block and summaries, bidirectional or causal";

    /// <inheritdoc/>
    public override string Citation => "Child et al. 2019, arXiv:1904.10509; as in Tay et al. 2021, arXiv:2011.04006";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength)
    {
        var own = (Settings)settings;
        return [new FixedAttention(own, maxLength), new FeedForward(own)];
    }

    /// <summary>Settings of the Sparse Transformer.</summary>
    public sealed record Settings : AttentionSettings
    {
        /// <summary>Steps of a block, w. The article takes about the root of the length.</summary>
        [Range(1, 1 << 20)] public int BlockSize { get; init; } = 128;

        /// <summary>Steps at the end of a block that all see, c.</summary>
        [Range(0, 1 << 20)] public int SummarySize { get; init; } = 32;

        /// <inheritdoc/>
        public override IEnumerable<string> Validate()
        {
            foreach (string problem in base.Validate()) yield return problem;
            if (SummarySize > BlockSize) yield return $"'summary_size' is {SummarySize}, expected at most 'block_size', which is {BlockSize}";
        }
    }

    private sealed class FixedAttention(Settings settings, int maxLength) : MultiHeadLayer("fixed sparse attention", settings, maxLength), IAttentionReach
    {
        private readonly FixedPattern _pattern = new(settings.BlockSize, settings.SummarySize, !settings.Bidirectional);

        protected override double AttendFlops(long batch, long length) => batch * FlopCount.Attention(_pattern.Pairs(length), Inner, Inner);

        protected override Tensor Attend(Tensor q, Tensor k, Tensor v, Padding? padding) => q.shape[1] <= _pattern.Block
            ? Attention.Apply(q, k, v, Heads, IsCausal, padding)
            : FixedPatternAttention.Apply(q, k, v, Heads, _pattern, padding);

        public AttentionRows AttentionOn(Tensor u, Padding? padding)
        {
            (Tensor q, Tensor k, _) = Project(u);
            return new SoftmaxRows(Split(q), Split(k), new AttentionSight(u.shape[1], IsCausal, padding, _pattern.Sees));
        }
    }
}

using Lengthwise.Modeling.Diagnoses;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>The linear Transformer: weights φ(q)·φ(k) with φ(x) = elu(x) + 1, so that a causal one is a recurrence.</summary>
/// <remarks>
/// Katharopoulos, Vyas, Pappas, Fleuret (2020), arXiv:2006.16236, section 3. D = width, A = d_qkv, h = heads, d = A / h; parameters as in
/// <see cref="Transformer"/>.
///   y_t = φ(q_t) S_t / (φ(q_t) z_t + 1e-6)   S_t = Σ φ(k_s) v_s^T   z_t = Σ φ(k_s), over all valid s, or s up to t
/// O(L A d + L D²) time, memory linear in L. One step of the causal form keeps S and z, h d (d + 1) numbers.
/// Deviation: the released Long Range Arena code sums over padding too; here padded keys have no weight.
/// </remarks>
[SequenceModel("linear", typeof(Settings))]
public sealed class LinearTransformer : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "linear";

    /// <inheritdoc/>
    public override string Summary => "linear Transformer: attention as a product of features, bidirectional or causal";

    /// <inheritdoc/>
    public override string Citation => "Katharopoulos et al. 2020, arXiv:2006.16236";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength)
    {
        var own = (Settings)settings;
        return [new LinearAttention(own, maxLength), new FeedForward(own)];
    }

    /// <summary>Settings of the linear Transformer.</summary>
    public sealed record Settings : AttentionSettings
    {
        /// <summary>What sums of weighted values are divided by.</summary>
        public LinearDivisor Divisor { get; init; } = LinearDivisor.Weights;
    }

    /// <summary>The branch of attention; its state is S and z side by side, [B, h, d, d + 1].</summary>
    internal sealed class LinearAttention(Settings settings, int maxLength) : MultiHeadLayer("linear attention", settings, maxLength), IAttentionReach
    {
        private const double Smallest = 1e-6;
        private readonly double? _divisor = settings.Divisor == LinearDivisor.Length ? Math.Sqrt(maxLength) : null;
        private readonly int _head = settings.AttentionWidth / settings.NHeads;

        /// <inheritdoc/>
        public override bool HasStep => IsCausal && !IsRotary;

        protected override double AttendFlops(long batch, long length) => FeatureAttention.Flops(batch * length, Heads, _head, _head);

        protected override Tensor Attend(Tensor q, Tensor k, Tensor v, Padding? padding)
        {
            // Divided by a length, padded steps have an output as well, which the kernel leaves at zero.
            if (!IsCausal && _divisor is null && FeatureSumsFunction.TryApply(q, k, v, Heads, FeatureMap.Elu, null, padding) is { } sums) return Join(Divided(sums));

            Tensor keys = Features(k);
            if (padding is not null) keys = keys * padding.ValidAs(keys.dtype).unsqueeze(1);
            return Join(Divided(FeatureAttention.Sums(Features(q), keys, Split(v), IsCausal)));
        }

        /// <inheritdoc/>
        public AttentionRows AttentionOn(Tensor u, Padding? padding)
        {
            (Tensor q, Tensor k, _) = Project(u);
            return new FeatureRows(Features(q), Features(k), new AttentionSight(u.shape[1], IsCausal, padding));
        }

        /// <inheritdoc/>
        public override IReadOnlyList<Tensor> InitialState(long batch)
        {
            if (!HasStep) return base.InitialState(batch);
            using Tensor like = parameters().First().alias();
            return [zeros([batch, Heads, _head, _head + 1], like.dtype, like.device)];
        }

        /// <inheritdoc/>
        public override (Tensor Output, IReadOnlyList<Tensor> State) Step(Tensor u, IReadOnlyList<Tensor> state)
        {
            RequireParts(state, 1);
            TensorShape.Require(u, "input of a step of linear attention", "B, D", TensorShape.Any, Width);
            TensorShape.Require(state[0], "state of linear attention", "B, h, d, d + 1", u.shape[0], Heads, _head, _head + 1);

            using var scope = NewDisposeScope();
            (Tensor q, Tensor k, Tensor v) = Project(u.unsqueeze(1));
            Tensor next = state[0] + matmul(Features(k).transpose(-1, -2), FeatureAttention.WithOnes(Split(v)));
            Tensor y = Output(Join(Divided(matmul(Features(q), next)))).squeeze(1);
            return (y.MoveToOuterDisposeScope(), [next.MoveToOuterDisposeScope()]);
        }

        private Tensor Features(Tensor x) => nn.functional.elu(Split(x), 1) + 1;

        private Tensor Divided(Tensor sums)
        {
            Tensor values = sums.narrow(-1, 0, _head);
            return _divisor is double divisor ? values / divisor : values / (sums.narrow(-1, _head, 1) + Smallest);
        }
    }
}

/// <summary>What linear attention divides its sums by.</summary>
public enum LinearDivisor
{
    /// <summary>The sum of weights, as published.</summary>
    Weights,

    /// <summary>
    /// The square root of the longest length, as in the Nyströmformer authors' reproduction (which writes it as the fourth root on queries
    /// and keys each): the output grows with the length of the sequence.
    /// </summary>
    Length,
}

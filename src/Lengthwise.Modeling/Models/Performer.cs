using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>The Performer: softmax attention estimated from positive random features (FAVOR+), or attention by a ReLU kernel.</summary>
/// <remarks>
/// Choromanski et al. (2021), arXiv:2009.14794, sections 2.3 to 2.5, with the constants of the Long Range Arena code. D = width, A = d_qkv,
/// h = heads, d = A / h, m = features; parameters as in <see cref="Transformer"/>.
///   features [m, d]   rows w, orthogonal in groups of d, with the lengths of Gaussian vectors; the same for all heads, fixed
///   softmax           φ(x) = (exp(w·x' - |x'|²/2 - c) + 1e-6) / sqrt(m), x' = x / d^(1/4); c the largest w·x' of the query, or of all valid keys
///   relu              φ(x) = relu(w·x) + 1e-3, or relu(x) + 1e-3 without features
///   y_t = Σ φ(q_t)·φ(k_s) v_s / Σ φ(q_t)·φ(k_s)
/// O(L m A + L D²) time, memory linear in L; no matrix of pairs of steps.
/// Deviation: the released code draws new features for every batch, from a seed made of the batch's queries, also when predicting. Here each
/// layer draws them once; they are stored with the model.
/// Deviation: the released code takes directions as the QR decomposition leaves them, of which the first component of every d-th is negative, so
/// that the estimate does not converge to softmax attention (measured: 0.09 instead of below 0.01 for values of 1, d = 4, m = 16,384). Here signs are those
/// that make directions uniform.
/// Deviation: a causal model's c is the largest value up to t. The released one looks at later keys, which shows through the added 1e-6.
/// Deviation: the released code lets padding take part; here padded keys have no weight and do not enter c.
/// </remarks>
[SequenceModel("performer", typeof(Settings))]
public sealed class Performer : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "performer";

    /// <inheritdoc/>
    public override string Summary => "Transformer with attention from positive random features, bidirectional or causal";

    /// <inheritdoc/>
    public override string Citation => "Choromanski et al. 2021, arXiv:2009.14794";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength)
    {
        var own = (Settings)settings;
        return [new RandomFeatureAttention(own, maxLength), new FeedForward(own)];
    }

    /// <summary>Settings of the Performer.</summary>
    public sealed record Settings : AttentionSettings
    {
        /// <summary>What features stand for.</summary>
        public PerformerKernel Kernel { get; init; } = PerformerKernel.Softmax;

        /// <summary>Random features of a head, m; absent, with the ReLU kernel only: the queries and keys themselves.</summary>
        [Range(1, 65536)] public int? NFeatures { get; init; } = 256;

        /// <inheritdoc/>
        public override IEnumerable<string> Validate()
        {
            foreach (string problem in base.Validate()) yield return problem;
            if (NFeatures is null && Kernel == PerformerKernel.Softmax) yield return "'n_features' is absent; the softmax kernel needs a number of them";
        }
    }

    /// <summary>The branch of attention.</summary>
    internal sealed class RandomFeatureAttention : MultiHeadLayer
    {
        private const double Softening = 1e-6, ReluSoftening = 1e-3, Smallest = 1e-6;
        [ComponentName(Name = "features")] private readonly Tensor? _features;
        private readonly PerformerKernel _kernel;

        public RandomFeatureAttention(Settings settings, int maxLength) : base("random-feature attention", settings, maxLength)
        {
            _kernel = settings.Kernel;
            if (settings.NFeatures is int count) register_buffer("features", _features = OrthogonalFeatures(count, settings.AttentionWidth / settings.NHeads));
        }

        protected override double AttendFlops(long batch, long length)
        {
            double head = Inner / Heads, features = _features?.shape[0] ?? head, steps = (double)batch * length;
            double projected = _features is null ? 0 : 2 * Heads * FlopCount.Linear(steps, head, features);
            return projected + FeatureAttention.Flops(steps, Heads, features, head);
        }

        protected override Tensor Attend(Tensor q, Tensor k, Tensor v, Padding? padding)
        {
            bool isRectified = _kernel == PerformerKernel.Relu;
            FeatureMap map = isRectified ? FeatureMap.Rectified : FeatureMap.Exponential;
            if (!IsCausal && FeatureSumsFunction.TryApply(q, k, v, Heads, map, _features, padding) is { } own)
                return Join(isRectified ? Divided(own, 0, 1) : Divided(own / _features!.shape[0], Smallest, 2 * Smallest));

            (q, k, v) = (Split(q), Split(k), Split(v));
            Tensor? valid = padding?.ValidAs(k.dtype).unsqueeze(1);
            if (isRectified) return Join(Divided(FeatureAttention.Sums(Rectified(q, null), Rectified(k, valid), v, IsCausal), 0, 1));

            double scale = Math.Pow(q.shape[3], -0.25);
            (q, k) = (q * scale, k * scale);
            Tensor queries = Projected(q), keys = Projected(k);
            Tensor fq = (queries - HalfSquare(q) - queries.amax([-1], keepdim: true)).exp() + Softening;
            Tensor sums = IsCausal ? CausalSums(fq, keys, HalfSquare(k), v) : WholeSums(fq, keys, HalfSquare(k), v, valid);
            return Join(Divided(sums / queries.shape[3], Smallest, 2 * Smallest));
        }

        private Tensor Projected(Tensor x) => _features is null ? x : matmul(x, _features.t());

        private Tensor Rectified(Tensor x, Tensor? valid)
        {
            Tensor features = Projected(x).relu() + ReluSoftening;
            return valid is null ? features : features * valid;
        }

        private static Tensor WholeSums(Tensor fq, Tensor keys, Tensor halfSquares, Tensor v, Tensor? valid)
        {
            if (valid is null) return FeatureAttention.Sums(fq, (keys - halfSquares - keys.amax([-2, -1], keepdim: true)).exp() + Softening, v, causal: false);
            Tensor hidden = valid.eq(0);
            Tensor largest = keys.masked_fill(hidden, float.NegativeInfinity).amax([-2, -1], keepdim: true);
            Tensor exponents = (keys - halfSquares - largest).masked_fill(hidden, float.NegativeInfinity);
            return FeatureAttention.Sums(fq, (exponents.exp() + Softening) * valid, v, causal: false);
        }

        // Padding stands behind the end, so a valid causal query never meets a padded key.
        private static Tensor CausalSums(Tensor fq, Tensor keys, Tensor halfSquares, Tensor v)
        {
            Tensor largest = keys.amax([-1], keepdim: true);
            Tensor sums = FeatureAttention.ScaledSums(fq, (keys - halfSquares - largest).exp(), v, largest);
            return sums + Softening * fq.sum(-1, keepdim: true) * FeatureAttention.WithOnes(v).cumsum(2);
        }

        private static Tensor HalfSquare(Tensor x) => x.square().sum(-1, keepdim: true) / 2;

        // The released guard against a denominator near zero; rows without a valid key need one in any case.
        private static Tensor Divided(Tensor sums, double smallest, double added)
        {
            Tensor weights = sums.narrow(-1, sums.shape[3] - 1, 1);
            return sums.narrow(-1, 0, sums.shape[3] - 1) / (weights + weights.le(smallest).to_type(weights.dtype) * added);
        }
    }

    /// <summary>Rows that are orthogonal in groups of <paramref name="width"/> and as long as Gaussian vectors, [count, width].</summary>
    internal static Tensor OrthogonalFeatures(int count, int width)
    {
        using var scope = NewDisposeScope();
        var groups = new List<Tensor>();
        for (int first = 0; first < count; first += width)
        {
            (Tensor q, Tensor r) = linalg.qr(randn(width, width));
            groups.Add((q * r.diagonal().sign()).t().narrow(0, 0, Math.Min(width, count - first)));
        }
        Tensor lengths = randn(count, width).norm(1, keepdim: true, p: 2);
        return (cat(groups) * lengths).MoveToOuterDisposeScope();
    }
}

/// <summary>What a Performer's features stand for.</summary>
public enum PerformerKernel
{
    /// <summary>exp(q·k / sqrt(d)), the kernel of softmax attention, estimated.</summary>
    Softmax,

    /// <summary>relu(w·q) · relu(w·k), the released code's default.</summary>
    Relu,
}

using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>The Nyströmformer: softmax attention from landmarks, the means of segments, and a short convolution of the values.</summary>
/// <remarks>
/// Xiong et al. (2021), arXiv:2102.03902, section 3, as in its authors' Long Range Arena code. D = width, A = d_qkv, h = heads, d = A / h,
/// m = landmarks; parameters as in <see cref="Transformer"/>, and conv.weight [h, 1, c, 1], a kernel along the steps for each head.
///   q~, k~ [m, d]   means over m segments of equal length of q / d^(1/4) and k / d^(1/4), zero where padded
///   F = softmax(q k~^T)   A = softmax(q~ k~^T)   G = softmax(q~ k^T) over valid keys   y = F A⁺ (G v) + conv(v)
///   A⁺: Z ← Z (13 I - A Z (15 I - A Z (7 I - A Z))) / 4, from Z = A^T / (largest sum of a column)
/// O(L m A + m³ h + L D²) time, memory linear in L. As published, segments divide the longest sequence of the task, not the one at hand: in a
/// shorter one the last landmarks are zero and still take part. With at least as many landmarks as steps it is exact attention.
/// Deviation: the released code takes the largest column sum over all heads and sequences of a batch, so that a prediction depends on its
/// companions, since six iterations do not converge; here it is that of the head itself (<see cref="InverseStart.Batch"/> is as released).
/// </remarks>
[SequenceModel("nystromformer", typeof(Settings))]
public sealed class Nystromformer : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "nystromformer";

    /// <inheritdoc/>
    public override string Summary => "Transformer with attention approximated from landmarks, bidirectional";

    /// <inheritdoc/>
    public override string Citation => "Xiong et al. 2021, arXiv:2102.03902";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength)
    {
        var own = (Settings)settings;
        return [new LandmarkAttention(own, maxLength), new FeedForward(own)];
    }

    /// <summary>Settings of the Nyströmformer.</summary>
    public sealed record Settings : BidirectionalAttentionSettings
    {
        /// <summary>Landmarks m; fewer when they would not divide the longest sequence into segments of equal length.</summary>
        [Range(1, 65536)] public int Landmarks { get; init; } = 128;

        /// <summary>Steps of the convolution of values; odd. Absent: no convolution.</summary>
        [Range(1, 9999)] public int? ConvKernel { get; init; } = 35;

        /// <summary>Iterations of the inverse.</summary>
        [Range(1, 100)] public int InverseIterations { get; init; } = 6;

        /// <summary>What the first guess of the inverse is divided by.</summary>
        public InverseStart InverseStart { get; init; } = InverseStart.Head;

        /// <inheritdoc/>
        public override IEnumerable<string> Validate()
        {
            foreach (string problem in base.Validate()) yield return problem;
            if (ConvKernel is int kernel && kernel % 2 == 0) yield return $"'conv_kernel' is {kernel}, expected an odd number: as many steps before as behind";
        }
    }

    /// <summary>The branch of attention.</summary>
    internal sealed class LandmarkAttention : MultiHeadLayer
    {
        private readonly nn.Module<Tensor, Tensor>? _conv;
        private readonly Settings _settings;
        private readonly int _maxLength, _segment, _landmarks;

        public LandmarkAttention(Settings settings, int maxLength) : base("landmark attention", settings, maxLength)
        {
            (_settings, _maxLength) = (settings, maxLength);
            _segment = (maxLength + settings.Landmarks - 1) / settings.Landmarks;
            _landmarks = (maxLength + _segment - 1) / _segment;
            if (settings.ConvKernel is not int kernel) return;
            _conv = nn.Conv2d(Heads, Heads, (kernel, 1), padding: (kernel / 2, 0), groups: Heads, bias: false);
            register_module("conv", _conv);
        }

        protected override double AttendFlops(long batch, long length)
        {
            double head = Inner / Heads, m = _landmarks;
            double convolved = _settings.ConvKernel is int kernel ? FlopCount.Linear(length, kernel, Inner) : 0;
            if (_segment == 1) return batch * (convolved + FlopCount.Attention(PairsInSight.All(length, causal: false), Inner, Inner));
            // Weights of landmarks over keys and of queries over landmarks; the inverse, whose iterations are four products; and what it multiplies.
            double inverse = FlopCount.Linear(m, m, head) + _settings.InverseIterations * 4 * FlopCount.Linear(m, m, m) + FlopCount.Linear(m, m, head);
            return batch * (convolved + 2 * FlopCount.Attention(m * length, Inner, Inner) + Heads * inverse);
        }

        protected override Tensor Attend(Tensor q, Tensor k, Tensor v, Padding? padding)
        {
            Layers.Positions.RequireLength(q.shape[1], _maxLength);
            if (padding is not null)
            {
                Tensor valid = padding.ValidAs(q.dtype);
                (q, k, v) = (q * valid, k * valid, v * valid);
            }
            Tensor mixed = _segment == 1 ? Attention.Apply(q, k, v, Heads, causal: false, padding) : Join(Approximate(Split(q), Split(k), Split(v), padding));
            return _conv is null ? mixed : mixed + Join(_conv.forward(Split(v)));
        }

        private Tensor Approximate(Tensor q, Tensor k, Tensor v, Padding? padding)
        {
            double scale = Math.Pow(q.shape[3], -0.25);
            (q, k) = (q * scale, k * scale);
            Tensor queries = Means(q), keys = Means(k), across = keys.transpose(-1, -2);
            Tensor scores = matmul(queries, k.transpose(-1, -2));
            if (padding is not null) scores = scores.masked_fill(padding.Keys.logical_not(), float.NegativeInfinity);
            Tensor condensed = matmul(scores.softmax(-1), v);
            Tensor inverse = Inverse(matmul(queries, across).softmax(-1), _settings.InverseIterations, _settings.InverseStart);
            return matmul(matmul(q, across).softmax(-1), matmul(inverse, condensed));
        }

        // Segments that begin behind the end of the batch have a landmark of zero, as they have when the batch is longer.
        private Tensor Means(Tensor x)
        {
            (long batch, long length, long head) = (x.shape[0], x.shape[2], x.shape[3]);
            long segments = (length + _segment - 1) / _segment;
            Tensor whole = nn.functional.pad(x, [0, 0, 0, segments * _segment - length]);
            Tensor means = whole.reshape(batch, Heads, segments, _segment, head).mean([3]);
            return nn.functional.pad(means, [0, 0, 0, _landmarks - segments]);
        }
    }

    /// <summary>The pseudo-inverse of matrices whose rows sum to one, [B, h, m, m], approximated by matrix products.</summary>
    internal static Tensor Inverse(Tensor matrix, int iterations, InverseStart start)
    {
        Tensor sums = matrix.sum(-2);
        Tensor largest = start == InverseStart.Batch ? sums.max() : sums.amax([-1], keepdim: true).unsqueeze(-1);
        Tensor z = matrix.transpose(-1, -2) / largest, identity = eye(matrix.shape[^1], dtype: matrix.dtype, device: matrix.device);
        for (int i = 0; i < iterations; i++)
        {
            Tensor product = matmul(matrix, z);
            Tensor inner = 15 * identity - matmul(product, 7 * identity - product);
            z = matmul(0.25 * z, 13 * identity - matmul(product, inner));
        }
        return z;
    }
}

/// <summary>What the first guess of the Nyströmformer's inverse is divided by.</summary>
public enum InverseStart
{
    /// <summary>The largest column sum of the head's own matrix.</summary>
    Head,

    /// <summary>The largest column sum of all heads and sequences of the batch, as in the released code: results depend on the batch.</summary>
    Batch,
}

using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>The Linformer: keys and values are mapped along the length to k rows, and attention is over those.</summary>
/// <remarks>
/// Wang, Li, Khabsa, Fang, Ma (2020), arXiv:2006.04768, section 4. D = width, A = d_qkv, h = heads, d = A / h, k = rank, M = longest sequence;
/// parameters as in <see cref="Transformer"/>, and E [1 or h, k, M], the same for keys and values, in each layer.
///   K' = E K   V' = E V   y = softmax(q K'^T / sqrt(d)) V'
/// O(L k A + L D²) time, memory linear in L; k M parameters a layer, which is why the length is bounded. The released Long Range Arena code has
/// one E for all heads (uniform, Xavier), the Nyströmformer authors' reproduction one for each head (N(0, 0.02²)).
/// Deviation: the Long Range Arena code maps padding like anything else; here padded keys and values are zero before E.
/// Deviation: the reproduction has a single E for all layers, by a class variable; here, as in the other code, every layer has its own.
/// </remarks>
[SequenceModel("linformer", typeof(Settings))]
public sealed class Linformer : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "linformer";

    /// <inheritdoc/>
    public override string Summary => "Transformer that attends to a low-rank projection of the sequence, bidirectional";

    /// <inheritdoc/>
    public override string Citation => "Wang et al. 2020, arXiv:2006.04768";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength)
    {
        var own = (Settings)settings;
        return [new ProjectedAttention(own, maxLength), new FeedForward(own)];
    }

    /// <summary>Settings of the Linformer.</summary>
    public sealed record Settings : BidirectionalAttentionSettings
    {
        /// <summary>Rows that the sequence is mapped to, k.</summary>
        [Range(1, 65536)] public int Rank { get; init; } = 16;

        /// <summary>Whether all heads of a layer share one map.</summary>
        public bool ShareHeads { get; init; } = true;
    }

    /// <summary>The branch of attention.</summary>
    internal sealed class ProjectedAttention : MultiHeadLayer
    {
        [ComponentName(Name = "E")] private readonly Parameter _e;
        private readonly int _maxLength;

        public ProjectedAttention(Settings settings, int maxLength) : base("projected attention", settings, maxLength)
        {
            _maxLength = maxLength;
            using Tensor initial = Initial(settings, maxLength);
            register_parameter("E", _e = new Parameter(initial.clone()));
        }

        protected override double AttendFlops(long batch, long length)
        {
            double rank = _e.shape[1];
            return 2 * FlopCount.Linear(batch * length, rank, Inner) + batch * FlopCount.Attention(length * rank, Inner, Inner);
        }

        protected override Tensor Attend(Tensor q, Tensor k, Tensor v, Padding? padding)
        {
            long length = q.shape[1];
            Layers.Positions.RequireLength(length, _maxLength);
            if (padding is not null) (k, v) = (k * padding.ValidAs(k.dtype), v * padding.ValidAs(v.dtype));
            Tensor e = _e.narrow(2, 0, length);
            return Join(nn.functional.scaled_dot_product_attention(Split(q), matmul(e, Split(k)), matmul(e, Split(v)), null, 0, is_casual: false));
        }

        private static Tensor Initial(Settings settings, int maxLength)
        {
            if (!settings.ShareHeads) return randn(settings.NHeads, settings.Rank, maxLength).mul_(0.02);
            double bound = Math.Sqrt(6.0 / (maxLength + settings.Rank));
            return rand(1, settings.Rank, maxLength).mul_(2 * bound).sub_(bound);
        }
    }
}

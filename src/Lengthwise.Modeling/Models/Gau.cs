using Lengthwise.Modeling.Diagnoses;
using Lengthwise.Modeling.Kernels.Gemm;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>Gated attention unit: attention with one head inside a gated feed-forward, O = W_o (u * A v).</summary>
/// <remarks>
/// Hua, Dai, Liu, Le (2022), arXiv:2202.10447, section 3.1. H = width, S = d_attin, E = d_attout, M = longest sequence.
///   u_proj, v_proj [E, H]   u = silu(u_proj x), v = silu(v_proj x)
///   z_proj [S, H]           z = silu(z_proj x)
///   gamma, beta [2, S]      q, k = z gamma + beta
///   rel_pos_bias.*          bias of attention, see <see cref="RelativeBias"/>
///   out [H, E]
/// A = relu(q k^T / n + bias)² with n the number of keys in sight; softmax and Laplace as in MEGA. O(L² (S + E)) time and O(L²) memory.
/// Two of these layers replace one of attention and one of feed-forward.
/// </remarks>
[SequenceModel("gau", typeof(Settings))]
public sealed class Gau : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "gau";

    /// <inheritdoc/>
    public override string Summary => "gated attention units: one head inside a gated feed-forward, bidirectional or causal";

    /// <inheritdoc/>
    public override string Citation => "Hua et al. 2022, arXiv:2202.10447";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength) =>
        [new GauBlock((Settings)settings, maxLength)];

    /// <summary>Settings of GAU.</summary>
    public sealed record Settings : GatedAttentionSettings
    {
        /// <summary>The article's squared rectifier.</summary>
        public Settings() => AttentionActivation = AttentionActivation.Relu2;
    }
}

/// <summary>One gated attention unit: the branch of <see cref="Gau"/>, which explains parameters and letters.</summary>
public sealed class GauBlock : SequenceLayer, IAttentionReach
{
    [ComponentName(Name = "gamma")] private readonly Parameter _gamma;
    [ComponentName(Name = "beta")] private readonly Parameter _beta;
    private readonly Linear _u, _v, _z, _out;
    private readonly RelativeBias _bias;
    private readonly Gau.Settings _settings;

    /// <summary>Draws the parameters.</summary>
    /// <param name="settings">Settings that passed their own validation.</param>
    /// <param name="maxLength">Longest sequence the model will see.</param>
    public GauBlock(Gau.Settings settings, int maxLength) : base(nameof(GauBlock))
    {
        _settings = settings;
        (int width, int s, int e) = (settings.DModel, settings.DAttin, settings.DAttout);
        using Tensor gamma = randn(2, s).mul_(0.02);
        (_gamma, _beta) = (new Parameter(gamma.clone()), new Parameter(zeros(2, s)));
        register_parameter("gamma", _gamma);
        register_parameter("beta", _beta);
        register_module("u_proj", _u = nn.Linear(width, e));
        register_module("v_proj", _v = nn.Linear(width, e));
        register_module("z_proj", _z = nn.Linear(width, s));
        register_module("rel_pos_bias", _bias = RelativeBias.Create(settings.RelPosBias, s, maxLength));
        register_module("out", _out = nn.Linear(e, width));
    }

    /// <inheritdoc/>
    public override double ForwardFlops(long batch, long length)
    {
        (int z, int e) = (_settings.DAttin, _settings.DAttout);
        double pairs = PairsInSight.All(length, !_settings.Bidirectional);
        return FlopCount.Linear(batch * length, _settings.DModel, 3.0 * e + z) + batch * FlopCount.Attention(pairs, z, e);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor u, Padding? padding)
    {
        TensorShape.Require(u, "input of GAU", "B, L, H", TensorShape.Any, TensorShape.Any, _settings.DModel);

        using var scope = NewDisposeScope();
        Tensor gate = FusedLinear.Apply(u, _u, after: LinearActivation.Silu), v = FusedLinear.Apply(u, _v, after: LinearActivation.Silu);
        (Tensor q, Tensor k) = QueriesAndKeys(u);
        Tensor attended = GatedAttention.Apply(
            _settings.AttentionActivation, q, k, v, _bias, chunk: null, !_settings.Bidirectional, padding, training ? _settings.AttentionDropout : 0);
        return FusedLinear.Apply(gate * attended, _out).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public AttentionRows AttentionOn(Tensor u, Padding? padding)
    {
        (Tensor q, Tensor k) = QueriesAndKeys(u);
        return new GatedRows(_settings.AttentionActivation, q, k, _bias, chunk: null, !_settings.Bidirectional, padding);
    }

    private (Tensor Q, Tensor K) QueriesAndKeys(Tensor u)
    {
        Tensor z = FusedLinear.Apply(u, _z, after: LinearActivation.Silu);
        return (z * _gamma[0] + _beta[0], z * _gamma[1] + _beta[1]);
    }
}

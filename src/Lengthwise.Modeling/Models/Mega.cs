using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Diagnoses;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Kernels.Gemm;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>MEGA: gated attention with one head over a moving average of its input, then a feed-forward.</summary>
/// <remarks>
/// Ma et al. (2023), arXiv:2209.10655, with the parameter names of its port in the self-pretraining code.
/// H = width, n = d_state, Z = d_attin, V = d_attout, F = d_ff, M = chunk or the longest sequence.
///   ssm.*                  the average, see <see cref="DampedAverage"/>
///   v_proj [V, H]          v = silu(v_proj x)
///   mx_proj [2H + Z + V, H]  of m = silu(average x): phi = sigmoid, (z, r) = silu, hx
///   gamma, beta [2, Z]     q, k = z gamma + beta
///   rel_pos_bias.*         bias of attention, see <see cref="RelativeBias"/>
///   h_proj [H, V]          h = silu(hx + h_proj(r attention(q, k, v)));  y = x + phi (h - x)
///   nffn.layer.ff.0.0 [F, H], nffn.layer.ff.2 [H, F]   y + W2 silu(W1 y)
///   norm.norm.*, nffn.norm.norm.*   before or behind each half
/// O(L² (Z + V)) time and memory; O(L C (Z + V)) in chunks of C, with the average over the whole sequence.
/// </remarks>
[SequenceModel("mega", typeof(Settings))]
public sealed class Mega : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "mega";

    /// <inheritdoc/>
    public override string Summary => "moving average and gated single-head attention, whole or in chunks, bidirectional or causal";

    /// <inheritdoc/>
    public override string Citation => "Ma et al. 2023, arXiv:2209.10655";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength) =>
        [new MegaBlock((Settings)settings, maxLength)];

    /// <summary>Settings of MEGA.</summary>
    public sealed record Settings : GatedAttentionSettings
    {
        /// <summary>Averages per channel.</summary>
        [Range(1, 4096)] public int DState { get; init; } = 16;

        /// <summary>Width of the feed-forward's inner layer; published as twice the model's width.</summary>
        [Range(1, 65536)] public int DFf { get; init; } = 128;

        /// <inheritdoc/>
        public override ModelSettings? WithInnerWidth(int width) => this with { DFf = width };

        /// <summary>Steps of a chunk within which attention stays; left out, it sees the whole sequence.</summary>
        [Range(1, 1_000_000)] public int? Chunk { get; init; }

        /// <summary>Steps after which the average forgets, its kernel being zero from there on; left out, it never does.</summary>
        [Range(1, 1_000_000)] public int? Truncation { get; init; }
    }
}

/// <summary>Average, gated attention and feed-forward with their norms and residuals: one layer of <see cref="Mega"/>, which explains parameters and letters.</summary>
public sealed class MegaBlock : SequenceLayer, IAttentionReach, IKernelReach
{
    [ComponentName(Name = "gamma")] private readonly Parameter _gamma;
    [ComponentName(Name = "beta")] private readonly Parameter _beta;
    private readonly BranchNorm _norm;
    private readonly DampedAverage _ssm;
    private readonly Linear _vProj, _mxProj, _hProj;
    private readonly RelativeBias _bias;
    private readonly MegaFeedForward _nffn;
    private readonly Mega.Settings _settings;

    /// <summary>Draws the parameters.</summary>
    /// <param name="settings">Settings that passed their own validation.</param>
    /// <param name="maxLength">Longest sequence the model will see.</param>
    public MegaBlock(Mega.Settings settings, int maxLength) : base(nameof(MegaBlock))
    {
        _settings = settings;
        (int width, int z, int v) = (settings.DModel, settings.DAttin, settings.DAttout);
        using Tensor gamma = randn(2, z).mul_(0.02);
        (_gamma, _beta) = (new Parameter(gamma.clone()), new Parameter(zeros(2, z)));
        register_parameter("gamma", _gamma);
        register_parameter("beta", _beta);
        register_module("norm", _norm = new BranchNorm(settings.Norm, width));
        register_module("ssm", _ssm = new DampedAverage(width, settings.DState, settings.Bidirectional, settings.Truncation));
        register_module("v_proj", _vProj = SmallLinear(width, v));
        register_module("mx_proj", _mxProj = SmallLinear(width, 2 * width + z + v));
        register_module("h_proj", _hProj = SmallLinear(v, width));
        register_module("rel_pos_bias", _bias = RelativeBias.Create(settings.RelPosBias, z, settings.Chunk ?? maxLength));
        register_module("nffn", _nffn = new MegaFeedForward(settings));
    }

    /// <inheritdoc/>
    public override bool OwnsResidual => true;

    /// <summary>Only in chunks, without which a step would have to keep every key, and only where the average is not cut off.</summary>
    public override bool HasStep => !_settings.Bidirectional && _settings.Chunk is not null && _settings.Truncation is null;

    /// <inheritdoc/>
    public override double ForwardFlops(long batch, long length)
    {
        (int width, int z, int v) = (_settings.DModel, _settings.DAttin, _settings.DAttout);
        double pairs = PairsInSight.Blocks(length, Math.Min(_settings.Chunk ?? length, length), !_settings.Bidirectional);
        double projected = v + (2.0 * width + z + v) + v + 2.0 * _settings.DFf;
        return _ssm.Flops(batch, length) + FlopCount.Linear(batch * length, width, projected) + batch * FlopCount.Attention(pairs, z, v);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor u, Padding? padding)
    {
        TensorShape.Require(u, "input of MEGA", "B, L, H", TensorShape.Any, TensorShape.Any, _settings.DModel);

        using var scope = NewDisposeScope();
        double dropout = training ? _settings.Dropout : 0;
        Tensor x = _settings.Prenorm ? _norm.forward(u, padding) : u;
        Tensor v = FusedLinear.Apply(x, _vProj, after: LinearActivation.Silu);
        MegaGates.Parts gates = GatesOf(Average(x, padding), dropout);
        Tensor attended = GatedAttention.Apply(
            _settings.AttentionActivation, gates.Q, gates.K, v, _bias, _settings.Chunk, !_settings.Bidirectional, padding,
            training ? _settings.AttentionDropout : 0);
        return Update(u, gates, attended, padding, dropout).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public AttentionRows AttentionOn(Tensor u, Padding? padding)
    {
        MegaGates.Parts gates = GatesOf(Average(_settings.Prenorm ? _norm.forward(u, padding) : u, padding), 0);
        return new GatedRows(_settings.AttentionActivation, gates.Q, gates.K, _bias, _settings.Chunk, !_settings.Bidirectional, padding);
    }

    /// <summary>That of the average, without what attention adds.</summary>
    public KernelMass KernelOver(long length) => KernelMass.OfTaps(_ssm.Kernels(length), firstAhead: 0);

    /// <summary>The averages [B, H, n], then keys [B, 0, Z] and values [B, 0, V] of the chunk so far.</summary>
    public override IReadOnlyList<Tensor> InitialState(long batch)
    {
        if (!HasStep) return base.InitialState(batch);
        return
        [
            _ssm.InitialState(batch), zeros([batch, 0, _settings.DAttin], _gamma.dtype, _gamma.device),
            zeros([batch, 0, _settings.DAttout], _gamma.dtype, _gamma.device),
        ];
    }

    /// <inheritdoc/>
    public override (Tensor Output, IReadOnlyList<Tensor> State) Step(Tensor u, IReadOnlyList<Tensor> state)
    {
        RequireParts(state, 3);
        TensorShape.Require(u, "input of a MEGA step", "B, H", TensorShape.Any, _settings.DModel);
        long batch = u.shape[0];
        TensorShape.Require(state[0], "averages of a MEGA step", "B, H, n", batch, _settings.DModel, _settings.DState);
        TensorShape.Require(state[1], "keys of a MEGA step", "B, t, Z", batch, TensorShape.Any, _settings.DAttin);
        TensorShape.Require(state[2], "values of a MEGA step", "B, t, V", batch, state[1].shape[1], _settings.DAttout);

        using var scope = NewDisposeScope();
        Tensor u1 = u.unsqueeze(1), x = _settings.Prenorm ? _norm.forward(u1, null) : u1;
        Tensor v = nn.functional.silu(_vProj.forward(x));
        (Tensor average, Tensor averages) = _ssm.Step(x.squeeze(1), state[0]);
        MegaGates.Parts gates = GatesOf(average.unsqueeze(1), 0);
        bool isNewChunk = state[1].shape[1] == _settings.Chunk;
        Tensor keys = isNewChunk ? gates.K.alias() : cat([state[1], gates.K], 1), values = isNewChunk ? v.alias() : cat([state[2], v], 1);
        Tensor attended = GatedAttention.Step(_settings.AttentionActivation, gates.Q, keys, values, _bias);
        Tensor y = Update(u1, gates, attended, null, 0).squeeze(1);
        return (y.MoveToOuterDisposeScope(),
            [averages.MoveToOuterDisposeScope(), keys.MoveToOuterDisposeScope(), values.MoveToOuterDisposeScope()]);
    }

    /// <summary>A linear map whose weights begin as N(0, 0.02²), without bias.</summary>
    internal static Linear SmallLinear(int inputs, int outputs)
    {
        Linear linear = nn.Linear(inputs, outputs);
        using var _ = no_grad();
        linear.weight.normal_(0, 0.02);
        linear.bias!.zero_();
        return linear;
    }

    // Whatever stands behind the end would come back through the average that looks ahead.
    private Tensor Average(Tensor x, Padding? padding) => _ssm.forward(padding is null ? x : x * padding.ValidAs(x.dtype));

    private MegaGates.Parts GatesOf(Tensor average, double dropout)
    {
        Tensor mapped = dropout > 0
            ? FusedLinear.Apply(SequenceDropout.Apply(nn.functional.silu(average), dropout, tied: false), _mxProj)
            : FusedLinear.Apply(average, _mxProj, before: LinearActivation.Silu);
        return MegaGates.Apply(mapped, _gamma, _beta, _settings.DModel);
    }

    private Tensor Update(Tensor u, MegaGates.Parts gates, Tensor attended, Padding? padding, double dropout)
    {
        Tensor candidate = FusedLinear.Apply(attended * gates.R, _hProj), y;
        if (dropout > 0)
        {
            Tensor h = SequenceDropout.Apply(nn.functional.silu(gates.Hx + candidate), dropout, tied: false);
            y = addcmul(u, gates.Phi, h - u, 1);
        }
        else
        {
            y = GatedUpdate.Apply(u, gates.Phi, gates.Hx, candidate);
        }
        if (!_settings.Prenorm) y = _norm.forward(y, padding);
        return _nffn.forward(y, padding);
    }
}

/// <summary>MEGA's feed-forward with its norm and residual: y + W2 silu(W1 norm(y)), or norm(y + W2 silu(W1 y)).</summary>
internal sealed class MegaFeedForward : nn.Module<Tensor, Padding?, Tensor>
{
    private readonly BranchNorm _norm;
    private readonly Linear _w1, _w2;
    private readonly Mega.Settings _settings;

    public MegaFeedForward(Mega.Settings settings) : base(nameof(MegaFeedForward))
    {
        _settings = settings;
        _w1 = MegaBlock.SmallLinear(settings.DModel, settings.DFf);
        _w2 = MegaBlock.SmallLinear(settings.DFf, settings.DModel);
        register_module("norm", _norm = new BranchNorm(settings.Norm, settings.DModel));
        // Published names: layer.ff.0.0 and layer.ff.2.
        register_module("layer", nn.Sequential(("ff", nn.Sequential(("0", nn.Sequential(("0", _w1))), ("2", _w2)))));
    }

    public override Tensor forward(Tensor input, Padding? padding)
    {
        using var scope = NewDisposeScope();
        double dropout = training ? _settings.Dropout : 0;
        Tensor x = _settings.Prenorm ? _norm.forward(input, padding) : input;
        Tensor y;
        if (dropout > 0)
        {
            Tensor inner = SequenceDropout.Apply(FusedLinear.Apply(x, _w1, after: LinearActivation.Silu), dropout, tied: false);
            y = input + SequenceDropout.Apply(FusedLinear.Apply(inner, _w2), dropout, tied: false);
        }
        else
        {
            y = FusedLinear.Apply(FusedLinear.Apply(x, _w1), _w2, before: LinearActivation.Silu, residual: input);
        }
        if (!_settings.Prenorm) y = _norm.forward(y, padding);
        return y.MoveToOuterDisposeScope();
    }
}

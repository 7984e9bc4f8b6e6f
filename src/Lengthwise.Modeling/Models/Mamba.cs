using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Kernels.Gemm;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>Mamba's block: a gated, convolved sequence through a diagonal state space model whose step and maps follow from the input (S6).</summary>
/// <remarks>
/// Gu, Dao (2023), arXiv:2312.00752, sections 3.2 to 3.4 and algorithm 2, with the names and initial values of the released code. Not part of
/// the published comparison of self-pretraining. D = width, E = expand x D, N = d_state, K = d_conv, R = dt_rank.
///   in_proj [2 E, D]                     x, z
///   conv1d [E, 1, K], [E]                x ← silu(conv(x)), causal, each channel by itself
///   x_proj [R + 2 N, E]                  dt', B, C
///   dt_proj [E, R], [E]                  dt = softplus(dt_proj dt')
///   A_log [E, N], D [E]                  A = -exp(A_log)
///   out_proj [D, E]                      out_proj ((scan(x, dt, A, B, C) + D x) silu(z))
/// O(L (D E + E N)) time, memory linear in L. A bidirectional model adds the same on the way back, from conv1d on with parameters of its own (names with
/// b), between the shared projections: Vision Mamba's form (arXiv:2401.09417). Mamba itself is causal.
/// </remarks>
[SequenceModel("mamba", typeof(Settings))]
public sealed class Mamba : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "mamba";

    /// <inheritdoc/>
    public override string Summary => "selective state space model, bidirectional or causal";

    /// <inheritdoc/>
    public override string Citation => "Gu and Dao 2023, arXiv:2312.00752";

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength) => [new MambaBlock((Settings)settings)];

    /// <summary>Settings of Mamba; defaults are the published ones, but for the norm, which there is the root mean square's.</summary>
    public sealed record Settings : ModelSettings
    {
        /// <summary>States of a channel, N.</summary>
        [Range(1, 256)] public int DState { get; init; } = 16;

        /// <summary>Inner width as a multiple of <c>d_model</c>.</summary>
        [Range(1, 64)] public int Expand { get; init; } = 2;

        /// <summary>Steps of the convolution, K.</summary>
        [Range(1, 64)] public int DConv { get; init; } = 4;

        /// <summary>Rank of the map to steps, R; absent: d_model / 16, rounded up.</summary>
        [Range(1, 65536)] public int? DtRank { get; init; }

        /// <summary>Smallest initial step.</summary>
        [Range(1e-9, 1e3)] public double DtMin { get; init; } = 0.001;

        /// <summary>Largest initial step.</summary>
        [Range(1e-9, 1e3)] public double DtMax { get; init; } = 0.1;

        /// <inheritdoc/>
        public override string? Remark => "Mamba is reported apart: it is no part of the published comparison";

        /// <summary>Inner width, E.</summary>
        internal int Inner => Expand * DModel;

        /// <summary>Rank of the map to steps.</summary>
        internal int Rank => DtRank ?? (DModel + 15) / 16;

        /// <inheritdoc/>
        public override IEnumerable<string> Validate()
        {
            foreach (string problem in base.Validate()) yield return problem;
            if (DtMin > DtMax) yield return FormattableString.Invariant($"'dt_min' is {DtMin} and 'dt_max' is {DtMax}; the smaller comes first");
            if (Positions == PositionKind.Rotary) yield return "'positions' is 'rotary', which only attention can use";
        }
    }
}

/// <summary>The branch of <see cref="Mamba"/>, which explains parameters and letters.</summary>
public sealed class MambaBlock : SequenceLayer
{
    private readonly Linear _in, _out;
    private readonly Way _forwards;
    private readonly Way? _back;
    private readonly Mamba.Settings _settings;

    /// <summary>Draws the parameters.</summary>
    /// <param name="settings">Settings that passed their own validation.</param>
    public MambaBlock(Mamba.Settings settings) : base(nameof(MambaBlock))
    {
        _settings = settings;
        register_module("in_proj", _in = nn.Linear(settings.DModel, 2L * settings.Inner, hasBias: false));
        _forwards = new Way(this, settings, "conv1d", "x_proj", "dt_proj", "A_log", "D");
        if (settings.Bidirectional) _back = new Way(this, settings, "conv1d_b", "x_proj_b", "dt_proj_b", "A_b_log", "D_b");
        register_module("out_proj", _out = nn.Linear(settings.Inner, settings.DModel, hasBias: false));
    }

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> SsmParameterNames => _back is null ? ["A_log", "D"] : ["A_log", "D", "A_b_log", "D_b"];

    /// <inheritdoc/>
    public override bool HasStep => _back is null;

    /// <summary>The scan takes six operations a step and state: one for the rate, three for the update, two for the output.</summary>
    public override double ForwardFlops(long batch, long length)
    {
        const double perState = 6;
        (double inner, double states, double rank) = (_settings.Inner, _settings.DState, _settings.Rank);
        double steps = (double)batch * length, ways = _back is null ? 1 : 2;
        double way = 2 * _settings.DConv * inner + 2 * inner * (rank + 2 * states) + 2 * rank * inner + perState * inner * states;
        return FlopCount.Linear(steps, _settings.DModel, 3 * inner) + steps * ways * way;
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor u, Padding? padding)
    {
        TensorShape.Require(u, "input of Mamba", "B, L, D", TensorShape.Any, TensorShape.Any, _settings.DModel);

        using var scope = NewDisposeScope();
        // The way back begins behind the end: nothing may come from there.
        Tensor? valid = padding?.ValidAs(u.dtype);
        Tensor[] halves = FusedLinear.Apply(u, _in).chunk(2, -1);
        Tensor x = valid is null ? halves[0] : halves[0] * valid, y = _forwards.Run(x, valid);
        if (_back is not null) y = y + _back.Run(x.flip(1), valid?.flip(1)).flip(1);
        return FusedLinear.Apply(y * nn.functional.silu(halves[1]), _out).MoveToOuterDisposeScope();
    }

    /// <summary>The last K - 1 inputs of the convolution, [B, K - 1, E], and the states, [B, E, N].</summary>
    public override IReadOnlyList<Tensor> InitialState(long batch)
    {
        if (!HasStep) return base.InitialState(batch);
        (ScalarType type, Device device) = (_in.weight!.dtype, _in.weight.device);
        return [zeros([batch, _settings.DConv - 1, _settings.Inner], type, device), zeros([batch, _settings.Inner, _settings.DState], type, device)];
    }

    /// <inheritdoc/>
    public override (Tensor Output, IReadOnlyList<Tensor> State) Step(Tensor u, IReadOnlyList<Tensor> state)
    {
        RequireParts(state, 2);
        TensorShape.Require(u, "input of a Mamba step", "B, D", TensorShape.Any, _settings.DModel);
        TensorShape.Require(state[0], "inputs kept by a Mamba step", "B, K - 1, E", u.shape[0], _settings.DConv - 1, _settings.Inner);
        TensorShape.Require(state[1], "states of a Mamba step", "B, E, N", u.shape[0], _settings.Inner, _settings.DState);

        using var scope = NewDisposeScope();
        Tensor[] halves = FusedLinear.Apply(u, _in).chunk(2, -1);
        Tensor window = cat([state[0], halves[0].unsqueeze(1)], 1);
        (Tensor y, Tensor states) = _forwards.Step(window, state[1]);
        Tensor output = FusedLinear.Apply(y * nn.functional.silu(halves[1]), _out);
        return (output.MoveToOuterDisposeScope(), [window.narrow(1, 1, _settings.DConv - 1).clone().MoveToOuterDisposeScope(), states.MoveToOuterDisposeScope()]);
    }

    /// <summary>What a direction has of its own, registered with the block under published names.</summary>
    private sealed class Way
    {
        private readonly MambaBlock _owner;
        private readonly Conv1d _conv;
        private readonly Linear _x, _dt;
        private readonly string _aLog, _d;
        private readonly int _states, _rank;

        public Way(MambaBlock owner, Mamba.Settings settings, string conv, string x, string dt, string aLog, string d)
        {
            (_owner, _aLog, _d, _states, _rank) = (owner, aLog, d, settings.DState, settings.Rank);
            int inner = settings.Inner;
            using var scope = NewDisposeScope();
            owner.register_parameter(aLog, Kept(arange(1, _states + 1, ScalarType.Float32).log().expand(inner, _states).clone()));
            owner.register_parameter(d, Kept(ones(inner)));
            owner.register_module(conv, _conv = nn.Conv1d(inner, inner, settings.DConv, groups: inner));
            owner.register_module(x, _x = nn.Linear(inner, _rank + 2L * _states, hasBias: false));
            owner.register_module(dt, _dt = nn.Linear(_rank, inner));
            nn.init.uniform_(_dt.weight!, -Math.Pow(_rank, -0.5), Math.Pow(_rank, -0.5));
            using var _ = no_grad();
            _dt.bias!.copy_(InitialSteps(settings));
            foreach (Tensor tensor in (Tensor[])[_conv.weight!, _conv.bias!, _x.weight!, _dt.weight!, _dt.bias]) tensor.DetachFromDisposeScope();
        }

        /// <summary>[B, L, E] of a direction, before the gate.</summary>
        public Tensor Run(Tensor x, Tensor? valid)
        {
            (long length, long taps) = (x.shape[1], _conv.weight!.shape[2]);
            Tensor padded = nn.functional.pad(x, [0, 0, taps - 1, 0]), sum = _conv.bias!;
            for (long i = 0; i < taps; i++) sum = addcmul(sum, padded.narrow(1, i, length), _conv.weight.select(2, i).squeeze(1), 1);
            Tensor input = nn.functional.silu(sum);
            if (valid is not null) input = input * valid;
            (Tensor dt, Tensor b, Tensor c) = Selected(input);
            return SelectiveScan.Apply(input, dt, Rates, b, c) + _owner.get_parameter(_d)! * input;
        }

        /// <summary>One step from the last K inputs, [B, K, E].</summary>
        public (Tensor Output, Tensor States) Step(Tensor window, Tensor states)
        {
            Tensor input = nn.functional.silu((window * _conv.weight!.squeeze(1).t()).sum(1) + _conv.bias!);
            (Tensor dt, Tensor b, Tensor c) = Selected(input);
            Tensor next = (dt.unsqueeze(-1) * Rates).exp() * states + (dt * input).unsqueeze(-1) * b.unsqueeze(1);
            return ((next * c.unsqueeze(1)).sum(-1) + _owner.get_parameter(_d)! * input, next);
        }

        private Tensor Rates => -_owner.get_parameter(_aLog)!.exp();

        private (Tensor Dt, Tensor B, Tensor C) Selected(Tensor input)
        {
            Tensor all = _x.forward(input);
            Tensor dt = nn.functional.softplus(_dt.forward(all.narrow(-1, 0, _rank)));
            return (dt, all.narrow(-1, _rank, _states), all.narrow(-1, _rank + _states, _states));
        }

        // The bias at which softplus gives steps that are log-uniform between the bounds.
        private static Tensor InitialSteps(Mamba.Settings settings)
        {
            (double low, double high) = (Math.Log(settings.DtMin), Math.Log(settings.DtMax));
            Tensor dt = (rand(settings.Inner, ScalarType.Float64) * (high - low) + low).exp();
            return dt + (-(-dt).expm1()).log();
        }

        private static Parameter Kept(Tensor initial)
        {
            var parameter = new Parameter(initial);
            parameter.DetachFromDisposeScope();
            return parameter;
        }
    }
}

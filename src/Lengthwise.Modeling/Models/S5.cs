using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Diagnoses;
using Lengthwise.Modeling.Kernels.Gemm;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>S5: one state space model x' = Lambda x + B u, y = C x + D u with many inputs and outputs, discretised and scanned.</summary>
/// <remarks>
/// Smith, Warrington, Linderman (2023), arXiv:2208.04933, with the layer of the published code.
/// H = width, P = states kept: d_state / 2 conjugate pairs, or d_state without conj_sym; c = 1 causal or 2 bidirectional.
///   seq.Lambda_re, seq.Lambda_im [P]     seq.B [P, H, 2]    real and imaginary part
///   seq.C [H, P, 2], or seq.C1 and seq.C2 (bidirectional), or seq.C [H, 2P, 2] (bidirectional, complex_normal)
///   seq.D [H]    seq.log_step [P, 1]     out1 (full_glu), out2: weight [H, H], bias [H]
/// Lambda begins as HiPPO-N on every one of the J = blocks diagonal blocks, B as V^-1 B0 and C as C0 V.
/// O(L P H) time; memory linear in L. A bidirectional model scans the same driven states from both ends.
/// </remarks>
[SequenceModel("s5", typeof(Settings))]
public sealed class S5 : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "s5";

    /// <inheritdoc/>
    public override string Summary => "state space model with many inputs and outputs and a scan, bidirectional or causal";

    /// <inheritdoc/>
    public override string Citation => "Smith et al. 2023, arXiv:2208.04933";

    /// <inheritdoc/>
    public override bool HasFinalNorm => false;

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength) => [new S5Block((Settings)settings)];

    /// <summary>Settings of S5; every default is the published code's, except the norm.</summary>
    /// <remarks>Deviation: LayerNorm is the default and BatchNorm the published norm, see S4D.</remarks>
    public sealed record Settings : ModelSettings
    {
        /// <summary>States of the layer; with <see cref="ConjSym"/> half as many complex ones are kept.</summary>
        [Range(1, 65536)] public int DState { get; init; } = 64;

        /// <summary>Diagonal blocks of the initial A, each HiPPO-N of d_state / blocks states.</summary>
        [Range(1, 65536)] public int Blocks { get; init; } = 1;

        /// <summary>Keep one of every conjugate pair and double the real part, so that the system is a real one.</summary>
        public bool ConjSym { get; init; } = true;

        /// <summary>Keep Re Lambda at -1e-4 or below, so that no mode grows.</summary>
        public bool ClipEigs { get; init; }

        /// <summary>Initial values.</summary>
        public S5Init Init { get; init; } = S5Init.Hippo;

        /// <inheritdoc/>
        public override ModelSettings? WithRandomInit() => this with { Init = S5Init.Random, ClipEigs = true };

        /// <summary>Initial C.</summary>
        public S5CInit CInit { get; init; } = S5CInit.TruncStandardNormal;

        /// <summary>From continuous to discrete time.</summary>
        public Discretization Discretization { get; init; } = Discretization.Zoh;

        /// <summary>Smallest initial step; steps are drawn log-uniformly, one per state.</summary>
        [Range(1e-9, 1e3)] public double DtMin { get; init; } = 0.001;

        /// <summary>Largest initial step.</summary>
        [Range(1e-9, 1e3)] public double DtMax { get; init; } = 0.1;

        /// <summary>What follows the state space model.</summary>
        public S5Activation Activation { get; init; } = S5Activation.HalfGlu1;

        /// <summary>Which parameters take the state-space learning rate, and which decay.</summary>
        public S5OptConfig OptConfig { get; init; } = S5OptConfig.Standard;

        /// <summary>Whether steps take the base learning rate with weight decay, as published for Text and Retrieval.</summary>
        public bool DtGlobal { get; init; }

        /// <summary>Drop a channel for the whole sequence, as the published code does, instead of single values.</summary>
        public bool TieDropout { get; init; } = true;

        /// <inheritdoc/>
        public override IEnumerable<string> Validate()
        {
            foreach (string problem in base.Validate()) yield return problem;
            if (DState % Blocks != 0)
                yield return $"'blocks' is {Blocks} and does not divide 'd_state', which is {DState}";
            else if (ConjSym && DState / Blocks % 2 != 0)
                yield return $"'d_state' / 'blocks' is {DState / Blocks}, expected an even number: states come in conjugate pairs";
            if (DtMin > DtMax)
                yield return FormattableString.Invariant($"'dt_min' is {DtMin} and 'dt_max' is {DtMax}; the smaller comes first");
            if (Init == S5Init.Random && !ClipEigs)
                yield return "'init' is 'random' and 'clip_eigs' is false: half of the modes would grow without bound, set it to true";
            if (Positions == PositionKind.Rotary) yield return "'positions' is 'rotary', which only attention can use";
        }
    }
}

/// <summary>Initial values of S5.</summary>
public enum S5Init
{
    /// <summary>HiPPO-N on diagonal blocks.</summary>
    Hippo,

    /// <summary>No structure: every state-space parameter, steps, B, C and D included, from N(0, 0.1²) (arXiv:2310.02980, section 3.3).</summary>
    Random,
}

/// <summary>Initial C of S5. Fan-in is counted as in the published code.</summary>
public enum S5CInit
{
    /// <summary>C0 V, C0 LeCun normal over all H d_state entries.</summary>
    LecunNormal,

    /// <summary>C0 V, C0 LeCun normal over the d_state entries of a row.</summary>
    TruncStandardNormal,

    /// <summary>E|C|² = 1, in the eigenbasis.</summary>
    ComplexNormal,
}

/// <summary>What follows the state space model, with g = GELU and sigma the logistic function.</summary>
public enum S5Activation
{
    /// <summary>g(x).</summary>
    Gelu,

    /// <summary>g(x) sigma(W2 g(x)).</summary>
    HalfGlu1,

    /// <summary>x sigma(W2 g(x)).</summary>
    HalfGlu2,

    /// <summary>(W1 g(x)) sigma(W2 g(x)).</summary>
    FullGlu,
}

/// <summary>Which parameters take the state-space learning rate; Lambda always does, and steps unless dt_global.</summary>
public enum S5OptConfig
{
    /// <summary>B too, without decay.</summary>
    Standard,

    /// <summary>B too, with decay ("BandCdecay").</summary>
    BAndCDecay,

    /// <summary>B takes the base rate with decay ("BfastandCdecay").</summary>
    BFastAndCDecay,

    /// <summary>B, C and D too, without decay ("noBCdecay").</summary>
    NoBCDecay,
}

/// <summary>The state space model and what follows it: the branch of <see cref="S5"/>, which explains parameters and letters.</summary>
public sealed class S5Block : SequenceLayer, IKernelReach
{
    private readonly S5System _seq;
    private readonly Linear? _out1, _out2;
    private readonly S5.Settings _settings;

    /// <summary>Draws the parameters.</summary>
    /// <param name="settings">Settings that passed their own validation.</param>
    public S5Block(S5.Settings settings) : base(nameof(S5Block))
    {
        _settings = settings;
        register_module("seq", _seq = new S5System(settings));
        if (settings.Activation == S5Activation.FullGlu) register_module("out1", _out1 = FlaxDense.Create(settings.DModel, settings.DModel));
        if (settings.Activation != S5Activation.Gelu) register_module("out2", _out2 = FlaxDense.Create(settings.DModel, settings.DModel));
    }

    /// <inheritdoc/>
    public override bool TiesDropout => _settings.TieDropout;

    /// <inheritdoc/>
    public override bool HasStep => !_settings.Bidirectional;

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> SsmParameterNames => [
        .. Named("Lambda_re", "Lambda_im"),
        .. _settings.DtGlobal ? [] : Named("log_step"),
        .. _settings.OptConfig is S5OptConfig.Standard or S5OptConfig.NoBCDecay ? Named("B") : [],
        .. _settings.OptConfig == S5OptConfig.NoBCDecay ? Named("C", "C1", "C2", "D") : []];

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> DecayedSsmParameterNames => _settings.OptConfig == S5OptConfig.BAndCDecay ? Named("B") : [];

    /// <inheritdoc/>
    public override double ForwardFlops(long batch, long length)
    {
        int maps = (_out1 is null ? 0 : 1) + (_out2 is null ? 0 : 1);
        return _seq.Flops(batch * length) + FlopCount.Linear(batch * length, _settings.DModel, (double)maps * _settings.DModel);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor u, Padding? padding)
    {
        TensorShape.Require(u, "input of S5", "B, L, H", TensorShape.Any, TensorShape.Any, _settings.DModel);

        using var scope = NewDisposeScope();
        // Whatever stands behind the end would come back with the states that run backwards.
        Tensor x = padding is null ? u : u * padding.ValidAs(u.dtype);
        return Activate(_seq.forward(x), training ? _settings.Dropout : 0).MoveToOuterDisposeScope();
    }

    /// <summary>That of the state space model, without the skip D.</summary>
    public KernelMass KernelOver(long length) => _seq.KernelOver(length);

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> InitialState(long batch) => HasStep ? [_seq.InitialState(batch)] : base.InitialState(batch);

    /// <inheritdoc/>
    public override (Tensor Output, IReadOnlyList<Tensor> State) Step(Tensor u, IReadOnlyList<Tensor> state)
    {
        RequireParts(state, 1);
        TensorShape.Require(u, "input of an S5 step", "B, H", TensorShape.Any, _settings.DModel);

        using var scope = NewDisposeScope();
        (Tensor y, Tensor next) = _seq.Step(u, state[0]);
        return (Activate(y, 0).MoveToOuterDisposeScope(), [next.MoveToOuterDisposeScope()]);
    }

    private static string[] Named(params string[] names) => [.. names.Select(name => "seq." + name)];

    private Tensor Activate(Tensor x, double dropout)
    {
        if (_settings.Activation == S5Activation.FullGlu) return FullGate(x, dropout);
        Tensor g = nn.functional.gelu(x, GELU.Approximate.tanh);
        // The model drops the branch's output itself; alone, GELU is that output.
        if (_out2 is null) return g;
        g = SequenceDropout.Apply(g, dropout, TiesDropout);
        return (_settings.Activation == S5Activation.HalfGlu1 ? g : x) * FusedLinear.Apply(g, _out2).sigmoid();
    }

    private Tensor FullGate(Tensor x, double dropout)
    {
        // Side by side, so that the gate is part of one product.
        Tensor weight = cat([_out1!.weight, _out2!.weight]), bias = cat([_out1.bias!, _out2.bias!]);
        if (dropout <= 0) return FusedLinear.Apply(x, weight, bias, LinearActivation.GeluTanh, LinearActivation.Glu);
        Tensor g = SequenceDropout.Apply(nn.functional.gelu(x, GELU.Approximate.tanh), dropout, TiesDropout);
        return FusedLinear.Apply(g, weight, bias, LinearActivation.None, LinearActivation.Glu);
    }
}

/// <summary>The state space model proper.</summary>
internal sealed class S5System : nn.Module<Tensor, Tensor>
{
    // Largest Re Lambda under clip_eigs.
    private const double ClippedAt = -1e-4, RandomDeviation = 0.1;
    private readonly S5.Settings _settings;
    [ComponentName(Name = "Lambda_re")] private readonly Parameter _lambdaRe;
    [ComponentName(Name = "Lambda_im")] private readonly Parameter _lambdaIm;
    [ComponentName(Name = "B")] private readonly Parameter _B;
    [ComponentName(Name = "C")] private readonly Parameter? _C;
    [ComponentName(Name = "C1")] private readonly Parameter? _C1;
    [ComponentName(Name = "C2")] private readonly Parameter? _C2;
    [ComponentName(Name = "D")] private readonly Parameter _D;
    [ComponentName(Name = "log_step")] private readonly Parameter _logStep;

    public S5System(S5.Settings settings) : base(nameof(S5System))
    {
        using var scope = NewDisposeScope();
        _settings = settings;
        (int width, int block) = (settings.DModel, settings.DState / settings.Blocks);
        (Tensor eigenvalues, Tensor vectors) = HippoNormal.Decompose(block, settings.ConjSym ? block / 2 : block);
        Tensor lambda = eigenvalues.repeat(settings.Blocks);
        Tensor V = block_diag([.. Enumerable.Repeat(vectors, settings.Blocks)]);
        (double low, double high) = (Math.Log(settings.DtMin), Math.Log(settings.DtMax));

        _lambdaRe = Keep("Lambda_re", lambda.real);
        _lambdaIm = Keep("Lambda_im", lambda.imag);
        Tensor B = FlaxDense.LecunNormal(settings.DState, settings.DState, width).to_type(ScalarType.ComplexFloat64);
        _B = Keep("B", view_as_real(matmul(V.conj().transpose(0, 1), B)));
        if (settings.Bidirectional && settings.CInit != S5CInit.ComplexNormal)
            (_C1, _C2) = (Keep("C1", InitialC(V, 1)), Keep("C2", InitialC(V, 1)));
        else
            _C = Keep("C", InitialC(V, settings.Bidirectional ? 2 : 1));
        _D = Keep("D", randn(width));
        _logStep = Keep("log_step", rand(lambda.shape[0], 1) * (high - low) + low);
    }

    private long States => _lambdaRe.shape[0];

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor C = WholeC;
        return Discrete(C).Run(input, Back(C)).MoveToOuterDisposeScope();
    }

    public KernelMass KernelOver(long length)
    {
        Tensor C = WholeC;
        return KernelMass.OfRecurrence(Discrete(C), Back(C), length);
    }

    public double Flops(double steps) => ComplexRecurrence.Flops(steps, _settings.DModel, States, _settings.Bidirectional);

    public Tensor InitialState(long batch) => ComplexRecurrence.InitialState(batch, States, _D.device);

    public (Tensor Output, Tensor State) Step(Tensor u, Tensor state) => Discrete(_C!).Step(u, state);

    private Tensor WholeC => _C ?? cat([_C1!, _C2!], 1);

    private Tensor? Back(Tensor C) => _settings.Bidirectional ? OutputMap(C, States) : null;

    /// <summary>In discrete time: exp(dt Lambda) and (exp(dt Lambda) - 1) / Lambda B under the zero-order hold.</summary>
    private ComplexRecurrence Discrete(Tensor C)
    {
        Tensor re = _lambdaRe.to_type(ScalarType.Float64), im = _lambdaIm.to_type(ScalarType.Float64);
        Tensor lambda = complex(_settings.ClipEigs ? re.clamp_max(ClippedAt) : re, im);
        Tensor dt = _logStep.squeeze(-1).to_type(ScalarType.Float64).exp();
        Tensor discrete, held;
        if (_settings.Discretization == Discretization.Zoh)
        {
            discrete = (dt * lambda).exp();
            held = (discrete - 1) / lambda;
        }
        else
        {
            Tensor denominator = 1 - dt / 2 * lambda;
            discrete = (1 + dt / 2 * lambda) / denominator;
            held = dt / denominator;
        }
        Tensor B = held.unsqueeze(-1) * complex(_B.select(-1, 0).to_type(ScalarType.Float64), _B.select(-1, 1).to_type(ScalarType.Float64));
        Tensor input = ComplexRecurrence.InputMap(B.real, B.imag).to_type(_B.dtype);
        return new(stack([discrete.real, discrete.imag]), input, OutputMap(C, 0), _D);
    }

    private Tensor OutputMap(Tensor C, long first)
    {
        Tensor half = C.narrow(1, first, States);
        return ComplexRecurrence.OutputMap(half.select(-1, 0), half.select(-1, 1)) * (_settings.ConjSym ? 2 : 1);
    }

    private Tensor InitialC(Tensor V, int directions)
    {
        (int width, int states) = (_settings.DModel, _settings.DState);
        if (_settings.CInit == S5CInit.ComplexNormal) return randn([width, directions * V.shape[1], 2]) * Math.Sqrt(0.5);
        double fanIn = _settings.CInit == S5CInit.LecunNormal ? (double)width * states : states;
        Tensor real = FlaxDense.LecunNormal(fanIn, width, states, 2).to_type(ScalarType.Float64);
        return view_as_real(matmul(complex(real.select(-1, 0), real.select(-1, 1)), V));
    }

    private Parameter Keep(string name, Tensor initial)
    {
        Tensor drawn = _settings.Init == S5Init.Random ? randn(initial.shape) * RandomDeviation : initial;
        var parameter = new Parameter(drawn.to_type(ScalarType.Float32).contiguous());
        parameter.DetachFromDisposeScope();
        register_parameter(name, parameter);
        return parameter;
    }
}

using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Diagnoses;
using Lengthwise.Modeling.Kernels.Gemm;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>Linear recurrent unit: h_t = lambda h_{t-1} + gamma B u_t, y_t = Re(C h_t) + D u_t, then GELU and a gate.</summary>
/// <remarks>
/// Orvieto et al. (2023), arXiv:2303.06349, with the block of the published code: LRU, GELU (tanh form), dropout,
/// (W1 x) sigmoid(W2 x).
/// H = width, N = d_state complex states (no conjugates implied), c = 1 causal or 2 bidirectional.
///   seq.nu_log [N]      |lambda| = exp(-exp(nu_log))        seq.B_re, seq.B_im [N, H]
///   seq.theta_log [N]   arg lambda = exp(theta_log)         seq.C_re, seq.C_im [H, c N]
///   seq.gamma_log [N]   gamma = exp(gamma_log)              seq.D [H]
///   out1 = W1, out2 = W2: weight [H, H], bias [H]
/// O(L N H) time; memory linear in L. A bidirectional model runs the same recurrence a second time from the end and reads it with
/// the second half of C, as S5 does; the article, which uses both directions on Pathfinder, does not say how.
/// </remarks>
[SequenceModel("lru", typeof(Settings))]
public sealed class Lru : ModelArchitecture
{
    /// <inheritdoc/>
    public override string Name => "lru";

    /// <inheritdoc/>
    public override string Summary => "linear recurrent unit: a diagonal complex recurrence with a gate, bidirectional or causal";

    /// <inheritdoc/>
    public override string Citation => "Orvieto et al. 2023, arXiv:2303.06349";

    /// <inheritdoc/>
    public override bool HasFinalNorm => false;

    /// <inheritdoc/>
    public override IReadOnlyList<SequenceLayer> CreateLayers(ModelSettings settings, int depth, int maxLength) =>
        [new LruBlock((Settings)settings)];

    /// <summary>Settings of the LRU; the ring is the article's for sequential images.</summary>
    /// <remarks>Deviation: LayerNorm is the default and BatchNorm the published norm, see S4D.</remarks>
    public sealed record Settings : ModelSettings
    {
        /// <summary>Complex states of a layer, shared by all channels.</summary>
        [Range(1, 65536)] public int DState { get; init; } = 64;

        /// <summary>Initial values of the recurrence.</summary>
        public LruInit Init { get; init; } = LruInit.Ring;

        /// <inheritdoc/>
        public override ModelSettings? WithRandomInit() => this with { Init = LruInit.Random };

        /// <summary>Smallest initial |lambda|.</summary>
        [Range(0.0, 0.999999)] public double RMin { get; init; } = 0.9;

        /// <summary>Largest initial |lambda|; memories reach some 1 / (1 - r_max) steps back.</summary>
        [Range(0.0, 0.999999)] public double RMax { get; init; } = 0.999;

        /// <summary>Largest initial phase of lambda, in radians per step.</summary>
        [Range(1e-6, 2 * Math.PI)] public double MaxPhase { get; init; } = 2 * Math.PI;

        /// <summary>Drop a channel for the whole sequence, as the published code does, instead of single values.</summary>
        public bool TieDropout { get; init; } = true;

        /// <inheritdoc/>
        public override IEnumerable<string> Validate()
        {
            foreach (string problem in base.Validate()) yield return problem;
            if (RMin > RMax) yield return FormattableString.Invariant($"'r_min' is {RMin} and 'r_max' is {RMax}; the smaller comes first");
            if (Positions == PositionKind.Rotary) yield return "'positions' is 'rotary', which only attention can use";
        }
    }
}

/// <summary>Initial values of the LRU.</summary>
public enum LruInit
{
    /// <summary>lambda uniform on a ring of the complex plane, gamma so that white noise gives states of variance 1 (sections 3.2, 3.4).</summary>
    Ring,

    /// <summary>Every parameter of the recurrence N(0, 0.1²): the arm without structure of the self-pretraining study.</summary>
    Random,
}

/// <summary>LRU, GELU, dropout, (W1 x) sigmoid(W2 x): the branch of <see cref="Lru"/>, which explains parameters and letters.</summary>
public sealed class LruBlock : SequenceLayer, IKernelReach
{
    private static readonly string[] SsmNames = ["seq.nu_log", "seq.theta_log", "seq.gamma_log", "seq.B_re", "seq.B_im"];
    private readonly LruRecurrence _seq;
    private readonly Linear _out1, _out2;
    private readonly double _dropout;

    /// <summary>Draws the parameters.</summary>
    /// <param name="settings">Settings that passed their own validation.</param>
    public LruBlock(Lru.Settings settings) : base(nameof(LruBlock))
    {
        (_dropout, TiesDropout) = (settings.Dropout, settings.TieDropout);
        register_module("seq", _seq = new LruRecurrence(settings));
        register_module("out1", _out1 = FlaxDense.Create(settings.DModel, settings.DModel));
        register_module("out2", _out2 = FlaxDense.Create(settings.DModel, settings.DModel));
    }

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> SsmParameterNames => SsmNames;

    /// <inheritdoc/>
    public override bool TiesDropout { get; }

    /// <inheritdoc/>
    public override bool HasStep => !_seq.IsBidirectional;

    /// <inheritdoc/>
    public override double ForwardFlops(long batch, long length) =>
        _seq.Flops(batch * length) + FlopCount.Linear(batch * length, _seq.Width, 2.0 * _seq.Width);

    /// <inheritdoc/>
    public override Tensor forward(Tensor u, Padding? padding)
    {
        using var scope = NewDisposeScope();
        return Gate(Recurred(u, padding), training ? _dropout : 0, null).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor AddTo(Tensor residual, Tensor u, Padding? padding)
    {
        using var scope = NewDisposeScope();
        return Gate(Recurred(u, padding), training ? _dropout : 0, residual).MoveToOuterDisposeScope();
    }

    /// <summary>That of the recurrence, without the skip D.</summary>
    public KernelMass KernelOver(long length) => _seq.KernelOver(length);

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> InitialState(long batch) => HasStep ? [_seq.InitialState(batch)] : base.InitialState(batch);

    /// <inheritdoc/>
    public override (Tensor Output, IReadOnlyList<Tensor> State) Step(Tensor u, IReadOnlyList<Tensor> state)
    {
        RequireParts(state, 1);
        TensorShape.Require(u, "input of an LRU step", "B, H", TensorShape.Any, _seq.Width);

        using var scope = NewDisposeScope();
        (Tensor y, Tensor next) = _seq.Step(u, state[0]);
        return (Gate(y, 0, null).MoveToOuterDisposeScope(), [next.MoveToOuterDisposeScope()]);
    }

    private Tensor Recurred(Tensor u, Padding? padding)
    {
        TensorShape.Require(u, "input of the LRU", "B, L, H", TensorShape.Any, TensorShape.Any, _seq.Width);

        // Whatever stands behind the end would come back with the states that run backwards.
        return _seq.forward(padding is null ? u : u * padding.ValidAs(u.dtype));
    }

    private Tensor Gate(Tensor y, double dropout, Tensor? residual)
    {
        // Side by side, so that the gate is part of one product.
        Tensor weight = cat([_out1.weight, _out2.weight]), bias = cat([_out1.bias!, _out2.bias!]);
        if (dropout <= 0) return FusedLinear.Apply(y, weight, bias, LinearActivation.GeluTanh, LinearActivation.Glu, residual);
        Tensor x = SequenceDropout.Apply(nn.functional.gelu(y, GELU.Approximate.tanh), dropout, TiesDropout);
        return FusedLinear.Apply(x, weight, bias, LinearActivation.None, LinearActivation.Glu, residual);
    }
}

/// <summary>The recurrence proper.</summary>
internal sealed class LruRecurrence : nn.Module<Tensor, Tensor>
{
    // Draws are kept this far from 0, where logarithms end.
    private const double Smallest = 1e-12;
    private readonly bool _bidirectional;
    [ComponentName(Name = "theta_log")] private readonly Parameter _thetaLog;
    [ComponentName(Name = "nu_log")] private readonly Parameter _nuLog;
    [ComponentName(Name = "gamma_log")] private readonly Parameter _gammaLog;
    [ComponentName(Name = "B_re")] private readonly Parameter _bRe;
    [ComponentName(Name = "B_im")] private readonly Parameter _bIm;
    [ComponentName(Name = "C_re")] private readonly Parameter _cRe;
    [ComponentName(Name = "C_im")] private readonly Parameter _cIm;
    [ComponentName(Name = "D")] private readonly Parameter _D;

    public LruRecurrence(Lru.Settings settings) : base(nameof(LruRecurrence))
    {
        using var scope = NewDisposeScope();
        (int width, int states) = (settings.DModel, settings.DState);
        _bidirectional = settings.Bidirectional;
        int read = _bidirectional ? 2 * states : states;

        // |lambda|² uniform between the squared radii makes lambda uniform on the ring.
        (double inner, double outer) = (settings.RMin * settings.RMin, settings.RMax * settings.RMax);
        Tensor square = (rand(states, ScalarType.Float64) * (outer - inner) + inner).clamp_min(Smallest);
        Tensor phase = rand(states, ScalarType.Float64).clamp_min(Smallest) * settings.MaxPhase;
        Tensor Drawn(Tensor structured) => settings.Init == LruInit.Ring ? structured : randn(structured.shape) * 0.1;
        _thetaLog = Keep(Drawn(phase.log()));
        _nuLog = Keep(Drawn((-0.5 * square.log()).log()));
        _gammaLog = Keep(Drawn((1 - square).log() / 2));
        _bRe = Keep(Drawn(randn(states, width) / Math.Sqrt(2 * width)));
        _bIm = Keep(Drawn(randn(states, width) / Math.Sqrt(2 * width)));
        _cRe = Keep(Drawn(randn(width, read) / Math.Sqrt(states)));
        _cIm = Keep(Drawn(randn(width, read) / Math.Sqrt(states)));
        _D = Keep(Drawn(randn(width)));
        RegisterComponents();
    }

    /// <summary>H.</summary>
    public long Width => _D.shape[0];

    public bool IsBidirectional => _bidirectional;

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Recurrence().Run(input, Back).MoveToOuterDisposeScope();
    }

    public double Flops(double steps) => ComplexRecurrence.Flops(steps, Width, _nuLog.shape[0], _bidirectional);

    public KernelMass KernelOver(long length) => KernelMass.OfRecurrence(Recurrence(), Back, length);

    public Tensor InitialState(long batch) => ComplexRecurrence.InitialState(batch, _nuLog.shape[0], _nuLog.device);

    public (Tensor Output, Tensor State) Step(Tensor u, Tensor state) => Recurrence().Step(u, state);

    private Tensor? Back => _bidirectional ? OutputMap(_nuLog.shape[0], _nuLog.shape[0]) : null;

    private ComplexRecurrence Recurrence()
    {
        Tensor gamma = _gammaLog.exp().unsqueeze(-1);
        return new(Lambda(), ComplexRecurrence.InputMap(gamma * _bRe, gamma * _bIm), OutputMap(0, _nuLog.shape[0]), _D);
    }

    /// <summary>Real and imaginary part of lambda, [2, N] in double.</summary>
    private Tensor Lambda()
    {
        Tensor size = (-_nuLog.to_type(ScalarType.Float64).exp()).exp(), phase = _thetaLog.to_type(ScalarType.Float64).exp();
        return stack([size * phase.cos(), size * phase.sin()]);
    }

    private Tensor OutputMap(long first, long states) => ComplexRecurrence.OutputMap(_cRe.narrow(1, first, states), _cIm.narrow(1, first, states));

    private static Parameter Keep(Tensor initial)
    {
        var parameter = new Parameter(initial.to_type(ScalarType.Float32).contiguous());
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}

using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>S4D, GELU, dropout, Linear(H, 2H), GLU: the branch of <see cref="S4D"/>, which explains parameters and letters.</summary>
public sealed class S4DBlock : SequenceLayer
{
    private static readonly string[] SsmNames = ["layer.kernel.inv_dt", "layer.kernel.A_real", "layer.kernel.A_imag", "layer.kernel.B"];
    private readonly S4DConvolution _layer;
    private readonly Sequential _outputLinear;
    private readonly double _dropout;

    /// <summary>Draws the parameters.</summary>
    /// <param name="settings">Settings that passed their own validation.</param>
    public S4DBlock(S4D.Settings settings) : base(nameof(S4DBlock))
    {
        _dropout = settings.Dropout;
        _layer = new S4DConvolution(settings);
        _outputLinear = nn.Sequential(("0", nn.Linear(settings.DModel, 2 * settings.DModel)));
        register_module("layer", _layer);
        register_module("output_linear", _outputLinear);
    }

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> SsmParameterNames => SsmNames;

    /// <inheritdoc/>
    public override Tensor forward(Tensor u, Padding? padding)
    {
        TensorShape.Require(u, "input of S4D", "B, L, H", TensorShape.Any, TensorShape.Any, _layer.Width);

        using var scope = NewDisposeScope();
        // Whatever stands behind the end would come back through the kernel that looks ahead.
        Tensor x = padding is null ? u : u * padding.ValidAs(u.dtype);
        return Output(_layer.forward(x)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override bool HasStep => _layer.IsCausal;

    /// <summary>Zeros, [B, H, N] complex.</summary>
    public override IReadOnlyList<Tensor> InitialState(long batch) => [_layer.InitialState(batch)];

    /// <inheritdoc/>
    public override (Tensor Output, IReadOnlyList<Tensor> State) Step(Tensor u, IReadOnlyList<Tensor> state)
    {
        RequireParts(state, 1);
        using var scope = NewDisposeScope();
        (Tensor y, Tensor next) = _layer.Step(u, state[0]);
        return (Output(y).MoveToOuterDisposeScope(), [next.MoveToOuterDisposeScope()]);
    }

    private Tensor Output(Tensor y)
    {
        Tensor x = nn.functional.gelu(y);
        if (training && _dropout > 0) x = nn.functional.dropout(x, _dropout);
        return nn.functional.glu(_outputLinear.forward(x), -1);
    }
}

/// <summary>The state space model proper, y = conv(K, u) + D u.</summary>
internal sealed class S4DConvolution : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "D")] private readonly Parameter _D;
    private readonly S4DKernel _kernel;

    public S4DConvolution(S4D.Settings settings) : base(nameof(S4DConvolution))
    {
        Width = settings.DModel;
        _D = new Parameter(randn(1, Width));
        _kernel = new S4DKernel(settings);
        register_parameter("D", _D);
        register_module("kernel", _kernel);
    }

    /// <summary>H.</summary>
    public int Width { get; }

    public override Tensor forward(Tensor input)
    {
        using Tensor kernel = _kernel.Taps(input.shape[1]);
        using Tensor skip = _D.squeeze(0);
        return LongConvolution.Apply(input, kernel, skip);
    }

    public bool IsCausal => _kernel.IsCausal;

    public Tensor InitialState(long batch) => _kernel.InitialState(batch);

    public (Tensor Output, Tensor State) Step(Tensor u, Tensor state)
    {
        TensorShape.Require(u, "input of an S4D step", "B, H", TensorShape.Any, Width);
        (Tensor y, Tensor next) = _kernel.Step(u, state);
        return (y + _D * u, next);
    }
}

/// <summary>The parameters of the kernel and the two ways to run it: all taps at once, or step by step.</summary>
internal sealed class S4DKernel : nn.Module
{
    [ComponentName(Name = "inv_dt")] private readonly Parameter _invDt;
    [ComponentName(Name = "A_real")] private readonly Parameter _aReal;
    [ComponentName(Name = "A_imag")] private readonly Parameter _aImag;
    [ComponentName(Name = "B")] private readonly Parameter _B;
    [ComponentName(Name = "C")] private readonly Parameter _C;

    public S4DKernel(S4D.Settings settings) : base(nameof(S4DKernel))
    {
        using var scope = NewDisposeScope();
        (int width, int pairs, int channels) = (settings.DModel, settings.DState / 2, settings.Bidirectional ? 2 : 1);
        int copies = settings.NSsm ?? width;
        (double low, double high) = (Math.Log(settings.DtMin), Math.Log(settings.DtMax));
        (Tensor aReal, Tensor aImag, Tensor b) = InitialMatrices(settings.Init, settings.DState);

        _invDt = Keep(rand(width, 1) * (high - low) + low);
        _aReal = Keep(aReal.repeat(copies, 1));
        // The published code keeps frequencies at 1e-4 or above.
        _aImag = Keep(aImag.clamp_min(1e-4).repeat(copies, 1));
        _B = Keep(stack([b, zeros_like(b)], -1).repeat(1, copies, 1, 1));
        // E|C|² = 1.
        _C = Keep(randn([channels, width, pairs, 2]) * Math.Sqrt(0.5));
        RegisterComponents();
    }

    /// <summary>The kernel's first <paramref name="length"/> taps, [c, H, L].</summary>
    public Tensor Taps(long length)
    {
        using var scope = NewDisposeScope();
        Tensor dt = _invDt.squeeze(-1).exp();
        return DiagonalKernel.Zoh(dt, _aReal, _aImag, _B, _C, length).MoveToOuterDisposeScope();
    }

    public bool IsCausal => _C.shape[0] == 1;

    /// <summary>Zeros, [B, H, N] complex.</summary>
    public Tensor InitialState(long batch) => zeros([batch, _C.shape[1], _C.shape[2]], ComplexType, _C.device);

    /// <summary>x_t = exp(dt A) x_{t-1} + (exp(dt A) - 1) / A B u_t, y_t = 2 Re C x_t, in complex arithmetic.</summary>
    public (Tensor Output, Tensor State) Step(Tensor u, Tensor state)
    {
        (long width, long pairs) = (_C.shape[1], _C.shape[2]);
        TensorShape.Require(state, "state of an S4D step", "B, H, N", u.shape[0], width, pairs);

        Tensor A = complex(-_aReal.exp(), -_aImag).repeat(width / _aReal.shape[0], 1);
        Tensor B = view_as_complex(_B)[0].repeat(width / _aReal.shape[0], 1);
        Tensor discreteA = (_invDt.exp() * A).exp();
        Tensor discreteB = (discreteA - 1) / A * B;
        Tensor next = discreteA * state + discreteB * u.unsqueeze(-1);
        Tensor y = 2 * (view_as_complex(_C)[0] * next).real.sum(-1);
        return (y, next);
    }

    private ScalarType ComplexType => _C.dtype == ScalarType.Float64 ? ScalarType.ComplexFloat64 : ScalarType.ComplexFloat32;

    /// <summary>log(-Re A), -Im A of the half plane that is kept, and real B, each [N] in double.</summary>
    private static (Tensor AReal, Tensor AImag, Tensor B) InitialMatrices(S4DInit init, int states)
    {
        int pairs = states / 2;
        Tensor n = arange(pairs, ScalarType.Float64);
        Tensor half = full_like(n, Math.Log(0.5));
        Tensor one = ones_like(n);
        switch (init)
        {
            case S4DInit.Lin:
                return (half, n * Math.PI, one);
            case S4DInit.Inv:
                return (half, (states / (2 * n + 1) - 1) * (states / Math.PI), one);
            case S4DInit.Legs:
                (Tensor frequencies, Tensor input) = Hippo.LegS(states);
                return (half, frequencies, input);
            default:
                return ((n + 1).log(), zeros_like(n), one);
        }
    }

    private static Parameter Keep(Tensor initial)
    {
        var parameter = new Parameter(initial.to_type(ScalarType.Float32).contiguous());
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}

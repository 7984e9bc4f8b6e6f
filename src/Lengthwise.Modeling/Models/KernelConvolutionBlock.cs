using Lengthwise.Modeling.Diagnoses;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Kernels.Gemm;
using Lengthwise.Modeling.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>
/// The branch of S4, S4D, DSS and DLR: y = conv(K, u) + D u, GELU, dropout, Linear(H, 2H), GLU; without the gate, Linear(H, H) ends
/// it. They differ in the kernel K.
/// </summary>
/// <remarks>
/// D [1, H], output_linear.0: weight [2H, H], bias [2H], or output_linear without a gate. The S4 code keeps D and the kernel in a module <c>layer</c>, the DSS and DLR
/// code at the top; names follow them. O(B H L log L) time besides the kernel.
/// </remarks>
public sealed class KernelConvolutionBlock : SequenceLayer, IKernelReach
{
    // Together, because TorchSharp registers every field that is a module, and these stand elsewhere in the tree.
    private readonly (ConvolutionKernel Kernel, nn.Module OwnerOfD, Linear Output) _parts;
    private readonly string[] _ssmNames, _undecayedNames;
    private readonly double _dropout;
    private readonly int _width;
    private readonly bool _bidirectional, _glu;

    /// <summary>Draws the parameters that the kernel does not.</summary>
    /// <param name="model">Name for messages.</param>
    /// <param name="settings">Settings that passed their own validation.</param>
    /// <param name="kernel">Owned by this layer from now on.</param>
    /// <param name="nested">Whether D and kernel stand below <c>layer</c>.</param>
    /// <param name="deviation">Standard deviation of the initial D.</param>
    internal KernelConvolutionBlock(
        string model, KernelConvolutionSettings settings, ConvolutionKernel kernel, bool nested, double deviation) : base(model)
    {
        (_dropout, _width, _bidirectional, _glu) = (settings.Dropout, settings.DModel, settings.Bidirectional, settings.Glu);
        TiesDropout = settings.TieDropout;
        string[] Below(IReadOnlyList<string> names) => [.. names.Select(name => (nested ? "layer.kernel." : "kernel.") + name)];
        (_ssmNames, _undecayedNames) = (Below(kernel.SsmNames), Below(kernel.UndecayedNames));
        _parts = (kernel, nested ? new Nested() : this, nn.Linear(_width, _glu ? 2 * _width : _width));
        _parts.OwnerOfD.register_parameter("D", new Parameter(randn(1, _width) * deviation));
        _parts.OwnerOfD.register_module("kernel", kernel);
        if (nested) register_module("layer", _parts.OwnerOfD);
        register_module("output_linear", _glu ? nn.Sequential(("0", _parts.Output)) : _parts.Output);
    }

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> SsmParameterNames => _ssmNames;

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> UndecayedParameterNames => _undecayedNames;

    /// <inheritdoc/>
    public override bool TiesDropout { get; }

    /// <inheritdoc/>
    public override bool HasStep => !_bidirectional && _parts.Kernel.HasStep;

    /// <inheritdoc/>
    public override double ForwardFlops(long batch, long length) =>
        _parts.Kernel.Flops(length) + FlopCount.Convolution(batch, length, _width) + FlopCount.Linear(batch * length, _width, _glu ? 2 * _width : _width);

    /// <inheritdoc/>
    public override Tensor forward(Tensor u, Padding? padding)
    {
        using var scope = NewDisposeScope();
        return Output(Convolved(u, padding), null).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor AddTo(Tensor residual, Tensor u, Padding? padding)
    {
        using var scope = NewDisposeScope();
        return Output(Convolved(u, padding), residual).MoveToOuterDisposeScope();
    }

    /// <summary>The kernel's first taps, [1 or 2, H, L]: how each channel weighs the past, and after the next step the future.</summary>
    /// <param name="length">L, at least 1.</param>
    public Tensor Kernel(long length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        return _parts.Kernel.Taps(length);
    }

    /// <summary>That of the kernel, without the skip D.</summary>
    public KernelMass KernelOver(long length) => KernelMass.OfTaps(Kernel(length), firstAhead: 1);

    /// <summary>States at rest in double precision, then the discretised system, as the parameters are now.</summary>
    public override IReadOnlyList<Tensor> InitialState(long batch)
    {
        if (!HasStep) return base.InitialState(batch);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        return [.. _parts.Kernel.InitialState(batch).Select(part => part.MoveToOuterDisposeScope())];
    }

    /// <inheritdoc/>
    public override (Tensor Output, IReadOnlyList<Tensor> State) Step(Tensor u, IReadOnlyList<Tensor> state)
    {
        if (!HasStep) return base.Step(u, state);
        RequireParts(state, _parts.Kernel.StateParts);
        TensorShape.Require(u, $"input of a step of {GetName()}", "B, H", state[0].shape[0], _width);

        using var _ = no_grad();
        using var scope = NewDisposeScope();
        (Tensor convolved, Tensor next) = _parts.Kernel.Step(u.to_type(ScalarType.Float64), state);
        Tensor output = FusedLinear.Apply(convolved.to_type(u.dtype) + D * u, _parts.Output, LinearActivation.Gelu, After).MoveToOuterDisposeScope();
        return (output, [next.MoveToOuterDisposeScope(), .. state.Skip(1).Select(part => part.alias().MoveToOuterDisposeScope())]);
    }

    private Tensor D => _parts.OwnerOfD.get_parameter("D")!;

    private LinearActivation After => _glu ? LinearActivation.Glu : LinearActivation.None;

    private Tensor Convolved(Tensor u, Padding? padding)
    {
        TensorShape.Require(u, $"input of {GetName()}", "B, L, H", TensorShape.Any, TensorShape.Any, _width);

        // Whatever stands behind the end would come back through the kernel that looks ahead.
        Tensor x = padding is null ? u : u * padding.ValidAs(u.dtype);
        return LongConvolution.Apply(x, _parts.Kernel.Taps(u.shape[1]), D.squeeze(0));
    }

    private Tensor Output(Tensor y, Tensor? residual)
    {
        if (!training || _dropout <= 0) return FusedLinear.Apply(y, _parts.Output, LinearActivation.Gelu, After, residual);
        Tensor x = SequenceDropout.Apply(nn.functional.gelu(y), _dropout, TiesDropout);
        return FusedLinear.Apply(x, _parts.Output, after: After, residual: residual);
    }

    private sealed class Nested() : nn.Module("layer");
}

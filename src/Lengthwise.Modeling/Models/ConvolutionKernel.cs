using Lengthwise.Modeling.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>The kernel of a <see cref="KernelConvolutionBlock"/> and the two ways to run it: all taps at once, or step by step.</summary>
internal abstract class ConvolutionKernel(string name) : nn.Module(name)
{
    /// <summary>Standard deviation of all state-space parameters in the published random-initialisation arm (spt-protocol section 12).</summary>
    public const double RandomDeviation = 0.1;

    /// <summary>Names of the parameters that take the state-space learning rate.</summary>
    public abstract IReadOnlyList<string> SsmNames { get; }

    /// <summary>Names of the parameters that take the base learning rate and no weight decay.</summary>
    public virtual IReadOnlyList<string> UndecayedNames => [];

    /// <summary>Whether the causal kernel can be run step by step; when not, nothing below about states is called.</summary>
    public virtual bool HasStep => true;

    /// <summary>Tensors in a state: the states themselves, and the discretised system.</summary>
    public virtual int StateParts => throw NoStep();

    /// <summary>Floating-point operations of <see cref="Taps"/>.</summary>
    public abstract double Flops(long length);

    /// <summary>The kernel's first taps, [c, H, L]; c = 2 when bidirectional.</summary>
    public abstract Tensor Taps(long length);

    /// <summary>The causal kernel's recurrence at rest; the first part is [B, H, N] complex in double.</summary>
    public virtual IReadOnlyList<Tensor> InitialState(long batch) => throw NoStep();

    /// <summary>One step of the causal kernel's recurrence.</summary>
    /// <param name="u">[B, H], double.</param>
    /// <param name="state">As <see cref="InitialState"/> gives it.</param>
    /// <returns>y [B, H] without the skip, and the next first part.</returns>
    public virtual (Tensor Output, Tensor Next) Step(Tensor u, IReadOnlyList<Tensor> state) => throw NoStep();

    /// <summary>Log-uniform draws.</summary>
    protected static Tensor LogSteps(KernelConvolutionSettings settings, params long[] shape)
    {
        (double low, double high) = (Math.Log(settings.DtMin), Math.Log(settings.DtMax));
        return rand(shape) * (high - low) + low;
    }

    /// <summary>Floating-point operations of kernels that are sums of exponentials.</summary>
    /// <param name="weights">[c, H, N, 2].</param>
    /// <param name="length">Taps.</param>
    protected static double ExponentialFlops(Tensor weights, long length)
    {
        long[] shape = weights.shape;
        return FlopCount.Exponentials(shape[0] * shape[1], shape[2], length);
    }

    /// <summary>A draw of the random-initialisation arm in the shape of a structured one.</summary>
    protected static Tensor Random(Tensor like) => randn(like.shape) * RandomDeviation;

    /// <summary>A 32-bit parameter that outlives the scope it is made in.</summary>
    protected static Parameter Keep(Tensor initial)
    {
        var parameter = new Parameter(initial.to_type(ScalarType.Float32).contiguous());
        parameter.DetachFromDisposeScope();
        return parameter;
    }

    private NotSupportedException NoStep() => new($"{GetName()} has no recurrence");
}

/// <summary>A kernel that is a sum of exponentials, K_l = Re sum_n w_n a_n^l; its recurrence is x_t = a x_{t-1} + u_t, y_t = Re sum_n w_n x_t,n.</summary>
internal abstract class DiagonalConvolutionKernel(string name) : ConvolutionKernel(name)
{
    public sealed override int StateParts => 3;

    /// <summary>a = exp z and w, differentiable in the parameters.</summary>
    protected abstract DiagonalModes Modes();

    public sealed override IReadOnlyList<Tensor> InitialState(long batch)
    {
        DiagonalModes modes = Modes();
        Tensor a = modes.Power;
        return [zeros([batch, a.shape[0], a.shape[1]], ScalarType.ComplexFloat64, a.device), a, modes.Weight[0]];
    }

    public sealed override (Tensor Output, Tensor Next) Step(Tensor u, IReadOnlyList<Tensor> state)
    {
        Tensor next = state[1] * state[0] + u.unsqueeze(-1);
        return ((state[2] * next).real.sum(-1), next);
    }
}

using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>LayerNorm over the last dimension (Ba et al. 2016, arXiv:1607.06450), each position by itself.</summary>
/// <remarks>
/// 32-bit floats on the CPU take the C# kernels unless <see cref="KernelRoute.Current"/> says otherwise: their way back reads x and dy once, adds what a residual
/// carries, and keeps mean and deviation of each row besides x.
/// </remarks>
public static class FusedLayerNorm
{
    /// <summary>The norm.</summary>
    /// <param name="x">[..., D]. Not modified.</param>
    /// <param name="weight">Scale, [D].</param>
    /// <param name="bias">Shift, [D].</param>
    /// <param name="epsilon">Added to variances.</param>
    /// <returns>Of x's shape; the caller owns it.</returns>
    /// <exception cref="LengthwiseException">A shape does not fit.</exception>
    public static Tensor Apply(Tensor x, Tensor weight, Tensor bias, double epsilon)
    {
        KernelRoute? route = RouteFor(x, weight, bias);
        if (route is null) return ApplyLibtorch(x, weight, bias, epsilon);
        using var scope = NewDisposeScope();
        Tensor whole = x.contiguous();
        Tensor y = TensorMemory.WantsGradient(x, weight, bias)
            ? LayerNormFunction.apply(whole, weight.contiguous(), bias.contiguous(), epsilon, false, route)[0]
            : LayerNormFunction.Compute(whole, weight.contiguous(), bias.contiguous(), epsilon, route, null);
        return y.MoveToOuterDisposeScope();
    }

    /// <summary>The norm, and x again for a residual around it: what comes back along both is added while the norm's gradient is written.</summary>
    /// <inheritdoc cref="Apply"/>
    /// <returns>The norm, and a tensor that shares x's values and must not be modified; the caller owns both.</returns>
    public static (Tensor Normalised, Tensor Skip) Split(Tensor x, Tensor weight, Tensor bias, double epsilon)
    {
        KernelRoute? route = RouteFor(x, weight, bias);
        if (route is null || !TensorMemory.WantsGradient(x)) return (Apply(x, weight, bias, epsilon), x.alias());
        using var scope = NewDisposeScope();
        List<Tensor> both = LayerNormFunction.apply(x.contiguous(), weight.contiguous(), bias.contiguous(), epsilon, true, route);
        return (both[0].MoveToOuterDisposeScope(), both[1].MoveToOuterDisposeScope());
    }

    /// <summary>The plain route: oracle of the C# kernels, and the way of doubles and other devices.</summary>
    /// <inheritdoc cref="Apply"/>
    public static Tensor ApplyLibtorch(Tensor x, Tensor weight, Tensor bias, double epsilon) =>
        nn.functional.layer_norm(x, [weight.shape[0]], weight, bias, epsilon);

    private static KernelRoute? RouteFor(Tensor x, Tensor weight, Tensor bias)
    {
        TensorShape.Require(weight, "scale of a layer norm", "D", TensorShape.Any);
        TensorShape.Require(bias, "shift of a layer norm", "D", weight.shape[0]);
        if (x.dim() < 1 || x.shape[^1] != weight.shape[0])
            throw new LengthwiseException(ExitCode.Failed, $"input of a layer norm: found [{string.Join(", ", x.shape)}], expected [..., {weight.shape[0]}]");
        KernelRoute route = KernelRoute.Current;
        return route.Lanes == 0 || !TensorMemory.Suits(x, weight, bias) || x.numel() / weight.shape[0] > int.MaxValue ? null : route;
    }
}

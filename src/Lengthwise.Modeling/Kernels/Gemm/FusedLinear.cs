using Lengthwise.Modeling.Kernels.Dispatch;
using Lengthwise.Modeling.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels.Gemm;

/// <summary>A linear map with what stands around it: y = after(before(x) W^T + bias) + residual.</summary>
/// <remarks>
/// The C# kernels keep every intermediate value in the first caches and store one array less than is read back; 32-bit floats on the CPU take them
/// unless <see cref="KernelRoute.Current"/> says otherwise, everything else takes libtorch's operations.
/// </remarks>
public static class FusedLinear
{
    private const long Narrow = 1 << 15;

    /// <summary>Maps the last dimension.</summary>
    /// <param name="x">Input, [..., inputs], at least two dimensions. Not modified.</param>
    /// <param name="linear">Weight [outputs, inputs] and perhaps a bias.</param>
    /// <param name="before">Activation of x.</param>
    /// <param name="after">Activation of the product; <see cref="LinearActivation.Glu"/> halves its width.</param>
    /// <param name="residual">Added at the end, of the result's shape; null for nothing.</param>
    /// <returns>[..., outputs], or half of it; the caller owns it.</returns>
    /// <exception cref="LengthwiseException">A shape does not fit.</exception>
    public static Tensor Apply(
        Tensor x, Linear linear, LinearActivation before = LinearActivation.None, LinearActivation after = LinearActivation.None, Tensor? residual = null) =>
        Apply(x, linear.weight, linear.bias, before, after, residual);

    /// <inheritdoc cref="Apply(Tensor, Linear, LinearActivation, LinearActivation, Tensor?)"/>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[outputs]; null for none.</param>
#pragma warning disable CS1573 // The others are inherited.
    public static Tensor Apply(
        Tensor x, Tensor weight, Tensor? bias, LinearActivation before = LinearActivation.None, LinearActivation after = LinearActivation.None,
        Tensor? residual = null)
#pragma warning restore CS1573
    {
        Require(x, weight, bias, before, after, residual);
        KernelRoute route = KernelChoice.RouteOf(weight.numel() > Narrow ? KernelOperation.WideLinear : KernelOperation.Linear);
        if (route.Lanes == 0 || !TensorMemory.Suits(x, weight, bias ?? weight, residual ?? x)) return ApplyLibtorch(x, weight, bias, before, after, residual);

        using var scope = NewDisposeScope();
        (x, weight) = (x.contiguous(), weight.contiguous());
        Tensor biases = bias?.contiguous() ?? empty(0), added = residual?.contiguous() ?? empty(0);
        Tensor y = TensorMemory.WantsGradient(x, weight, biases, added)
            ? LinearFunction.apply(x, weight, biases, added, x.requires_grad, before, after, route)
            : LinearFunction.Compute(x, weight, biases, added, before, after, route, null);
        return y.MoveToOuterDisposeScope();
    }

    /// <summary>The plain route: oracle of the C# kernels, baseline of the benchmarks, and the way of doubles and other devices.</summary>
    /// <inheritdoc cref="Apply(Tensor, Tensor, Tensor?, LinearActivation, LinearActivation, Tensor?)"/>
    public static Tensor ApplyLibtorch(Tensor x, Tensor weight, Tensor? bias, LinearActivation before, LinearActivation after, Tensor? residual)
    {
        using var scope = NewDisposeScope();
        Tensor y = Activated(nn.functional.linear(Activated(x, before), weight, bias), after);
        return (residual is null ? y : residual + y).MoveToOuterDisposeScope();
    }

    private static Tensor Activated(Tensor x, LinearActivation activation) => activation switch
    {
        LinearActivation.Gelu => nn.functional.gelu(x),
        LinearActivation.GeluTanh => nn.functional.gelu(x, GELU.Approximate.tanh),
        LinearActivation.Silu => nn.functional.silu(x),
        LinearActivation.Glu => nn.functional.glu(x, -1),
        _ => x,
    };

    private static void Require(Tensor x, Tensor weight, Tensor? bias, LinearActivation before, LinearActivation after, Tensor? residual)
    {
        TensorShape.Require(weight, "weight of a linear map", "outputs, inputs", TensorShape.Any, TensorShape.Any);
        (long outputs, long inputs) = (weight.shape[0], weight.shape[1]);
        if (x.dim() < 2 || x.shape[^1] != inputs)
            throw new LengthwiseException(
                ExitCode.Failed,
                $"input of a linear map: found [{string.Join(", ", x.shape)}], expected two or more dimensions, the last of {inputs}");
        if (bias is not null) TensorShape.Require(bias, "bias of a linear map", "outputs", outputs);
        if (before == LinearActivation.Glu || (after == LinearActivation.Glu && outputs % 2 != 0))
            throw new LengthwiseException(
                ExitCode.Failed, $"linear map with {outputs} outputs: a gated linear unit stands behind it and halves an even width");
        long width = after == LinearActivation.Glu ? outputs / 2 : outputs;
        if (residual is not null && !residual.shape.SequenceEqual([.. x.shape[..^1], width]))
            throw new LengthwiseException(
                ExitCode.Failed,
                $"what is added to a linear map: found [{string.Join(", ", residual.shape)}], expected [{string.Join(", ", [.. x.shape[..^1], width])}]");
    }
}

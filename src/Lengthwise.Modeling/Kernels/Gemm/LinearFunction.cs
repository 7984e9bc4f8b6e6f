using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels.Gemm;

/// <summary>The C# linear map as a step of autograd; arguments x, weight, bias and residual (empty for none), whether x has a gradient, before, after, route.</summary>
internal sealed class LinearFunction : autograd.SingleTensorFunction<LinearFunction>
{
    private const string InputKey = "input", BiasKey = "bias", ResidualKey = "residual", BeforeKey = "before", AfterKey = "after", RouteKey = "route";

    /// <inheritdoc/>
    public override string Name => nameof(LinearFunction);

    /// <summary>y for contiguous floats whose shapes were checked.</summary>
    /// <param name="x">[..., inputs].</param>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[outputs], or empty.</param>
    /// <param name="residual">Of y's shape, or empty.</param>
    /// <param name="before">What is done to x.</param>
    /// <param name="after">What is done to the product.</param>
    /// <param name="route">Width of the vectors.</param>
    /// <param name="z">[rows, outputs] to fill with the product, or null.</param>
    public static Tensor Compute(
        Tensor x, Tensor weight, Tensor bias, Tensor residual, LinearActivation before, LinearActivation after, KernelRoute route, Tensor? z)
    {
        LinearShape shape = Shape(x, weight, before, after);
        Tensor y = empty([.. x.shape[..^1], shape.Width]);
        var arrays = new LinearArrays(At(x), At(weight), At(bias), At(residual), z is null ? 0 : At(z), At(y));
        switch (route.Lanes)
        {
            case 16: SimdLinear<Lanes512>.Forward(shape, arrays); break;
            case 8: SimdLinear<Lanes256>.Forward(shape, arrays); break;
            case 4: SimdLinear<Lanes128>.Forward(shape, arrays); break;
            default: SimdLinear<Lanes32>.Forward(shape, arrays); break;
        }
        return y;
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, weight, bias, residual) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3]);
        var (hasInputGradient, before, after, route) = ((bool)vars[4], (LinearActivation)vars[5], (LinearActivation)vars[6], (KernelRoute)vars[7]);
        long rows = x.numel() / x.shape[^1];
        Tensor z = empty(after == LinearActivation.None ? [0] : [rows, weight.shape[0]]);
        Tensor y = Compute(x, weight, bias, residual, before, after, route, z.numel() == 0 ? null : z);
        ctx.save_for_backward([x, weight, z]);
        ctx.save_data(InputKey, hasInputGradient);
        ctx.save_data(BiasKey, bias.numel() > 0);
        ctx.save_data(ResidualKey, residual.numel() > 0);
        ctx.save_data(BeforeKey, before);
        ctx.save_data(AfterKey, after);
        ctx.save_data(RouteKey, route);
        return y;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        var (hasInputGradient, hasBias, hasResidual) = ((bool)ctx.get_data(InputKey), (bool)ctx.get_data(BiasKey), (bool)ctx.get_data(ResidualKey));
        LinearShape shape = Shape(saved[0], saved[1], (LinearActivation)ctx.get_data(BeforeKey), (LinearActivation)ctx.get_data(AfterKey));
        var route = (KernelRoute)ctx.get_data(RouteKey);
        List<Tensor> gradients = BackwardFault.Guard(saved[..2], () => Gradients(saved, grad_output, shape, hasInputGradient, hasBias, route));
        // What was added has the gradient of the sum.
        return BackwardMemory.PassOn([gradients[0], gradients[1], hasBias && gradients.Count > 2 ? gradients[2] : null!, hasResidual ? grad_output.alias() : null!, null!, null!, null!, null!], saved, grad_output);
    }

    private static List<Tensor> Gradients(List<Tensor> saved, Tensor dy, LinearShape shape, bool hasInputGradient, bool hasBias, KernelRoute route)
    {
        using Tensor dyWhole = dy.contiguous();
        Tensor? dx = hasInputGradient ? empty_like(saved[0]) : null, dBias = hasBias ? empty(shape.Outputs) : null;
        Tensor dWeight = empty_like(saved[1]);
        var arrays = new LinearGradients(
            At(saved[0]), At(saved[1]), At(saved[2]), At(dyWhole), dx is null ? 0 : At(dx), At(dWeight), dBias is null ? 0 : At(dBias));
        switch (route.Lanes)
        {
            case 16: SimdLinearGradient<Lanes512>.Backward(shape, arrays); break;
            case 8: SimdLinearGradient<Lanes256>.Backward(shape, arrays); break;
            case 4: SimdLinearGradient<Lanes128>.Backward(shape, arrays); break;
            default: SimdLinearGradient<Lanes32>.Backward(shape, arrays); break;
        }
        return [dx!, dWeight, dBias!];
    }

    private static LinearShape Shape(Tensor x, Tensor weight, LinearActivation before, LinearActivation after) =>
        new(checked((int)(x.numel() / x.shape[^1])), (int)x.shape[^1], (int)weight.shape[0], before, after);

    private static unsafe nint At(Tensor tensor) => tensor.numel() == 0 ? 0 : (nint)TensorMemory.Floats(tensor);
}

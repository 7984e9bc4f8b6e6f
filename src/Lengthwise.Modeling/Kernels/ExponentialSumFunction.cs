using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>
/// The C# sums of given exponentials as a step of autograd; arguments x, y [H, N], re, im [channels, H, N] (contiguous doubles), the length
/// and the route.
/// </summary>
internal sealed class ExponentialSumFunction : autograd.SingleTensorFunction<ExponentialSumFunction>
{
    private const string RouteKey = "route", LengthKey = "length";

    /// <inheritdoc/>
    public override string Name => nameof(ExponentialSumFunction);

    /// <summary>K [channels, H, L] in single precision; the caller owns it.</summary>
    public static Tensor Taps(DiagonalModes modes, int length, KernelRoute route)
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = [modes.X.contiguous(), modes.Y.contiguous(), modes.Re.contiguous(), modes.Im.contiguous()];
        Tensor kernel = TensorMemory.WantsGradient(inputs)
            ? apply(inputs[0], inputs[1], inputs[2], inputs[3], length, route)
            : Compute(inputs, length, route);
        return kernel.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        List<Tensor> inputs = [.. vars.Take(4).Cast<Tensor>()];
        var (length, route) = ((int)vars[4], (KernelRoute)vars[5]);
        ctx.save_for_backward(inputs);
        ctx.save_data(LengthKey, length);
        ctx.save_data(RouteKey, route);
        return Compute([.. inputs], length, route);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        var (length, route) = ((int)ctx.get_data(LengthKey), (KernelRoute)ctx.get_data(RouteKey));
        List<Tensor> gradients = BackwardFault.Guard(saved, () => Gradients([.. saved], grad_output, length, route));
        return BackwardMemory.PassOn([.. gradients, null!, null!], saved, grad_output);
    }

    private static unsafe Tensor Compute(Tensor[] inputs, int length, KernelRoute route)
    {
        GivenModes modes = ModesOf(inputs, length);
        Tensor kernel = empty([modes.Shape.Channels, modes.Shape.Width, length], ScalarType.Float32);
        float* target = TensorMemory.Floats(kernel);
        switch (route.Lanes)
        {
            case 16: SimdDiagonalKernel<Lanes512>.Forward(modes, target); break;
            case 8: SimdDiagonalKernel<Lanes256>.Forward(modes, target); break;
            case 4: SimdDiagonalKernel<Lanes128>.Forward(modes, target); break;
            default: SimdDiagonalKernel<Lanes32>.Forward(modes, target); break;
        }
        return kernel;
    }

    private static unsafe List<Tensor> Gradients(Tensor[] inputs, Tensor dKernel, int length, KernelRoute route)
    {
        using Tensor whole = dKernel.contiguous();
        List<Tensor> gradients = [.. inputs.Select(input => empty_like(input))];
        GivenModes modes = ModesOf(inputs, length);
        float* g = TensorMemory.Floats(whole);
        double* dX = TensorMemory.Doubles(gradients[0]), dY = TensorMemory.Doubles(gradients[1]);
        var given = new GivenGradients(modes, dX, dY, TensorMemory.Doubles(gradients[2]), TensorMemory.Doubles(gradients[3]));
        switch (route.Lanes)
        {
            case 16: SimdDiagonalGradient<Lanes512>.Backward(modes, g, given); break;
            case 8: SimdDiagonalGradient<Lanes256>.Backward(modes, g, given); break;
            case 4: SimdDiagonalGradient<Lanes128>.Backward(modes, g, given); break;
            default: SimdDiagonalGradient<Lanes32>.Backward(modes, g, given); break;
        }
        return gradients;
    }

    private static unsafe GivenModes ModesOf(Tensor[] inputs, int length)
    {
        (long channels, long width, long states) = (inputs[2].shape[0], inputs[2].shape[1], inputs[2].shape[2]);
        return new(
            new((int)channels, checked((int)width), checked((int)states), length),
            TensorMemory.Doubles(inputs[0]), TensorMemory.Doubles(inputs[1]), TensorMemory.Doubles(inputs[2]), TensorMemory.Doubles(inputs[3]));
    }
}

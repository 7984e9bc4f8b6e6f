using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>
/// The C# diagonal kernel as a step of autograd; arguments dt, aReal, aImag, B, C (contiguous floats, shapes checked), the length
/// and the route.
/// </summary>
internal sealed class DiagonalKernelFunction : autograd.SingleTensorFunction<DiagonalKernelFunction>
{
    private const string RouteKey = "route", LengthKey = "length";

    /// <inheritdoc/>
    public override string Name => nameof(DiagonalKernelFunction);

    /// <summary>K [channels, H, L].</summary>
    public static unsafe Tensor Compute(Tensor dt, Tensor aReal, Tensor aImag, Tensor B, Tensor C, int length, KernelRoute route)
    {
        Tensor kernel = empty([C.shape[0], C.shape[1], length], ScalarType.Float32);
        DiagonalParameters parameters = ParametersOf([dt, aReal, aImag, B, C], length);
        float* target = TensorMemory.Floats(kernel);
        switch (route.Lanes)
        {
            case 16: SimdDiagonalKernel<Lanes512>.Forward(parameters, target); break;
            case 8: SimdDiagonalKernel<Lanes256>.Forward(parameters, target); break;
            case 4: SimdDiagonalKernel<Lanes128>.Forward(parameters, target); break;
            default: SimdDiagonalKernel<Lanes32>.Forward(parameters, target); break;
        }
        return kernel;
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        List<Tensor> inputs = [.. vars.Take(5).Cast<Tensor>()];
        var (length, route) = ((int)vars[5], (KernelRoute)vars[6]);
        ctx.save_for_backward(inputs);
        ctx.save_data(LengthKey, length);
        ctx.save_data(RouteKey, route);
        return Compute(inputs[0], inputs[1], inputs[2], inputs[3], inputs[4], length, route);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        var (length, route) = ((int)ctx.get_data(LengthKey), (KernelRoute)ctx.get_data(RouteKey));
        List<Tensor> gradients = BackwardFault.Guard(saved, () => Gradients(saved, grad_output, length, route));
        return BackwardMemory.PassOn([.. gradients, null!, null!], saved, grad_output);
    }

    private static unsafe List<Tensor> Gradients(List<Tensor> inputs, Tensor dKernel, int length, KernelRoute route)
    {
        using Tensor whole = dKernel.contiguous();
        List<Tensor> gradients = [.. inputs.Select(input => empty_like(input))];
        DiagonalParameters parameters = ParametersOf(inputs, length);
        float* g = TensorMemory.Floats(whole);
        float* dDt = TensorMemory.Floats(gradients[0]), dAReal = TensorMemory.Floats(gradients[1]), dAImag = TensorMemory.Floats(gradients[2]);
        float* dB = TensorMemory.Floats(gradients[3]), dC = TensorMemory.Floats(gradients[4]);
        using var held = new HeldGradients(parameters, dDt, dAReal, dAImag, dB, dC);
        switch (route.Lanes)
        {
            case 16: SimdDiagonalGradient<Lanes512>.Backward(parameters, g, held); break;
            case 8: SimdDiagonalGradient<Lanes256>.Backward(parameters, g, held); break;
            case 4: SimdDiagonalGradient<Lanes128>.Backward(parameters, g, held); break;
            default: SimdDiagonalGradient<Lanes32>.Backward(parameters, g, held); break;
        }
        held.Reduce();
        return gradients;
    }

    private static unsafe DiagonalParameters ParametersOf(List<Tensor> inputs, int length)
    {
        var (dt, aReal, aImag, B, C) = (inputs[0], inputs[1], inputs[2], inputs[3], inputs[4]);
        return new(
            (int)C.shape[0], (int)B.shape[0], (int)dt.shape[0], (int)aReal.shape[0], (int)aReal.shape[1], length,
            TensorMemory.Floats(dt), TensorMemory.Floats(aReal), TensorMemory.Floats(aImag), TensorMemory.Floats(B), TensorMemory.Floats(C));
    }
}

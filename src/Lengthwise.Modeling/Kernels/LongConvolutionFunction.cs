using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>The C# long convolution as a step of autograd; arguments u, kernel, D (contiguous floats, shapes checked) and the route.</summary>
internal sealed class LongConvolutionFunction : autograd.SingleTensorFunction<LongConvolutionFunction>
{
    private const string RouteKey = "route";

    /// <inheritdoc/>
    public override string Name => nameof(LongConvolutionFunction);

    /// <summary>y for u [B, L, H], kernel [channels, H, L], D [H].</summary>
    public static unsafe Tensor Compute(Tensor u, Tensor kernel, Tensor D, KernelRoute route)
    {
        Tensor y = empty_like(u);
        var shape = new ConvolutionShape(u.shape[0], u.shape[1], u.shape[2], kernel.shape[0], route.Lanes);
        float* uP = TensorMemory.Floats(u), kernelP = TensorMemory.Floats(kernel), dP = TensorMemory.Floats(D), yP = TensorMemory.Floats(y);
        switch (route.Lanes)
        {
            case 16: SimdLongConvolution<Lanes512>.Forward(shape, uP, kernelP, dP, yP); break;
            case 8: SimdLongConvolution<Lanes256>.Forward(shape, uP, kernelP, dP, yP); break;
            case 4: SimdLongConvolution<Lanes128>.Forward(shape, uP, kernelP, dP, yP); break;
            default: SimdLongConvolution<Lanes32>.Forward(shape, uP, kernelP, dP, yP); break;
        }
        return y;
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (u, kernel, D, route) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (KernelRoute)vars[3]);
        ctx.save_for_backward([u, kernel, D]);
        ctx.save_data(RouteKey, route);
        return Compute(u, kernel, D, route);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        var route = (KernelRoute)ctx.get_data(RouteKey);
        List<Tensor> gradients = BackwardFault.Guard(saved, () => Gradients(saved[0], saved[1], saved[2], grad_output, route));
        return BackwardMemory.PassOn([.. gradients, null!], saved, grad_output);
    }

    private static unsafe List<Tensor> Gradients(Tensor u, Tensor kernel, Tensor D, Tensor dy, KernelRoute route)
    {
        using Tensor dyWhole = dy.contiguous();
        (Tensor du, Tensor dKernel, Tensor dD) = (empty_like(u), empty_like(kernel), empty_like(D));
        var shape = new ConvolutionShape(u.shape[0], u.shape[1], u.shape[2], kernel.shape[0], route.Lanes);
        float* uP = TensorMemory.Floats(u), kernelP = TensorMemory.Floats(kernel), dP = TensorMemory.Floats(D), dyP = TensorMemory.Floats(dyWhole);
        float* duP = TensorMemory.Floats(du), dKernelP = TensorMemory.Floats(dKernel), dDP = TensorMemory.Floats(dD);
        switch (route.Lanes)
        {
            case 16: SimdLongConvolution<Lanes512>.Backward(shape, uP, kernelP, dP, dyP, duP, dKernelP, dDP); break;
            case 8: SimdLongConvolution<Lanes256>.Backward(shape, uP, kernelP, dP, dyP, duP, dKernelP, dDP); break;
            case 4: SimdLongConvolution<Lanes128>.Backward(shape, uP, kernelP, dP, dyP, duP, dKernelP, dDP); break;
            default: SimdLongConvolution<Lanes32>.Backward(shape, uP, kernelP, dP, dyP, duP, dKernelP, dDP); break;
        }
        return [du, dKernel, dD];
    }
}

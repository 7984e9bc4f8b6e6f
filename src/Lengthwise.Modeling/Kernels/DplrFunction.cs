using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>The C# transform of S4's kernels as a step of autograd; arguments rows, re, im (contiguous doubles), the shape and the route.</summary>
internal sealed class DplrFunction : autograd.SingleTensorFunction<DplrFunction>
{
    private const string RouteKey = "route", ShapeKey = "shape";

    /// <inheritdoc/>
    public override string Name => nameof(DplrFunction);

    /// <summary>K^, complex [channels, H, F], from rows [H, R, N] and poles [H, N], all in double; the caller owns it.</summary>
    public static Tensor Response(Tensor rows, Tensor re, Tensor im, long channels, long length, KernelRoute route)
    {
        using var scope = NewDisposeScope();
        (rows, re, im) = (rows.contiguous(), re.contiguous(), im.contiguous());
        var shape = new DplrShape((int)channels, checked((int)re.shape[0]), checked((int)re.shape[1]), checked((int)length));
        Tensor pairs = TensorMemory.WantsGradient(rows, re, im) ? apply(rows, re, im, shape, route) : Compute(rows, re, im, shape, route);
        return view_as_complex(pairs).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (rows, re, im, shape, route) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (DplrShape)vars[3], (KernelRoute)vars[4]);
        ctx.save_for_backward([rows, re, im]);
        ctx.save_data(ShapeKey, shape);
        ctx.save_data(RouteKey, route);
        return Compute(rows, re, im, shape, route);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        var (shape, route) = ((DplrShape)ctx.get_data(ShapeKey), (KernelRoute)ctx.get_data(RouteKey));
        List<Tensor> gradients = BackwardFault.Guard(saved, () => Gradients(saved, grad_output, shape, route));
        return BackwardMemory.PassOn([.. gradients, null!, null!], saved, grad_output);
    }

    private static unsafe Tensor Compute(Tensor rows, Tensor re, Tensor im, DplrShape shape, KernelRoute route)
    {
        Tensor response = empty([shape.Channels, shape.Width, shape.Nodes, 2], ScalarType.Float64);
        double* rowsP = TensorMemory.Doubles(rows), reP = TensorMemory.Doubles(re), imP = TensorMemory.Doubles(im);
        double* responseP = TensorMemory.Doubles(response);
        switch (route.Lanes)
        {
            case 16: SimdDplrKernel<DoubleLanes512>.Forward(shape, rowsP, reP, imP, responseP); break;
            case 8: SimdDplrKernel<DoubleLanes256>.Forward(shape, rowsP, reP, imP, responseP); break;
            case 4: SimdDplrKernel<DoubleLanes128>.Forward(shape, rowsP, reP, imP, responseP); break;
            default: SimdDplrKernel<DoubleLanes64>.Forward(shape, rowsP, reP, imP, responseP); break;
        }
        return response;
    }

    private static unsafe List<Tensor> Gradients(List<Tensor> inputs, Tensor dResponse, DplrShape shape, KernelRoute route)
    {
        using Tensor whole = dResponse.contiguous();
        List<Tensor> gradients = [.. inputs.Select(input => empty_like(input))];
        double* rows = TensorMemory.Doubles(inputs[0]), re = TensorMemory.Doubles(inputs[1]), im = TensorMemory.Doubles(inputs[2]);
        double* dRows = TensorMemory.Doubles(gradients[0]), dRe = TensorMemory.Doubles(gradients[1]), dIm = TensorMemory.Doubles(gradients[2]);
        double* d = TensorMemory.Doubles(whole);
        switch (route.Lanes)
        {
            case 16: SimdDplrKernel<DoubleLanes512>.Backward(shape, rows, re, im, d, dRows, dRe, dIm); break;
            case 8: SimdDplrKernel<DoubleLanes256>.Backward(shape, rows, re, im, d, dRows, dRe, dIm); break;
            case 4: SimdDplrKernel<DoubleLanes128>.Backward(shape, rows, re, im, d, dRows, dRe, dIm); break;
            default: SimdDplrKernel<DoubleLanes64>.Backward(shape, rows, re, im, d, dRows, dRe, dIm); break;
        }
        return gradients;
    }
}

using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>The C# diagonal scan as a step of autograd; arguments b (contiguous floats), lambda (contiguous doubles), direction and route.</summary>
internal sealed class DiagonalScanFunction : autograd.SingleTensorFunction<DiagonalScanFunction>
{
    private const string RouteKey = "route", ReverseKey = "reverse";

    /// <inheritdoc/>
    public override string Name => nameof(DiagonalScanFunction);

    /// <summary>x [B, L, 2N].</summary>
    public static unsafe Tensor Compute(Tensor b, Tensor lambda, bool reverse, KernelRoute route)
    {
        Tensor x = empty_like(b);
        ScanShape shape = ShapeOf(b, reverse);
        float* bP = TensorMemory.Floats(b), xP = TensorMemory.Floats(x);
        double* lambdaP = (double*)TensorMemory.Floats(lambda);
        switch (route.Lanes)
        {
            case 16: SimdDiagonalScan<DoubleLanes512>.Forward(shape, lambdaP, bP, xP); break;
            case 8: SimdDiagonalScan<DoubleLanes256>.Forward(shape, lambdaP, bP, xP); break;
            case 4: SimdDiagonalScan<DoubleLanes128>.Forward(shape, lambdaP, bP, xP); break;
            default: SimdDiagonalScan<DoubleLanes64>.Forward(shape, lambdaP, bP, xP); break;
        }
        return x;
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (b, lambda, reverse, route) = ((Tensor)vars[0], (Tensor)vars[1], (bool)vars[2], (KernelRoute)vars[3]);
        Tensor x = Compute(b, lambda, reverse, route);
        // The states are kept anyway by the map that reads them; the input is not needed.
        ctx.save_for_backward([lambda, x]);
        ctx.save_data(ReverseKey, reverse);
        ctx.save_data(RouteKey, route);
        return x;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        bool reverse = (bool)ctx.get_data(ReverseKey);
        var route = (KernelRoute)ctx.get_data(RouteKey);
        List<Tensor> gradients = BackwardFault.Guard([saved[1], saved[0]], () => Gradients(saved[0], saved[1], grad_output, reverse, route));
        foreach (Tensor tensor in saved) tensor.Dispose();
        return [.. gradients, null!, null!];
    }

    private static unsafe List<Tensor> Gradients(Tensor lambda, Tensor x, Tensor dx, bool reverse, KernelRoute route)
    {
        using Tensor dxWhole = dx.contiguous();
        (Tensor db, Tensor dLambda) = (empty_like(x), empty_like(lambda));
        ScanShape shape = ShapeOf(x, reverse);
        float* xP = TensorMemory.Floats(x), dxP = TensorMemory.Floats(dxWhole), dbP = TensorMemory.Floats(db);
        double* lambdaP = (double*)TensorMemory.Floats(lambda), dLambdaP = (double*)TensorMemory.Floats(dLambda);
        switch (route.Lanes)
        {
            case 16: SimdDiagonalScan<DoubleLanes512>.Backward(shape, lambdaP, xP, dxP, dbP, dLambdaP); break;
            case 8: SimdDiagonalScan<DoubleLanes256>.Backward(shape, lambdaP, xP, dxP, dbP, dLambdaP); break;
            case 4: SimdDiagonalScan<DoubleLanes128>.Backward(shape, lambdaP, xP, dxP, dbP, dLambdaP); break;
            default: SimdDiagonalScan<DoubleLanes64>.Backward(shape, lambdaP, xP, dxP, dbP, dLambdaP); break;
        }
        return [db, dLambda];
    }

    private static ScanShape ShapeOf(Tensor x, bool reverse) =>
        new(checked((int)x.shape[0]), checked((int)x.shape[1]), checked((int)(x.shape[2] / 2)), reverse);
}

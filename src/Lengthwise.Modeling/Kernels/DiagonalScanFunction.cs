using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>
/// The C# diagonal scan as a step of autograd; arguments b (contiguous floats), lambda (contiguous doubles), direction and route. One result a
/// pass.
/// </summary>
internal sealed class DiagonalScanFunction : autograd.MultiTensorFunction<DiagonalScanFunction>
{
    private const string RouteKey = "route", DirectionKey = "direction";

    /// <inheritdoc/>
    public override string Name => nameof(DiagonalScanFunction);

    /// <summary>x [B, L, 2N] of each pass.</summary>
    public static unsafe List<Tensor> Compute(Tensor b, Tensor lambda, ScanDirection direction, KernelRoute route)
    {
        ScanShape shape = ShapeOf(b, direction);
        List<Tensor> x = [.. Enumerable.Range(0, shape.Passes).Select(_ => empty_like(b))];
        float* bP = TensorMemory.Floats(b);
        double* lambdaP = TensorMemory.Doubles(lambda);
        switch (route.Lanes)
        {
            case 16: SimdDiagonalScan<DoubleLanes512>.Forward(shape, lambdaP, bP, PassesOf(x)); break;
            case 8: SimdDiagonalScan<DoubleLanes256>.Forward(shape, lambdaP, bP, PassesOf(x)); break;
            case 4: SimdDiagonalScan<DoubleLanes128>.Forward(shape, lambdaP, bP, PassesOf(x)); break;
            default: SimdDiagonalScan<DoubleLanes64>.Forward(shape, lambdaP, bP, PassesOf(x)); break;
        }
        return x;
    }

    /// <inheritdoc/>
    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (b, lambda, direction, route) = ((Tensor)vars[0], (Tensor)vars[1], (ScanDirection)vars[2], (KernelRoute)vars[3]);
        List<Tensor> x = Compute(b, lambda, direction, route);
        // The states are kept anyway by the map that reads them; the input is not needed.
        ctx.save_for_backward([lambda, .. x]);
        ctx.save_data(DirectionKey, direction);
        ctx.save_data(RouteKey, route);
        return x;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        var (direction, route) = ((ScanDirection)ctx.get_data(DirectionKey), (KernelRoute)ctx.get_data(RouteKey));
        List<Tensor> gradients = BackwardFault.Guard([saved[1], saved[0]], () => Gradients(saved[0], saved[1..], grad_outputs, direction, route));
        return BackwardMemory.PassOn([.. gradients, null!, null!], saved, [.. grad_outputs]);
    }

    private static unsafe List<Tensor> Gradients(Tensor lambda, List<Tensor> x, List<Tensor> dx, ScanDirection direction, KernelRoute route)
    {
        using var scope = NewDisposeScope();
        ScanPasses states = PassesOf(x), received = PassesOf([.. dx.Select(d => d.contiguous())]);
        (Tensor db, Tensor dLambda) = (empty_like(x[0]), empty_like(lambda));
        ScanShape shape = ShapeOf(db, direction);
        float* dbP = TensorMemory.Floats(db);
        double* lambdaP = TensorMemory.Doubles(lambda), dLambdaP = TensorMemory.Doubles(dLambda);
        switch (route.Lanes)
        {
            case 16: SimdDiagonalScan<DoubleLanes512>.Backward(shape, lambdaP, states, received, dbP, dLambdaP); break;
            case 8: SimdDiagonalScan<DoubleLanes256>.Backward(shape, lambdaP, states, received, dbP, dLambdaP); break;
            case 4: SimdDiagonalScan<DoubleLanes128>.Backward(shape, lambdaP, states, received, dbP, dLambdaP); break;
            default: SimdDiagonalScan<DoubleLanes64>.Backward(shape, lambdaP, states, received, dbP, dLambdaP); break;
        }
        return [db.MoveToOuterDisposeScope(), dLambda.MoveToOuterDisposeScope()];
    }

    private static unsafe ScanPasses PassesOf(List<Tensor> passes) =>
        new(TensorMemory.Floats(passes[0]), passes.Count > 1 ? TensorMemory.Floats(passes[1]) : null);

    private static ScanShape ShapeOf(Tensor b, ScanDirection direction) =>
        new(checked((int)b.shape[0]), checked((int)b.shape[1]), checked((int)(b.shape[2] / 2)), direction);
}

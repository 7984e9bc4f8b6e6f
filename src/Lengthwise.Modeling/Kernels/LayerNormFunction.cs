using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>The C# layer norm as a step of autograd; arguments x, weight, bias (contiguous floats, shapes checked), epsilon, whether x is handed on, route.</summary>
internal sealed class LayerNormFunction : autograd.MultiTensorFunction<LayerNormFunction>
{
    private const string EpsilonKey = "epsilon", RouteKey = "route";

    /// <inheritdoc/>
    public override string Name => nameof(LayerNormFunction);

    /// <summary>y for x [..., D], weight [D], bias [D].</summary>
    /// <param name="x">Input.</param>
    /// <param name="weight">Scale.</param>
    /// <param name="bias">Shift.</param>
    /// <param name="epsilon">Added to variances.</param>
    /// <param name="route">Width of the vectors.</param>
    /// <param name="statistics">[rows, 2] to fill with mean and 1 / deviation, or null.</param>
    public static unsafe Tensor Compute(Tensor x, Tensor weight, Tensor bias, double epsilon, KernelRoute route, Tensor? statistics)
    {
        Tensor y = empty_like(x);
        LayerNormShape shape = ShapeOf(x, epsilon);
        float* xP = TensorMemory.Floats(x), weightP = TensorMemory.Floats(weight), biasP = TensorMemory.Floats(bias), yP = TensorMemory.Floats(y);
        float* statisticsP = statistics is null ? null : TensorMemory.Floats(statistics);
        switch (route.Lanes)
        {
            case 16: SimdLayerNorm<Lanes512>.Forward(shape, xP, weightP, biasP, yP, statisticsP); break;
            case 8: SimdLayerNorm<Lanes256>.Forward(shape, xP, weightP, biasP, yP, statisticsP); break;
            case 4: SimdLayerNorm<Lanes128>.Forward(shape, xP, weightP, biasP, yP, statisticsP); break;
            default: SimdLayerNorm<Lanes32>.Forward(shape, xP, weightP, biasP, yP, statisticsP); break;
        }
        return y;
    }

    /// <inheritdoc/>
    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, weight, bias, epsilon, splits, route) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (double)vars[3], (bool)vars[4], (KernelRoute)vars[5]);
        Tensor statistics = empty(x.numel() / x.shape[^1], 2);
        Tensor y = Compute(x, weight, bias, epsilon, route, statistics);
        ctx.save_for_backward([x, weight, bias, statistics]);
        ctx.save_data(EpsilonKey, epsilon);
        ctx.save_data(RouteKey, route);
        return splits ? [y, x.detach()] : [y];
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        var (epsilon, route) = ((double)ctx.get_data(EpsilonKey), (KernelRoute)ctx.get_data(RouteKey));
        List<Tensor> gradients = BackwardFault.Guard(saved[..3], () => Gradients(saved, grad_outputs, epsilon, route));
        return BackwardMemory.PassOn([.. gradients, null!, null!, null!], saved, [.. grad_outputs]);
    }

    private static unsafe List<Tensor> Gradients(List<Tensor> saved, List<Tensor> received, double epsilon, KernelRoute route)
    {
        using var scope = NewDisposeScope();
        var (x, weight, statistics, dy) = (saved[0], saved[1], saved[3], received[0].contiguous());
        Tensor? skip = received.Count > 1 ? received[1].contiguous() : null;
        (Tensor dx, Tensor dWeight, Tensor dBias) = (empty_like(x), empty_like(weight), empty_like(saved[2]));
        LayerNormShape shape = ShapeOf(x, epsilon);
        float* xP = TensorMemory.Floats(x), weightP = TensorMemory.Floats(weight), statisticsP = TensorMemory.Floats(statistics), dyP = TensorMemory.Floats(dy);
        float* skipP = skip is null ? null : TensorMemory.Floats(skip), dxP = TensorMemory.Floats(dx), dWeightP = TensorMemory.Floats(dWeight), dBiasP = TensorMemory.Floats(dBias);
        switch (route.Lanes)
        {
            case 16: SimdLayerNorm<Lanes512>.Backward(shape, xP, weightP, statisticsP, dyP, skipP, dxP, dWeightP, dBiasP); break;
            case 8: SimdLayerNorm<Lanes256>.Backward(shape, xP, weightP, statisticsP, dyP, skipP, dxP, dWeightP, dBiasP); break;
            case 4: SimdLayerNorm<Lanes128>.Backward(shape, xP, weightP, statisticsP, dyP, skipP, dxP, dWeightP, dBiasP); break;
            default: SimdLayerNorm<Lanes32>.Backward(shape, xP, weightP, statisticsP, dyP, skipP, dxP, dWeightP, dBiasP); break;
        }
        return [dx.MoveToOuterDisposeScope(), dWeight.MoveToOuterDisposeScope(), dBias.MoveToOuterDisposeScope()];
    }

    private static LayerNormShape ShapeOf(Tensor x, double epsilon) => new((int)(x.numel() / x.shape[^1]), (int)x.shape[^1], (float)epsilon);
}

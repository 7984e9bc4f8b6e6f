using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>The C# kernels of <see cref="MegaGates"/> as a step of autograd; arguments map, gamma, beta (contiguous floats, shapes checked), width, route.</summary>
internal sealed class MegaGatesFunction : autograd.MultiTensorFunction<MegaGatesFunction>
{
    private const string WidthKey = "width", RouteKey = "route";

    /// <inheritdoc/>
    public override string Name => nameof(MegaGatesFunction);

    /// <summary>phi, r, hx, q and k.</summary>
    public static unsafe List<Tensor> Compute(Tensor map, Tensor gamma, Tensor beta, int width, KernelRoute route)
    {
        GateShape shape = ShapeOf(map, gamma, width);
        long[] leading = map.shape[..^1];
        List<Tensor> parts = [.. ((int[])[width, shape.V, width, shape.Z, shape.Z]).Select(size => empty([.. leading, size]))];
        float* mapP = TensorMemory.Floats(map), gammaP = TensorMemory.Floats(gamma), betaP = TensorMemory.Floats(beta);
        GatePointers at = PointersOf(parts);
        switch (route.Lanes)
        {
            case 16: SimdMegaGates<Lanes512>.Forward(shape, mapP, gammaP, betaP, at); break;
            case 8: SimdMegaGates<Lanes256>.Forward(shape, mapP, gammaP, betaP, at); break;
            case 4: SimdMegaGates<Lanes128>.Forward(shape, mapP, gammaP, betaP, at); break;
            default: SimdMegaGates<Lanes32>.Forward(shape, mapP, gammaP, betaP, at); break;
        }
        return parts;
    }

    /// <inheritdoc/>
    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (map, gamma, beta, width, route) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (int)vars[3], (KernelRoute)vars[4]);
        ctx.save_for_backward([map, gamma, beta]);
        ctx.save_data(WidthKey, width);
        ctx.save_data(RouteKey, route);
        return Compute(map, gamma, beta, width, route);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        var (width, route) = ((int)ctx.get_data(WidthKey), (KernelRoute)ctx.get_data(RouteKey));
        List<Tensor> gradients = BackwardFault.Guard(saved, () => Gradients(saved, grad_outputs, width, route));
        return BackwardMemory.PassOn([.. gradients, null!, null!], saved, [.. grad_outputs]);
    }

    private static unsafe List<Tensor> Gradients(List<Tensor> saved, List<Tensor> received, int width, KernelRoute route)
    {
        using var scope = NewDisposeScope();
        (Tensor map, Tensor gamma) = (saved[0], saved[1]);
        (Tensor dMap, Tensor dGamma, Tensor dBeta) = (empty_like(map), empty_like(gamma), empty_like(gamma));
        GateShape shape = ShapeOf(map, gamma, width);
        GatePointers at = PointersOf([.. received.Select(part => part.contiguous())]);
        float* mapP = TensorMemory.Floats(map), gammaP = TensorMemory.Floats(gamma), dMapP = TensorMemory.Floats(dMap);
        float* dGammaP = TensorMemory.Floats(dGamma), dBetaP = TensorMemory.Floats(dBeta);
        switch (route.Lanes)
        {
            case 16: SimdMegaGates<Lanes512>.Backward(shape, mapP, gammaP, at, dMapP, dGammaP, dBetaP); break;
            case 8: SimdMegaGates<Lanes256>.Backward(shape, mapP, gammaP, at, dMapP, dGammaP, dBetaP); break;
            case 4: SimdMegaGates<Lanes128>.Backward(shape, mapP, gammaP, at, dMapP, dGammaP, dBetaP); break;
            default: SimdMegaGates<Lanes32>.Backward(shape, mapP, gammaP, at, dMapP, dGammaP, dBetaP); break;
        }
        return [dMap.MoveToOuterDisposeScope(), dGamma.MoveToOuterDisposeScope(), dBeta.MoveToOuterDisposeScope()];
    }

    private static GateShape ShapeOf(Tensor map, Tensor gamma, int width) =>
        new(checked((int)(map.numel() / map.shape[^1])), width, (int)gamma.shape[1], (int)(map.shape[^1] - 2 * width - gamma.shape[1]));

    private static unsafe GatePointers PointersOf(List<Tensor> parts) => new(
        TensorMemory.Floats(parts[0]), TensorMemory.Floats(parts[1]), TensorMemory.Floats(parts[2]), TensorMemory.Floats(parts[3]), TensorMemory.Floats(parts[4]));
}

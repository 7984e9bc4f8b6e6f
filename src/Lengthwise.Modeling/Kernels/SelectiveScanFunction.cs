using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>The C# selective scan as a step of autograd; arguments x, dt, a (as [N, E]), b, c (contiguous floats) and route.</summary>
internal sealed class SelectiveScanFunction : autograd.SingleTensorFunction<SelectiveScanFunction>
{
    private const string RouteKey = "route";

    /// <inheritdoc/>
    public override string Name => nameof(SelectiveScanFunction);

    /// <summary>y [B, L, E].</summary>
    /// <param name="inputs">x, dt, a, b, c.</param>
    /// <param name="route">Width of the vectors.</param>
    /// <param name="kept">States at the start of every chunk, to fill, or null.</param>
    public static unsafe Tensor Compute(IReadOnlyList<Tensor> inputs, KernelRoute route, Tensor? kept)
    {
        Tensor y = empty_like(inputs[0]);
        SelectiveShape shape = ShapeOf(inputs);
        var at = new SelectiveInputs(inputs);
        float* yP = TensorMemory.Floats(y), keptP = kept is null ? null : TensorMemory.Floats(kept);
        switch (route.Lanes)
        {
            case 16: SimdSelectiveScan<Lanes512>.Forward(shape, at, yP, keptP); break;
            case 8: SimdSelectiveScan<Lanes256>.Forward(shape, at, yP, keptP); break;
            case 4: SimdSelectiveScan<Lanes128>.Forward(shape, at, yP, keptP); break;
            default: SimdSelectiveScan<Lanes32>.Forward(shape, at, yP, keptP); break;
        }
        return y;
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        Tensor[] inputs = [.. vars.Take(5).Cast<Tensor>()];
        var route = (KernelRoute)vars[5];
        Tensor kept = empty(ShapeOf(inputs).KeptFloats);
        Tensor y = Compute(inputs, route, kept);
        ctx.save_for_backward([.. inputs, kept]);
        ctx.save_data(RouteKey, route);
        return y;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        var route = (KernelRoute)ctx.get_data(RouteKey);
        List<Tensor> gradients = BackwardFault.Guard(saved[..5], () => Gradients(saved, grad_output, route));
        return BackwardMemory.PassOn([.. gradients, null!], saved, grad_output);
    }

    private static unsafe List<Tensor> Gradients(List<Tensor> saved, Tensor dy, KernelRoute route)
    {
        using Tensor dyWhole = dy.contiguous();
        SelectiveShape shape = ShapeOf(saved);
        var at = new SelectiveInputs(saved);
        (Tensor dx, Tensor dDt) = (empty_like(saved[0]), empty_like(saved[1]));
        // Sums over channels and over rows are taken of parts that one item each has written, in a fixed order.
        using Tensor rates = zeros(shape.Batch, shape.States, shape.Width);
        using Tensor inputMaps = zeros(shape.Batch, shape.Groups, shape.Length, shape.States), outputMaps = zeros_like(inputMaps);
        var to = new SelectiveGradients(dx, dDt, rates, inputMaps, outputMaps);
        float* dyP = TensorMemory.Floats(dyWhole), keptP = TensorMemory.Floats(saved[5]);
        switch (route.Lanes)
        {
            case 16: SimdSelectiveScan<Lanes512>.Backward(shape, at, keptP, dyP, to); break;
            case 8: SimdSelectiveScan<Lanes256>.Backward(shape, at, keptP, dyP, to); break;
            case 4: SimdSelectiveScan<Lanes128>.Backward(shape, at, keptP, dyP, to); break;
            default: SimdSelectiveScan<Lanes32>.Backward(shape, at, keptP, dyP, to); break;
        }
        return [dx, dDt, rates.sum([0]), inputMaps.sum([1]), outputMaps.sum([1])];
    }

    private static SelectiveShape ShapeOf(IReadOnlyList<Tensor> inputs) =>
        new(inputs[0].shape[0], inputs[0].shape[1], inputs[0].shape[2], inputs[2].shape[0]);
}

/// <summary>Addresses of the inputs.</summary>
internal readonly unsafe struct SelectiveInputs(IReadOnlyList<Tensor> inputs)
{
    public readonly float* X = TensorMemory.Floats(inputs[0]);
    public readonly float* Dt = TensorMemory.Floats(inputs[1]);
    public readonly float* A = TensorMemory.Floats(inputs[2]);
    public readonly float* B = TensorMemory.Floats(inputs[3]);
    public readonly float* C = TensorMemory.Floats(inputs[4]);
}

/// <summary>Addresses of the gradients: those of x and dt, and the parts of those of a [B, N, E], b and c [B, groups, L, N].</summary>
internal readonly unsafe struct SelectiveGradients(Tensor x, Tensor dt, Tensor a, Tensor b, Tensor c)
{
    public readonly float* X = TensorMemory.Floats(x);
    public readonly float* Dt = TensorMemory.Floats(dt);
    public readonly float* A = TensorMemory.Floats(a);
    public readonly float* B = TensorMemory.Floats(b);
    public readonly float* C = TensorMemory.Floats(c);
}

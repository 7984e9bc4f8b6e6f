using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>The C# feature attention as a step of autograd; arguments q, k, v, projection and lengths (or empty tensors), shape.</summary>
internal sealed class FeatureSumsFunction : autograd.SingleTensorFunction<FeatureSumsFunction>
{
    private const string ShapeKey = "shape";

    /// <inheritdoc/>
    public override string Name => nameof(FeatureSumsFunction);

    /// <summary>Sums of values over all valid keys, and of weights behind them; null where the route in force or the tensors ask for libtorch.</summary>
    /// <param name="q">Queries, [B, L, D], heads side by side.</param>
    /// <param name="k">Keys, [B, L, D].</param>
    /// <param name="v">Values, [B, L, D].</param>
    /// <param name="heads">Heads.</param>
    /// <param name="map">What makes features.</param>
    /// <param name="projection">[m, d], without a gradient; null where features are made of the queries and keys themselves.</param>
    /// <param name="padding">Valid keys; null when all are.</param>
    /// <returns>[B, h, L, d + 1], zero at padded steps; the caller owns it.</returns>
    public static Tensor? TryApply(Tensor q, Tensor k, Tensor v, int heads, FeatureMap map, Tensor? projection, Padding? padding)
    {
        KernelRoute route = KernelRoute.Current;
        if (route.Lanes == 0 || !TensorMemory.Suits(q, k, v) || (projection is not null && !TensorMemory.Suits(projection))) return null;
        using var scope = NewDisposeScope();
        int head = (int)q.shape[2] / heads;
        var shape = new FeatureShape((int)q.shape[0], (int)q.shape[1], heads, head, (int)(projection?.shape[0] ?? head), projection is not null, map, route.Lanes);
        (q, k, v, projection) = (q.contiguous(), k.contiguous(), v.contiguous(), projection?.detach().contiguous() ?? empty(0));
        Tensor lengths = padding?.Lengths.to(ScalarType.Int64).contiguous() ?? empty(0, ScalarType.Int64);
        Tensor y = TensorMemory.WantsGradient(q, k, v) ? apply(q, k, v, projection, lengths, shape) : Compute(q, k, v, projection, lengths, shape);
        return y.transpose(1, 2).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (q, k, v, projection, lengths) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3], (Tensor)vars[4]);
        ctx.save_for_backward([q, k, v, projection, lengths]);
        ctx.save_data(ShapeKey, vars[5]);
        return Compute(q, k, v, projection, lengths, (FeatureShape)vars[5]);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        var shape = (FeatureShape)ctx.get_data(ShapeKey);
        List<Tensor> gradients = BackwardFault.Guard(saved[..3], () => Gradients(saved, grad_output, shape));
        return BackwardMemory.PassOn([.. gradients, null!, null!, null!], saved, grad_output);
    }

    private static unsafe Tensor Compute(Tensor q, Tensor k, Tensor v, Tensor projection, Tensor lengths, FeatureShape shape)
    {
        Tensor y = empty(shape.Batch, shape.Length, shape.Heads, shape.Head + 1);
        float* qP = TensorMemory.Floats(q), kP = TensorMemory.Floats(k), vP = TensorMemory.Floats(v), yP = TensorMemory.Floats(y);
        float* projectionP = shape.HasProjection ? TensorMemory.Floats(projection) : null;
        long* lengthsP = Lengths(lengths);
        switch (shape.Lanes)
        {
            case 16: SimdFeatureSums<Lanes512>.Forward(shape, projectionP, qP, kP, vP, lengthsP, yP); break;
            case 8: SimdFeatureSums<Lanes256>.Forward(shape, projectionP, qP, kP, vP, lengthsP, yP); break;
            case 4: SimdFeatureSums<Lanes128>.Forward(shape, projectionP, qP, kP, vP, lengthsP, yP); break;
            default: SimdFeatureSums<Lanes32>.Forward(shape, projectionP, qP, kP, vP, lengthsP, yP); break;
        }
        return y;
    }

    private static unsafe List<Tensor> Gradients(List<Tensor> saved, Tensor dy, FeatureShape shape)
    {
        var (q, k, v, projection) = (saved[0], saved[1], saved[2], saved[3]);
        using Tensor dyWhole = dy.contiguous();
        (Tensor dq, Tensor dk, Tensor dv) = (empty_like(q), empty_like(k), empty_like(v));
        var pointers = new AttentionPointers(
            TensorMemory.Floats(q), TensorMemory.Floats(k), TensorMemory.Floats(v), null, null,
            TensorMemory.Floats(dyWhole), TensorMemory.Floats(dq), TensorMemory.Floats(dk), TensorMemory.Floats(dv));
        float* projectionP = shape.HasProjection ? TensorMemory.Floats(projection) : null;
        long* lengthsP = Lengths(saved[4]);
        switch (shape.Lanes)
        {
            case 16: SimdFeatureSums<Lanes512>.Backward(shape, projectionP, pointers, lengthsP); break;
            case 8: SimdFeatureSums<Lanes256>.Backward(shape, projectionP, pointers, lengthsP); break;
            case 4: SimdFeatureSums<Lanes128>.Backward(shape, projectionP, pointers, lengthsP); break;
            default: SimdFeatureSums<Lanes32>.Backward(shape, projectionP, pointers, lengthsP); break;
        }
        return [dq, dk, dv];
    }

    private static unsafe long* Lengths(Tensor lengths) => lengths.numel() == 0 ? null : (long*)TensorMemory.Floats(lengths);
}

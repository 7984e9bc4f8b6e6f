using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>The C# attention as a step of autograd; arguments q, k, v, lengths (or an empty tensor), heads, causal, route.</summary>
internal sealed class AttentionFunction : autograd.SingleTensorFunction<AttentionFunction>
{
    private const string HeadsKey = "heads", CausalKey = "causal", RouteKey = "route";

    /// <inheritdoc/>
    public override string Name => nameof(AttentionFunction);

    /// <summary>Attention of q, k, v [B, L, D] (contiguous floats, shapes checked).</summary>
    /// <param name="q">Queries.</param>
    /// <param name="k">Keys.</param>
    /// <param name="v">Values.</param>
    /// <param name="lengths">Valid steps per row, or empty.</param>
    /// <param name="heads">Heads.</param>
    /// <param name="causal">Whether a query sees no later keys.</param>
    /// <param name="route">Width of the vectors.</param>
    /// <param name="logSums">[B, heads, L] to fill, or null.</param>
    public static unsafe Tensor Compute(Tensor q, Tensor k, Tensor v, Tensor lengths, int heads, bool causal, KernelRoute route, Tensor? logSums)
    {
        Tensor y = empty_like(q);
        var shape = new AttentionShape(q.shape[0], q.shape[1], q.shape[2], heads, causal, route.Lanes);
        float* qP = TensorMemory.Floats(q), kP = TensorMemory.Floats(k), vP = TensorMemory.Floats(v), yP = TensorMemory.Floats(y);
        long* lengthsP = lengths.numel() == 0 ? null : (long*)TensorMemory.Floats(lengths);
        float* sumsP = logSums is null ? null : TensorMemory.Floats(logSums);
        switch (route.Lanes)
        {
            case 16: SimdAttention<Lanes512>.Forward(shape, qP, kP, vP, lengthsP, yP, sumsP); break;
            case 8: SimdAttention<Lanes256>.Forward(shape, qP, kP, vP, lengthsP, yP, sumsP); break;
            case 4: SimdAttention<Lanes128>.Forward(shape, qP, kP, vP, lengthsP, yP, sumsP); break;
            default: SimdAttention<Lanes32>.Forward(shape, qP, kP, vP, lengthsP, yP, sumsP); break;
        }
        return y;
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (q, k, v, lengths) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3]);
        var (heads, causal, route) = ((int)vars[4], (bool)vars[5], (KernelRoute)vars[6]);
        Tensor logSums = empty(q.shape[0], heads, q.shape[1]);
        Tensor y = Compute(q, k, v, lengths, heads, causal, route, logSums);
        ctx.save_for_backward([q, k, v, lengths, y, logSums]);
        ctx.save_data(HeadsKey, heads);
        ctx.save_data(CausalKey, causal);
        ctx.save_data(RouteKey, route);
        return y;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        int heads = (int)ctx.get_data(HeadsKey);
        bool causal = (bool)ctx.get_data(CausalKey);
        var route = (KernelRoute)ctx.get_data(RouteKey);
        List<Tensor> gradients = BackwardFault.Guard(saved[..3], () => Gradients(saved, grad_output, heads, causal, route));
        foreach (Tensor tensor in saved) tensor.Dispose();
        return [.. gradients, null!, null!, null!, null!];
    }

    private static unsafe List<Tensor> Gradients(List<Tensor> saved, Tensor dy, int heads, bool causal, KernelRoute route)
    {
        var (q, k, v, lengths) = (saved[0], saved[1], saved[2], saved[3]);
        using Tensor dyWhole = dy.contiguous();
        (Tensor dq, Tensor dk, Tensor dv) = (empty_like(q), empty_like(k), empty_like(v));
        var shape = new AttentionShape(q.shape[0], q.shape[1], q.shape[2], heads, causal, route.Lanes);
        float* qP = TensorMemory.Floats(q), kP = TensorMemory.Floats(k), vP = TensorMemory.Floats(v);
        float* yP = TensorMemory.Floats(saved[4]), sumsP = TensorMemory.Floats(saved[5]), dyP = TensorMemory.Floats(dyWhole);
        float* dqP = TensorMemory.Floats(dq), dkP = TensorMemory.Floats(dk), dvP = TensorMemory.Floats(dv);
        long* lengthsP = lengths.numel() == 0 ? null : (long*)TensorMemory.Floats(lengths);
        switch (route.Lanes)
        {
            case 16: SimdAttention<Lanes512>.Backward(shape, qP, kP, vP, lengthsP, yP, sumsP, dyP, dqP, dkP, dvP); break;
            case 8: SimdAttention<Lanes256>.Backward(shape, qP, kP, vP, lengthsP, yP, sumsP, dyP, dqP, dkP, dvP); break;
            case 4: SimdAttention<Lanes128>.Backward(shape, qP, kP, vP, lengthsP, yP, sumsP, dyP, dqP, dkP, dvP); break;
            default: SimdAttention<Lanes32>.Backward(shape, qP, kP, vP, lengthsP, yP, sumsP, dyP, dqP, dkP, dvP); break;
        }
        return [dq, dk, dv];
    }
}

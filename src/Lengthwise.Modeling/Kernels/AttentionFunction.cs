using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>The C# attention as a step of autograd; arguments q, k, v, lengths (or an empty tensor), call.</summary>
internal sealed class AttentionFunction : autograd.SingleTensorFunction<AttentionFunction>
{
    private const string CallKey = "call";

    /// <inheritdoc/>
    public override string Name => nameof(AttentionFunction);

    /// <summary>Attention by the C# kernels; null where the route in force or the tensors ask for libtorch.</summary>
    /// <param name="q">Queries, [B, L, heads d], shapes checked.</param>
    /// <param name="k">Keys, [B, L, heads of keys d].</param>
    /// <param name="v">Values, like k.</param>
    /// <param name="heads">Heads of queries.</param>
    /// <param name="pattern">Who sees whom.</param>
    /// <param name="padding">Valid keys; null when all are.</param>
    /// <param name="slopes">Of every head, what a score loses with each step of distance; null for none.</param>
    /// <returns>[B, L, heads d]; the caller owns it.</returns>
    public static Tensor? TryApply(Tensor q, Tensor k, Tensor v, int heads, AttentionPattern pattern, Padding? padding, float[]? slopes = null)
    {
        KernelRoute route = KernelRoute.Current;
        if (route.Lanes == 0 || !TensorMemory.Suits(q, k, v)) return null;
        using var scope = NewDisposeScope();
        var call = new AttentionCall(heads, (int)(k.shape[2] * heads / q.shape[2]), pattern, slopes, route);
        (q, k, v) = (q.contiguous(), k.contiguous(), v.contiguous());
        Tensor lengths = padding?.Lengths.to(ScalarType.Int64).contiguous() ?? empty(0, ScalarType.Int64);
        Tensor y = TensorMemory.WantsGradient(q, k, v) ? apply(q, k, v, lengths, call) : Compute(q, k, v, lengths, call, null);
        return y.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (q, k, v, lengths, call) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3], (AttentionCall)vars[4]);
        Tensor statistics = empty(2, q.shape[0], call.Heads, q.shape[1]);
        Tensor y = Compute(q, k, v, lengths, call, statistics);
        ctx.save_for_backward([q, k, v, lengths, y, statistics]);
        ctx.save_data(CallKey, call);
        return y;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        var call = (AttentionCall)ctx.get_data(CallKey);
        List<Tensor> gradients = BackwardFault.Guard(saved[..3], () => Gradients(saved, grad_output, call));
        return BackwardMemory.PassOn([.. gradients, null!, null!], saved, grad_output);
    }

    private static unsafe Tensor Compute(Tensor q, Tensor k, Tensor v, Tensor lengths, AttentionCall call, Tensor? statistics)
    {
        Tensor y = empty_like(q);
        var shape = new AttentionShape(q.shape[0], q.shape[1], q.shape[2] / call.Heads, call);
        float* qP = TensorMemory.Floats(q), kP = TensorMemory.Floats(k), vP = TensorMemory.Floats(v), yP = TensorMemory.Floats(y);
        float* statisticsP = statistics is null ? null : TensorMemory.Floats(statistics);
        long* lengthsP = Lengths(lengths);
        switch (call.Route.Lanes)
        {
            case 16: SimdAttention<Lanes512>.Forward(shape, qP, kP, vP, lengthsP, yP, statisticsP); break;
            case 8: SimdAttention<Lanes256>.Forward(shape, qP, kP, vP, lengthsP, yP, statisticsP); break;
            case 4: SimdAttention<Lanes128>.Forward(shape, qP, kP, vP, lengthsP, yP, statisticsP); break;
            default: SimdAttention<Lanes32>.Forward(shape, qP, kP, vP, lengthsP, yP, statisticsP); break;
        }
        return y;
    }

    private static unsafe List<Tensor> Gradients(List<Tensor> saved, Tensor dy, AttentionCall call)
    {
        var (q, k, v, lengths) = (saved[0], saved[1], saved[2], saved[3]);
        using Tensor dyWhole = dy.contiguous();
        (Tensor dq, Tensor dk, Tensor dv) = (empty_like(q), empty_like(k), empty_like(v));
        var shape = new AttentionShape(q.shape[0], q.shape[1], q.shape[2] / call.Heads, call);
        var pointers = new AttentionPointers(
            TensorMemory.Floats(q), TensorMemory.Floats(k), TensorMemory.Floats(v), TensorMemory.Floats(saved[4]), TensorMemory.Floats(saved[5]),
            TensorMemory.Floats(dyWhole), TensorMemory.Floats(dq), TensorMemory.Floats(dk), TensorMemory.Floats(dv));
        switch (call.Route.Lanes)
        {
            case 16: SimdAttentionGradient<Lanes512>.Backward(shape, pointers, Lengths(lengths)); break;
            case 8: SimdAttentionGradient<Lanes256>.Backward(shape, pointers, Lengths(lengths)); break;
            case 4: SimdAttentionGradient<Lanes128>.Backward(shape, pointers, Lengths(lengths)); break;
            default: SimdAttentionGradient<Lanes32>.Backward(shape, pointers, Lengths(lengths)); break;
        }
        return [dq, dk, dv];
    }

    private static unsafe long* Lengths(Tensor lengths) => lengths.numel() == 0 ? null : (long*)TensorMemory.Floats(lengths);
}

using System.Runtime.CompilerServices;
using Lengthwise.Modeling.Kernels.Gemm;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>MEGA's update, y = u + phi (silu(a + b) - u), in one pass each way (Ma et al. 2023, arXiv:2209.10655, equations 14 and 15).</summary>
internal static class GatedUpdate
{
    /// <summary>The update of arrays of one shape.</summary>
    /// <param name="u">What is updated. Not modified.</param>
    /// <param name="phi">Gate, 0 to keep and 1 to replace. Not modified.</param>
    /// <param name="a">One part of the candidate. Not modified.</param>
    /// <param name="b">The other. Not modified.</param>
    /// <returns>Of that shape; the caller owns it.</returns>
    /// <exception cref="LengthwiseException">Shapes differ.</exception>
    public static Tensor Apply(Tensor u, Tensor phi, Tensor a, Tensor b)
    {
        foreach (Tensor other in (ReadOnlySpan<Tensor>)[phi, a, b])
            if (!other.shape.SequenceEqual(u.shape))
                throw new LengthwiseException(ExitCode.Failed, $"gated update: found [{string.Join(", ", other.shape)}], expected [{string.Join(", ", u.shape)}]");
        KernelRoute route = KernelRoute.Current;
        if (route.Lanes == 0 || !TensorMemory.Suits(u, phi, a, b)) return ApplyLibtorch(u, phi, a, b);

        using var scope = NewDisposeScope();
        (u, phi, a, b) = (u.contiguous(), phi.contiguous(), a.contiguous(), b.contiguous());
        Tensor y = TensorMemory.WantsGradient(u, phi, a, b) ? GatedUpdateFunction.apply(u, phi, a, b, route) : GatedUpdateFunction.Compute(u, phi, a, b, route);
        return y.MoveToOuterDisposeScope();
    }

    /// <summary>The plain route: oracle of the C# kernels, and the way of doubles and other devices.</summary>
    public static Tensor ApplyLibtorch(Tensor u, Tensor phi, Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        return addcmul(u, phi, nn.functional.silu(a + b) - u, 1).MoveToOuterDisposeScope();
    }
}

/// <summary>The C# kernels of <see cref="GatedUpdate"/> as a step of autograd; arguments u, phi, a, b (contiguous floats of one shape), route.</summary>
internal sealed class GatedUpdateFunction : autograd.SingleTensorFunction<GatedUpdateFunction>
{
    private const string RouteKey = "route";

    /// <inheritdoc/>
    public override string Name => nameof(GatedUpdateFunction);

    /// <summary>y.</summary>
    public static unsafe Tensor Compute(Tensor u, Tensor phi, Tensor a, Tensor b, KernelRoute route)
    {
        Tensor y = empty_like(u);
        float* uP = TensorMemory.Floats(u), phiP = TensorMemory.Floats(phi), aP = TensorMemory.Floats(a), bP = TensorMemory.Floats(b), yP = TensorMemory.Floats(y);
        long count = u.numel();
        switch (route.Lanes)
        {
            case 16: SimdGatedUpdate<Lanes512>.Forward(count, uP, phiP, aP, bP, yP); break;
            case 8: SimdGatedUpdate<Lanes256>.Forward(count, uP, phiP, aP, bP, yP); break;
            case 4: SimdGatedUpdate<Lanes128>.Forward(count, uP, phiP, aP, bP, yP); break;
            default: SimdGatedUpdate<Lanes32>.Forward(count, uP, phiP, aP, bP, yP); break;
        }
        return y;
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (u, phi, a, b, route) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3], (KernelRoute)vars[4]);
        ctx.save_for_backward([u, phi, a, b]);
        ctx.save_data(RouteKey, route);
        return Compute(u, phi, a, b, route);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        var route = (KernelRoute)ctx.get_data(RouteKey);
        List<Tensor> gradients = BackwardFault.Guard(saved[..3], () => Gradients(saved, grad_output, route));
        return BackwardMemory.PassOn([.. gradients, gradients[2].alias(), null!], saved, grad_output);
    }

    private static unsafe List<Tensor> Gradients(List<Tensor> saved, Tensor dy, KernelRoute route)
    {
        using Tensor dyWhole = dy.contiguous();
        (Tensor du, Tensor dPhi, Tensor dCandidate) = (empty_like(saved[0]), empty_like(saved[0]), empty_like(saved[0]));
        float* uP = TensorMemory.Floats(saved[0]), phiP = TensorMemory.Floats(saved[1]), aP = TensorMemory.Floats(saved[2]), bP = TensorMemory.Floats(saved[3]);
        float* dyP = TensorMemory.Floats(dyWhole), duP = TensorMemory.Floats(du), dPhiP = TensorMemory.Floats(dPhi), dCandidateP = TensorMemory.Floats(dCandidate);
        long count = saved[0].numel();
        switch (route.Lanes)
        {
            case 16: SimdGatedUpdate<Lanes512>.Backward(count, uP, phiP, aP, bP, dyP, duP, dPhiP, dCandidateP); break;
            case 8: SimdGatedUpdate<Lanes256>.Backward(count, uP, phiP, aP, bP, dyP, duP, dPhiP, dCandidateP); break;
            case 4: SimdGatedUpdate<Lanes128>.Backward(count, uP, phiP, aP, bP, dyP, duP, dPhiP, dCandidateP); break;
            default: SimdGatedUpdate<Lanes32>.Backward(count, uP, phiP, aP, bP, dyP, duP, dPhiP, dCandidateP); break;
        }
        return [du, dPhi, dCandidate];
    }
}

/// <summary>Value by value through <see cref="GatedUpdate"/> and back.</summary>
internal static unsafe class SimdGatedUpdate<T> where T : unmanaged, ILanes<T>
{
    private const int Block = 4096;

    /// <summary>Fills y.</summary>
    public static void Forward(long count, float* u, float* phi, float* a, float* b, float* y) => Each(count, (begin, end) =>
        Update<Lanes32>(u, phi, a, b, y, Update<T>(u, phi, a, b, y, begin, end), end));

    /// <summary>Fills the gradients; that of the candidate's parts is the same for both.</summary>
    public static void Backward(long count, float* u, float* phi, float* a, float* b, float* dy, float* du, float* dPhi, float* dCandidate) => Each(count, (begin, end) =>
        Slopes<Lanes32>(u, phi, a, b, dy, du, dPhi, dCandidate, Slopes<T>(u, phi, a, b, dy, du, dPhi, dCandidate, begin, end), end));

    private static void Each(long count, Func<long, long, long> body)
    {
        int blocks = checked((int)((count + Block - 1) / Block));
        KernelThreads.For(blocks, KernelThreads.SlotsFor(blocks, 16 * count), (from, to, _) => body((long)from * Block, Math.Min(count, (long)to * Block)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Update<TLanes>(float* u, float* phi, float* a, float* b, float* y, long i, long end) where TLanes : unmanaged, ILanes<TLanes>
    {
        for (; i <= end - TLanes.Count; i += TLanes.Count)
        {
            TLanes before = TLanes.Load(u + i), candidate = Activations<TLanes>.Silu(TLanes.Load(a + i) + TLanes.Load(b + i));
            TLanes.Store(y + i, TLanes.MultiplyAdd(TLanes.Load(phi + i), candidate - before, before));
        }
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Slopes<TLanes>(
        float* u, float* phi, float* a, float* b, float* dy, float* du, float* dPhi, float* dCandidate, long i, long end) where TLanes : unmanaged, ILanes<TLanes>
    {
        for (; i <= end - TLanes.Count; i += TLanes.Count)
        {
            TLanes received = TLanes.Load(dy + i), open = received * TLanes.Load(phi + i);
            TLanes candidate = Activations<TLanes>.Silu(TLanes.Load(a + i) + TLanes.Load(b + i), out TLanes slope);
            TLanes.Store(du + i, received - open);
            TLanes.Store(dPhi + i, received * (candidate - TLanes.Load(u + i)));
            TLanes.Store(dCandidate + i, open * slope);
        }
        return i;
    }
}

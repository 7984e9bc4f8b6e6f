using System.Runtime.CompilerServices;

namespace Lengthwise.Modeling.Kernels;

/// <summary>The diagonal scan step by step, neighbouring states in a vector.</summary>
/// <remarks>
/// States advance in double and are stored as floats, which costs nothing, since memory is what a scan waits for: in single
/// precision the roundings of 10^5 steps would reach the third digit. With g the gradient of a state, counting all that follows,
/// g_t = dx_t + conj(lambda) g_{t+1}, db = g, and d lambda = sum over t of g_t conj(x_{t-1}). Of two passes the second adds to both.
/// Vectors take the states as far as they fill, single lanes the rest, with the same arithmetic.
/// </remarks>
internal static unsafe class SimdDiagonalScan<T> where T : unmanaged, IDoubleLanes<T>
{
    private const int Group = ScanShape.Group;

    // Planes of an item's scratch, Group doubles each: lambda with its negated imaginary part, state, sums, and a state of zeros.
    private const int PoleRe = 0, PoleIm = Group, NegatedIm = 2 * Group, StateRe = 3 * Group, StateIm = 4 * Group;
    private const int SumRe = 5 * Group, SumIm = 6 * Group, Zero = 7 * Group, Planes = 8 * Group;

    /// <summary>x = all states of each pass for lambda [2, N] and b [B, L, 2N].</summary>
    public static void Forward(ScanShape shape, double* lambda, float* b, ScanPasses x)
    {
        int slots = KernelThreads.SlotsFor(shape.Items, shape.Work);
        KernelThreads.For(shape.Items, slots, (from, to, _) =>
        {
            double* planes = stackalloc double[Planes];
            for (int item = from; item < to; item++) ForwardItem(shape, item, lambda, b, x, planes);
        });
    }

    /// <summary>Gradients of the input, [B, L, 2N], and of lambda, [2, N], from the states and their gradient.</summary>
    public static void Backward(ScanShape shape, double* lambda, ScanPasses x, ScanPasses dx, float* db, double* dLambda)
    {
        int slots = KernelThreads.SlotsFor(shape.Items, 2 * shape.Work);
        using var buffer = new NativeBuffer(4L * shape.Batch * shape.States);
        double* parts = (double*)buffer.Floats;
        KernelThreads.For(shape.Items, slots, (from, to, _) =>
        {
            double* planes = stackalloc double[Planes];
            for (int item = from; item < to; item++)
            {
                BackwardItem(shape, item, lambda, x, dx, db, planes);
                (int row, int first, int count) = shape.Part(item);
                for (int n = 0; n < count; n++)
                {
                    parts[2L * row * shape.States + first + n] = planes[SumRe + n];
                    parts[(2L * row + 1) * shape.States + first + n] = planes[SumIm + n];
                }
            }
        });
        for (int n = 0; n < 2 * shape.States; n++)
        {
            double sum = 0;
            for (int row = 0; row < shape.Batch; row++) sum += parts[2L * row * shape.States + n];
            dLambda[n] = sum;
        }
    }

    private static void ForwardItem(ScanShape shape, int item, double* lambda, float* b, ScanPasses x, double* planes)
    {
        (int row, int first, int count) = shape.Part(item);
        Prepare(shape, lambda, first, count, planes);
        for (int pass = 0; pass < shape.Passes; pass++)
        {
            new Span<double>(planes + StateRe, 2 * Group).Clear();
            for (int step = 0; step < shape.Length; step += ScanShape.Tile)
            {
                long at = shape.At(row, step, pass) + first;
                float* input = b + at, states = x.Of(pass) + at;
                var run = new Run(shape.States, shape.Stride(pass), Math.Min(ScanShape.Tile, shape.Length - step), pass > 0);
                int n = 0;
                for (; n + T.Count <= count; n += T.Count) Advance<T>(run, planes + n, input + n, states + n);
                for (; n < count; n++) Advance<DoubleLanes64>(run, planes + n, input + n, states + n);
            }
        }
    }

    private static void BackwardItem(ScanShape shape, int item, double* lambda, ScanPasses x, ScanPasses dx, float* db, double* planes)
    {
        (int row, int first, int count) = shape.Part(item);
        Prepare(shape, lambda, first, count, planes);
        for (int pass = 0; pass < shape.Passes; pass++)
        {
            new Span<double>(planes + StateRe, 2 * Group).Clear();
            for (int step = shape.Length - 1; step >= 0;)
            {
                // The first step of the scan has no state before it.
                int steps = step == 0 ? 1 : Math.Min(ScanShape.Tile, step);
                long at = shape.At(row, step, pass) + first, stride = shape.Stride(pass), previousIm = step == 0 ? 0 : shape.States;
                float* previous = step == 0 ? (float*)(planes + Zero) : x.Of(pass) + at - stride, from = dx.Of(pass) + at, to = db + at;
                var run = new Run(shape.States, -stride, steps, pass > 0);
                int n = 0;
                for (; n + T.Count <= count; n += T.Count) Retreat<T>(run, planes + n, from + n, previous + n, previousIm, to + n);
                for (; n < count; n++) Retreat<DoubleLanes64>(run, planes + n, from + n, previous + n, previousIm, to + n);
                step -= steps;
            }
        }
    }

    /// <summary>lambda of the item's states; everything else is zero.</summary>
    private static void Prepare(ScanShape shape, double* lambda, int first, int count, double* planes)
    {
        new Span<double>(planes, Planes).Clear();
        for (int n = 0; n < count; n++)
        {
            planes[PoleRe + n] = lambda[first + n];
            planes[PoleIm + n] = lambda[shape.States + first + n];
            planes[NegatedIm + n] = -lambda[shape.States + first + n];
        }
    }

    /// <summary>x = lambda x + b for the steps of a tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Advance<V>(Run run, double* planes, float* b, float* x) where V : unmanaged, IDoubleLanes<V>
    {
        V poleRe = V.Load(planes + PoleRe), poleIm = V.Load(planes + PoleIm), negatedIm = V.Load(planes + NegatedIm);
        V re = V.Load(planes + StateRe), im = V.Load(planes + StateIm);
        for (int t = 0; t < run.Steps; t++, b += run.Stride, x += run.Stride)
        {
            V nextRe = V.MultiplyAdd(poleRe, re, V.MultiplyAdd(negatedIm, im, V.Widen(b)));
            im = V.Flush(V.MultiplyAdd(poleRe, im, V.MultiplyAdd(poleIm, re, V.Widen(b + run.Im))));
            re = V.Flush(nextRe);
            V.Narrow(x, re);
            V.Narrow(x + run.Im, im);
        }
        V.Store(planes + StateRe, re);
        V.Store(planes + StateIm, im);
    }

    /// <summary>g = conj(lambda) g + dx for the steps of a tile, backwards, and the sums of g conj(previous x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Retreat<V>(Run run, double* planes, float* dx, float* previous, long previousIm, float* db)
        where V : unmanaged, IDoubleLanes<V>
    {
        V poleRe = V.Load(planes + PoleRe), poleIm = V.Load(planes + PoleIm), negatedIm = V.Load(planes + NegatedIm);
        V re = V.Load(planes + StateRe), im = V.Load(planes + StateIm);
        V sumRe = V.Load(planes + SumRe), sumIm = V.Load(planes + SumIm), subtracted = default;
        for (int t = 0; t < run.Steps; t++, dx += run.Stride, previous += run.Stride, db += run.Stride)
        {
            V nextRe = V.MultiplyAdd(poleRe, re, V.MultiplyAdd(poleIm, im, V.Widen(dx)));
            im = V.Flush(V.MultiplyAdd(poleRe, im, V.MultiplyAdd(negatedIm, re, V.Widen(dx + run.Im))));
            re = V.Flush(nextRe);
            V.Narrow(db, run.Adds ? re + V.Widen(db) : re);
            V.Narrow(db + run.Im, run.Adds ? im + V.Widen(db + run.Im) : im);
            V xRe = V.Widen(previous), xIm = V.Widen(previous + previousIm);
            sumRe = V.MultiplyAdd(re, xRe, V.MultiplyAdd(im, xIm, sumRe));
            sumIm = V.MultiplyAdd(im, xRe, sumIm);
            subtracted = V.MultiplyAdd(re, xIm, subtracted);
        }
        V.Store(planes + StateRe, re);
        V.Store(planes + StateIm, im);
        V.Store(planes + SumRe, sumRe);
        V.Store(planes + SumIm, sumIm - subtracted);
    }

    /// <summary>
    /// Floats from a real to its imaginary part and from step to step, steps of a tile, and whether the gradient of the input adds to what
    /// is there.
    /// </summary>
    private readonly record struct Run(long Im, long Stride, int Steps, bool Adds);
}

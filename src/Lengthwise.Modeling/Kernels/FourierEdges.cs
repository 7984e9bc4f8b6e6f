using System.Runtime.CompilerServices;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Two rows of one block of channels, step by step: row a becomes the real part, row b the imaginary part.</summary>
/// <param name="A">First step of row a.</param>
/// <param name="StrideA">Floats from step to step of row a; 0 repeats one step.</param>
/// <param name="B">First step of row b.</param>
/// <param name="StrideB">The same of row b.</param>
internal readonly unsafe record struct RowPair(nint A, long StrideA, nint B, long StrideB)
{
    public float* AtA(long t) => (float*)A + t * StrideA;

    public float* AtB(long t) => (float*)B + t * StrideB;
}

/// <summary>
/// The outermost split of a transform of N points, joined with reading rows of L &lt;= N / 2 steps (the rest is zero and is
/// never stored) and with writing the first L steps back.
/// </summary>
internal static unsafe class FourierEdges<T> where T : unmanaged, ILanes<T>
{
    private const float HalfRoot = 0.70710678118654752f;

    private static int Step => 2 * T.Count;

    /// <summary>Size of the blocks that <see cref="Read"/> leaves, each a power of four.</summary>
    public static int BlockSize(FourierPlan plan) => plan.IsSplitFirst ? plan.Points / 8 : plan.Points / 4;

    /// <summary>Fills x with the blocks after the first split.</summary>
    public static void Read(RowPair rows, int length, float* x, FourierPlan plan)
    {
        if (plan.IsSplitFirst) ReadEighths(rows, length, x, plan);
        else ReadQuarters(rows, length, x, plan);
    }

    /// <summary>Joins the blocks and stores the first <paramref name="length"/> steps.</summary>
    public static void Write(float* x, RowPair rows, int length, FourierPlan plan)
    {
        if (plan.IsSplitFirst) WriteEighths(x, rows, length, plan);
        else WriteQuarters(x, rows, length, plan);
    }

    /// <summary>Whole transform in place, of N points that are all used.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ForwardWhole(float* x, FourierPlan plan)
    {
        if (!plan.IsSplitFirst)
        {
            FourierBlocks<T>.Forward(x, plan.Points, plan);
            return;
        }
        int half = plan.Points / 2;
        float* upper = x + (long)half * Step;
        float* root = plan.Halves;
        for (long at = 0; at < (long)half * Step; at += Step, root += 2)
        {
            T ar = T.Load(x + at), ai = T.Load(x + at + T.Count), br = T.Load(upper + at), bi = T.Load(upper + at + T.Count);
            T.Store(x + at, ar + br);
            T.Store(x + at + T.Count, ai + bi);
            FourierBlocks<T>.PutTurned(upper + at, ar - br, ai - bi, root);
        }
        FourierBlocks<T>.Forward(x, half, plan);
        FourierBlocks<T>.Forward(upper, half, plan);
    }

    /// <summary>Whole inverse in place, not scaled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InverseWhole(float* x, FourierPlan plan)
    {
        if (!plan.IsSplitFirst)
        {
            FourierBlocks<T>.Inverse(x, plan.Points, plan);
            return;
        }
        int half = plan.Points / 2;
        float* upper = x + (long)half * Step;
        FourierBlocks<T>.Inverse(x, half, plan);
        FourierBlocks<T>.Inverse(upper, half, plan);
        float* root = plan.Halves;
        for (long at = 0; at < (long)half * Step; at += Step, root += 2)
        {
            T ar = T.Load(x + at), ai = T.Load(x + at + T.Count);
            FourierBlocks<T>.TakeTurnedBack(upper + at, root, out T br, out T bi);
            T.Store(x + at, ar + br);
            T.Store(x + at + T.Count, ai + bi);
            T.Store(upper + at, ar - br);
            T.Store(upper + at + T.Count, ai - bi);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadQuarters(RowPair rows, int length, float* x, FourierPlan plan)
    {
        int quarter = plan.Points / 4;
        long stride = (long)quarter * Step;
        float* root = plan.Level(plan.Points);
        for (int j = 0; j < quarter; j++, x += Step, root += 6)
        {
            Take(rows, j, length, out T ar, out T ai);
            Take(rows, j + quarter, length, out T br, out T bi);
            T.Store(x, ar + br);
            T.Store(x + T.Count, ai + bi);
            FourierBlocks<T>.PutTurned(x + stride, ar + bi, ai - br, root);
            FourierBlocks<T>.PutTurned(x + 2 * stride, ar - br, ai - bi, root + 2);
            FourierBlocks<T>.PutTurned(x + 3 * stride, ar - bi, ai + br, root + 4);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WriteQuarters(float* x, RowPair rows, int length, FourierPlan plan)
    {
        int quarter = plan.Points / 4;
        long stride = (long)quarter * Step;
        float* root = plan.Level(plan.Points);
        for (int j = 0; j < Math.Min(quarter, length); j++, x += Step, root += 6)
        {
            Fours(x, stride, root, out T t0r, out T t0i, out T t1r, out T t1i, out T t2r, out T t2i, out T t3r, out T t3i);
            Leave(rows, j, length, t0r + t2r + (t1r + t3r), t0i + t2i + (t1i + t3i));
            Leave(rows, j + quarter, length, t0r - t2r - (t1i - t3i), t0i - t2i + (t1r - t3r));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadEighths(RowPair rows, int length, float* x, FourierPlan plan)
    {
        int eighth = plan.Points / 8;
        long stride = (long)eighth * Step;
        float* root = plan.Eighths;
        T h = T.Broadcast(HalfRoot);
        for (int j = 0; j < eighth; j++, x += Step, root += 14)
        {
            Take(rows, j, length, out T ar, out T ai);
            Take(rows, j + eighth, length, out T br, out T bi);
            Take(rows, j + 2 * eighth, length, out T cr, out T ci);
            Take(rows, j + 3 * eighth, length, out T dr, out T di);

            // Even frequencies: the four inputs as they are.
            T s0r = ar + cr, s0i = ai + ci, d0r = ar - cr, d0i = ai - ci;
            T s1r = br + dr, s1i = bi + di, d1r = br - dr, d1i = bi - di;
            T.Store(x, s0r + s1r);
            T.Store(x + T.Count, s0i + s1i);
            FourierBlocks<T>.PutTurned(x + stride, d0r + d1i, d0i - d1r, root + 2);
            FourierBlocks<T>.PutTurned(x + 2 * stride, s0r - s1r, s0i - s1i, root + 6);
            FourierBlocks<T>.PutTurned(x + 3 * stride, d0r - d1i, d0i + d1r, root + 10);

            // Odd frequencies: input k turned by k eighths of a circle first; the turns by one and three share their sums.
            s0r = ar + ci;
            s0i = ai - cr;
            d0r = ar - ci;
            d0i = ai + cr;
            T pr = h * (br - dr), pi = h * (bi - di), qr = h * (br + dr), qi = h * (bi + di);
            s1r = pr + qi;
            s1i = pi - qr;
            d1r = qr + pi;
            d1i = qi - pr;
            FourierBlocks<T>.PutTurned(x + 4 * stride, s0r + s1r, s0i + s1i, root);
            FourierBlocks<T>.PutTurned(x + 5 * stride, d0r + d1i, d0i - d1r, root + 4);
            FourierBlocks<T>.PutTurned(x + 6 * stride, s0r - s1r, s0i - s1i, root + 8);
            FourierBlocks<T>.PutTurned(x + 7 * stride, d0r - d1i, d0i + d1r, root + 12);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WriteEighths(float* x, RowPair rows, int length, FourierPlan plan)
    {
        int eighth = plan.Points / 8;
        long stride = (long)eighth * Step;
        float* root = plan.Eighths;
        T h = T.Broadcast(HalfRoot);
        for (int j = 0; j < Math.Min(eighth, length); j++, x += Step, root += 14)
        {
            T t0r = T.Load(x), t0i = T.Load(x + T.Count);
            FourierBlocks<T>.TakeTurnedBack(x + stride, root + 2, out T t1r, out T t1i);
            FourierBlocks<T>.TakeTurnedBack(x + 2 * stride, root + 6, out T t2r, out T t2i);
            FourierBlocks<T>.TakeTurnedBack(x + 3 * stride, root + 10, out T t3r, out T t3i);
            T s0r = t0r + t2r, s0i = t0i + t2i, d0r = t0r - t2r, d0i = t0i - t2i;
            T s1r = t1r + t3r, s1i = t1i + t3i, d1r = t1r - t3r, d1i = t1i - t3i;
            T e0r = s0r + s1r, e0i = s0i + s1i, e1r = d0r - d1i, e1i = d0i + d1r;
            T e2r = s0r - s1r, e2i = s0i - s1i, e3r = d0r + d1i, e3i = d0i - d1r;

            FourierBlocks<T>.TakeTurnedBack(x + 4 * stride, root, out t0r, out t0i);
            FourierBlocks<T>.TakeTurnedBack(x + 5 * stride, root + 4, out t1r, out t1i);
            FourierBlocks<T>.TakeTurnedBack(x + 6 * stride, root + 8, out t2r, out t2i);
            FourierBlocks<T>.TakeTurnedBack(x + 7 * stride, root + 12, out t3r, out t3i);
            s0r = t0r + t2r;
            s0i = t0i + t2i;
            d0r = t0r - t2r;
            d0i = t0i - t2i;
            s1r = t1r + t3r;
            s1i = t1i + t3i;
            d1r = t1r - t3r;
            d1i = t1i - t3i;
            T o1r = d0r - d1i, o1i = d0i + d1r, o3r = d0r + d1i, o3i = d0i - d1r;
            Leave(rows, j, length, e0r + (s0r + s1r), e0i + (s0i + s1i));
            Leave(rows, j + eighth, length, T.MultiplyAdd(h, o1r - o1i, e1r), T.MultiplyAdd(h, o1r + o1i, e1i));
            Leave(rows, j + 2 * eighth, length, e2r - (s0i - s1i), e2i + (s0r - s1r));
            Leave(rows, j + 3 * eighth, length, T.MultiplySubtract(h, o3r + o3i, e3r), T.MultiplyAdd(h, o3r - o3i, e3i));
        }
    }

    /// <summary>Element j of four blocks, turned back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fours(
        float* x, long stride, float* root, out T t0r, out T t0i, out T t1r, out T t1i, out T t2r, out T t2i, out T t3r, out T t3i)
    {
        t0r = T.Load(x);
        t0i = T.Load(x + T.Count);
        FourierBlocks<T>.TakeTurnedBack(x + stride, root, out t1r, out t1i);
        FourierBlocks<T>.TakeTurnedBack(x + 2 * stride, root + 2, out t2r, out t2i);
        FourierBlocks<T>.TakeTurnedBack(x + 3 * stride, root + 4, out t3r, out t3i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(RowPair rows, int t, int length, out T a, out T b)
    {
        if (t >= length)
        {
            a = b = T.Broadcast(0);
            return;
        }
        a = T.Load(rows.AtA(t));
        b = T.Load(rows.AtB(t));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Leave(RowPair rows, int t, int length, T a, T b)
    {
        if (t >= length) return;
        T.Store(rows.AtA(t), a);
        T.Store(rows.AtB(t), b);
    }
}

using System.Runtime.CompilerServices;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Transforms of many channels at once: element n of a block is a vector of real parts followed by one of imaginary parts.</summary>
/// <remarks>
/// Decimation in frequency forwards, decimation in time backwards, so that spectra stay in the order in which the forward
/// transform leaves them and nothing is ever reordered. Blocks are visited depth first: a block is transformed, multiplied and
/// transformed back while it is in the cache. Inverse transforms are not scaled. m is a power of four.
/// </remarks>
internal static unsafe class FourierBlocks<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Floats of an element.</summary>
    private static int Step => 2 * T.Count;

    /// <summary>Spectrum of a block, in place.</summary>
    public static void Forward(float* x, int m, FourierPlan plan)
    {
        ForwardPass(x, m, plan.Level(m));
        if (m == 4) return;
        for (int q = 0; q < 4; q++) Forward(x + (long)q * (m / 4) * Step, m / 4, plan);
    }

    /// <summary>Block from its spectrum, in place.</summary>
    public static void Inverse(float* x, int m, FourierPlan plan)
    {
        if (m > 4)
            for (int q = 0; q < 4; q++) Inverse(x + (long)q * (m / 4) * Step, m / 4, plan);
        InversePass(x, m, plan.Level(m));
    }

    /// <summary>Circular convolution with the kernel of that spectrum, in place.</summary>
    public static void Convolve(float* x, float* kernel, int m, FourierPlan plan)
    {
        if (m == 4)
        {
            ConvolveLeaf(x, kernel);
            return;
        }
        float* roots = plan.Level(m);
        ForwardPass(x, m, roots);
        if (m == 16)
        {
            for (int q = 0; q < 4; q++) ConvolveLeaf(x + q * 4 * Step, kernel + q * 4 * Step);
        }
        else
        {
            for (int q = 0; q < 4; q++)
            {
                long offset = (long)q * (m / 4) * Step;
                Convolve(x + offset, kernel + offset, m / 4, plan);
            }
        }
        InversePass(x, m, roots);
    }

    /// <summary>
    /// Both gradients of a convolution: adds conj(X) Y to the spectrum of the kernel's gradient and replaces y by its circular
    /// correlation with the kernel. x is used up.
    /// </summary>
    public static void Correlate(float* x, float* y, float* kernel, float* gradient, int m, FourierPlan plan)
    {
        if (m == 4)
        {
            CorrelateLeaf(x, y, kernel, gradient);
            return;
        }
        float* roots = plan.Level(m);
        ForwardPass(x, m, roots);
        ForwardPass(y, m, roots);
        for (int q = 0; q < 4; q++)
        {
            long offset = (long)q * (m / 4) * Step;
            Correlate(x + offset, y + offset, kernel + offset, gradient + offset, m / 4, plan);
        }
        InversePass(y, m, roots);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardPass(float* x, int m, float* roots)
    {
        int quarter = m / 4;
        long stride = (long)quarter * Step;
        for (int j = 0; j < quarter; j++, x += Step, roots += 6)
        {
            float* x1 = x + stride;
            float* x2 = x1 + stride;
            float* x3 = x2 + stride;
            Split(x, x1, x2, x3, out T s0r, out T s0i, out T d0r, out T d0i, out T s1r, out T s1i, out T d1r, out T d1i);
            Put(x, s0r + s1r, s0i + s1i);
            PutTurned(x1, d0r + d1i, d0i - d1r, roots);
            PutTurned(x2, s0r - s1r, s0i - s1i, roots + 2);
            PutTurned(x3, d0r - d1i, d0i + d1r, roots + 4);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InversePass(float* x, int m, float* roots)
    {
        int quarter = m / 4;
        long stride = (long)quarter * Step;
        for (int j = 0; j < quarter; j++, x += Step, roots += 6)
        {
            float* x1 = x + stride;
            float* x2 = x1 + stride;
            float* x3 = x2 + stride;
            T t0r = T.Load(x), t0i = T.Load(x + T.Count);
            TakeTurnedBack(x1, roots, out T t1r, out T t1i);
            TakeTurnedBack(x2, roots + 2, out T t2r, out T t2i);
            TakeTurnedBack(x3, roots + 4, out T t3r, out T t3i);
            T s0r = t0r + t2r, s0i = t0i + t2i, d0r = t0r - t2r, d0i = t0i - t2i;
            T s1r = t1r + t3r, s1i = t1i + t3i, d1r = t1r - t3r, d1i = t1i - t3i;
            Put(x, s0r + s1r, s0i + s1i);
            Put(x1, d0r - d1i, d0i + d1r);
            Put(x2, s0r - s1r, s0i - s1i);
            Put(x3, d0r + d1i, d0i - d1r);
        }
    }

    /// <summary>Transform of four points, product with the kernel's spectrum, transform back, all in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ConvolveLeaf(float* x, float* kernel)
    {
        Split(x, x + Step, x + 2 * Step, x + 3 * Step, out T s0r, out T s0i, out T d0r, out T d0i, out T s1r, out T s1i, out T d1r, out T d1i);
        Product(s0r + s1r, s0i + s1i, kernel, out T y0r, out T y0i);
        Product(d0r + d1i, d0i - d1r, kernel + Step, out T y1r, out T y1i);
        Product(s0r - s1r, s0i - s1i, kernel + 2 * Step, out T y2r, out T y2i);
        Product(d0r - d1i, d0i + d1r, kernel + 3 * Step, out T y3r, out T y3i);
        JoinLeaf(x, y0r, y0i, y1r, y1i, y2r, y2i, y3r, y3i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CorrelateLeaf(float* x, float* y, float* kernel, float* gradient)
    {
        Split(x, x + Step, x + 2 * Step, x + 3 * Step, out T a0r, out T a0i, out T b0r, out T b0i, out T a1r, out T a1i, out T b1r, out T b1i);
        Split(y, y + Step, y + 2 * Step, y + 3 * Step, out T s0r, out T s0i, out T d0r, out T d0i, out T s1r, out T s1i, out T d1r, out T d1i);
        Accumulate(a0r + a1r, a0i + a1i, s0r + s1r, s0i + s1i, kernel, gradient, out T y0r, out T y0i);
        Accumulate(b0r + b1i, b0i - b1r, d0r + d1i, d0i - d1r, kernel + Step, gradient + Step, out T y1r, out T y1i);
        Accumulate(a0r - a1r, a0i - a1i, s0r - s1r, s0i - s1i, kernel + 2 * Step, gradient + 2 * Step, out T y2r, out T y2i);
        Accumulate(b0r - b1i, b0i + b1r, d0r - d1i, d0i + d1r, kernel + 3 * Step, gradient + 3 * Step, out T y3r, out T y3i);
        JoinLeaf(y, y0r, y0i, y1r, y1i, y2r, y2i, y3r, y3i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void JoinLeaf(float* x, T y0r, T y0i, T y1r, T y1i, T y2r, T y2i, T y3r, T y3i)
    {
        T s0r = y0r + y2r, s0i = y0i + y2i, d0r = y0r - y2r, d0i = y0i - y2i;
        T s1r = y1r + y3r, s1i = y1i + y3i, d1r = y1r - y3r, d1i = y1i - y3i;
        Put(x, s0r + s1r, s0i + s1i);
        Put(x + Step, d0r - d1i, d0i + d1r);
        Put(x + 2 * Step, s0r - s1r, s0i - s1i);
        Put(x + 3 * Step, d0r + d1i, d0i - d1r);
    }

    /// <summary>Sums and differences of elements 0, 2 and of elements 1, 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Split(
        float* x0, float* x1, float* x2, float* x3,
        out T s0r, out T s0i, out T d0r, out T d0i, out T s1r, out T s1i, out T d1r, out T d1i)
    {
        T ar = T.Load(x0), ai = T.Load(x0 + T.Count), br = T.Load(x1), bi = T.Load(x1 + T.Count);
        T cr = T.Load(x2), ci = T.Load(x2 + T.Count), dr = T.Load(x3), di = T.Load(x3 + T.Count);
        s0r = ar + cr;
        s0i = ai + ci;
        d0r = ar - cr;
        d0i = ai - ci;
        s1r = br + dr;
        s1i = bi + di;
        d1r = br - dr;
        d1i = bi - di;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* x, T re, T im)
    {
        T.Store(x, re);
        T.Store(x + T.Count, im);
    }

    /// <summary>Stores the product with a root.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void PutTurned(float* x, T re, T im, float* root)
    {
        T c = T.Broadcast(root[0]), s = T.Broadcast(root[1]);
        T.Store(x, T.MultiplySubtract(im, s, re * c));
        T.Store(x + T.Count, T.MultiplyAdd(re, s, im * c));
    }

    /// <summary>Loads the product with the conjugate of a root.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void TakeTurnedBack(float* x, float* root, out T re, out T im)
    {
        T xr = T.Load(x), xi = T.Load(x + T.Count), c = T.Broadcast(root[0]), s = T.Broadcast(root[1]);
        re = T.MultiplyAdd(xi, s, xr * c);
        im = T.MultiplySubtract(xr, s, xi * c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Product(T xr, T xi, float* kernel, out T re, out T im)
    {
        T kr = T.Load(kernel), ki = T.Load(kernel + T.Count);
        re = T.MultiplySubtract(xi, ki, xr * kr);
        im = T.MultiplyAdd(xi, kr, xr * ki);
    }

    /// <summary>gradient += conj(x) y; the result is y conj(kernel).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(T xr, T xi, T yr, T yi, float* kernel, float* gradient, out T re, out T im)
    {
        T gr = T.Load(gradient), gi = T.Load(gradient + T.Count);
        T.Store(gradient, T.MultiplyAdd(xi, yi, T.MultiplyAdd(xr, yr, gr)));
        T.Store(gradient + T.Count, T.MultiplySubtract(xi, yr, T.MultiplyAdd(xr, yi, gi)));
        T kr = T.Load(kernel), ki = T.Load(kernel + T.Count);
        re = T.MultiplyAdd(yi, ki, yr * kr);
        im = T.MultiplySubtract(yr, ki, yi * kr);
    }
}

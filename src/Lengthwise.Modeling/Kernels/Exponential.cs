using System.Runtime.CompilerServices;

namespace Lengthwise.Modeling.Kernels;

/// <summary>exp(x) for x up to 88, or 2^x for x up to 126, in every lane, within two units in the last place.</summary>
/// <remarks>
/// x = n ln 2 + r with |r| at most ln 2 / 2 (Cody and Waite's split of ln 2), a polynomial of degree 6 in r, times 2^n by adding to the
/// exponent bits. Arguments below -87 give exp(-87), which is 1e-38 and vanishes in any sum with a term near 1. NaN stays NaN.
/// </remarks>
internal static class Exponential
{
    /// <summary>Below it a power of two is no longer a normal number.</summary>
    public const float Vanishing = -125f;

    private const float Lowest = -87f;

    // 1.5 x 2^23: adding it rounds to an integer that then stands in the lowest bits.
    private const float Rounder = 12582912f;
    private const float Log2E = 1.44269504088896341f;
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>exp(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : unmanaged, ILanes<T>
    {
        x = T.Max(T.Broadcast(Lowest), x);
        T shifted = T.MultiplyAdd(x, T.Broadcast(Log2E), T.Broadcast(Rounder));
        T n = shifted - T.Broadcast(Rounder);
        T r = T.MultiplySubtract(n, T.Broadcast(Ln2High), x);
        r = T.MultiplySubtract(n, T.Broadcast(Ln2Low), r);
        T p = T.MultiplyAdd(T.Broadcast(1.9875691500e-4f), r, T.Broadcast(1.3981999507e-3f));
        p = T.MultiplyAdd(p, r, T.Broadcast(8.3334519073e-3f));
        p = T.MultiplyAdd(p, r, T.Broadcast(4.1665795894e-2f));
        p = T.MultiplyAdd(p, r, T.Broadcast(1.6666665459e-1f));
        p = T.MultiplyAdd(p, r, T.Broadcast(5.0000001201e-1f));
        T y = T.MultiplyAdd(p, r * r, r) + T.Broadcast(1f);
        return T.Scale(y, shifted);
    }

    /// <summary>2^(c x), and exactly 0 for x of <paramref name="least"/> and less: what is hidden by minus infinity has no weight at all.</summary>
    /// <remarks>
    /// c x = n + r with |r| at most 1/2, rounded once; 2^r = 1 + r p(r), p interpolating at the zeros of a Chebyshev polynomial.
    /// </remarks>
    /// <param name="x">Arguments.</param>
    /// <param name="c">Their positive factor.</param>
    /// <param name="least">At least <see cref="Vanishing"/> / c.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T OfTwo<T>(T x, T c, T least) where T : unmanaged, ILanes<T>
    {
        T shifted = T.MultiplyAdd(x, c, T.Broadcast(Rounder));
        T r = T.MultiplyAdd(x, c, T.Broadcast(Rounder) - shifted);
        T p = T.MultiplyAdd(T.Broadcast(1.5453163360e-4f), r, T.Broadcast(1.3390863314e-3f));
        p = T.MultiplyAdd(p, r, T.Broadcast(9.6180830151e-3f));
        p = T.MultiplyAdd(p, r, T.Broadcast(5.5503569543e-2f));
        p = T.MultiplyAdd(p, r, T.Broadcast(2.4022650719e-1f));
        p = T.MultiplyAdd(p, r, T.Broadcast(6.9314718246e-1f));
        return T.WhereAtMost(x, least, T.Broadcast(0f), T.Scale(T.MultiplyAdd(p, r, T.Broadcast(1f)), shifted));
    }
}

using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Sizes and roots of unity of a transform of N points, made once per N and kept for the life of the process.</summary>
/// <remarks>
/// N is a power of two, at least 16. A block of m points (a power of four) is split by radix 4; an odd power of two is split
/// into halves first. Roots are computed in double. Level m holds w^j, w^2j, w^3j for j &lt; m / 4 and w = exp(-2 pi i / m).
/// </remarks>
internal sealed unsafe class FourierPlan
{
    private static readonly ConcurrentDictionary<int, FourierPlan> Plans = new();
    private static readonly ConcurrentDictionary<(int Size, int Powers, int Count), nint> Roots = new();

    private readonly float*[] _levels = new float*[32];

    private FourierPlan(int points)
    {
        Points = points;
        IsSplitFirst = BitOperations.Log2((uint)points) % 2 == 1;
        for (int m = IsSplitFirst ? points / 2 : points; m >= 4; m /= 4) _levels[BitOperations.Log2((uint)m)] = RootsOf(m, 3, m / 4);
        if (!IsSplitFirst) return;
        Eighths = RootsOf(points, 7, points / 8);
        Halves = RootsOf(points, 1, points / 2);
    }

    /// <summary>N.</summary>
    public int Points { get; }

    /// <summary>N is an odd power of two: its halves, not itself, are powers of four.</summary>
    public bool IsSplitFirst { get; }

    /// <summary>w^j … w^7j for j &lt; N / 8, w = exp(-2 pi i / N); only when <see cref="IsSplitFirst"/>.</summary>
    public float* Eighths { get; }

    /// <summary>w^j for j &lt; N / 2; only when <see cref="IsSplitFirst"/>.</summary>
    public float* Halves { get; }

    /// <summary>The plan for linear convolution of sequences of that length.</summary>
    public static FourierPlan ForLength(long length) =>
        Plans.GetOrAdd(checked((int)Math.Max(16, BitOperations.RoundUpToPowerOf2((ulong)(2 * length)))), points => new FourierPlan(points));

    /// <summary>Roots of the radix-4 split of a block of m points.</summary>
    public float* Level(int m) => _levels[BitOperations.Log2((uint)m)];

    /// <summary>For each j &lt; count the powers 1 … powers of exp(-2 pi i j / size), real and imaginary part.</summary>
    private static float* RootsOf(int size, int powers, int count) => (float*)Roots.GetOrAdd((size, powers, count), Compute);

    private static nint Compute((int Size, int Powers, int Count) key)
    {
        float* roots = (float*)NativeMemory.AlignedAlloc((nuint)key.Count * (nuint)key.Powers * 2 * sizeof(float), 64);
        float* next = roots;
        for (int j = 0; j < key.Count; j++)
        {
            for (int power = 1; power <= key.Powers; power++)
            {
                (double sin, double cos) = Math.SinCos(-2 * Math.PI * ((long)j * power % key.Size) / key.Size);
                *next++ = (float)cos;
                *next++ = (float)sin;
            }
        }
        return (nint)roots;
    }
}

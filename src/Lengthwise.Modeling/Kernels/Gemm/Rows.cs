using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Lengthwise.Modeling.Kernels.Gemm;

/// <summary>Sums, products and copies of rows.</summary>
internal static unsafe class Rows<T> where T : unmanaged, ILanes<T>
{
    /// <summary>target += source, in whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddWhole(float* target, float* source, int count)
    {
        for (int i = 0; i < count; i += T.Count) T.Store(target + i, T.Load(target + i) + T.Load(source + i));
    }

    /// <summary>target += source with the exact rounding errors summed in <paramref name="lost"/> (Knuth's two-sum), in whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddCompensated(float* target, float* lost, float* source, int count)
    {
        for (int i = 0; i < count; i += T.Count)
        {
            T a = T.Load(target + i), b = T.Load(source + i), sum = a + b, taken = sum - a;
            T.Store(lost + i, T.Load(lost + i) + ((a - (sum - taken)) + (b - taken)));
            T.Store(target + i, sum);
        }
    }

    /// <summary>sum = a + b, of exactly that many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(float* a, float* b, int count, float* sum)
    {
        int i = 0;
        for (; i <= count - T.Count; i += T.Count) T.Store(sum + i, T.Load(a + i) + T.Load(b + i));
        for (; i < count; i++) sum[i] = a[i] + b[i];
    }

    /// <summary>target *= factors, in whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyWhole(float* target, float* factors, int count)
    {
        for (int i = 0; i < count; i += T.Count) T.Store(target + i, T.Load(target + i) * T.Load(factors + i));
    }

    /// <summary>Copies exactly that many, past the caches if asked to and where target and count allow it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Put(float* source, int count, float* target, bool streams)
    {
        if (!streams || (nuint)target % (nuint)(T.Count * sizeof(float)) != 0 || count % T.Count != 0)
        {
            new ReadOnlySpan<float>(source, count).CopyTo(new Span<float>(target, count));
            return;
        }
        for (int i = 0; i < count; i += T.Count) T.Stream(target + i, T.Load(source + i));
    }

    /// <summary>Makes what was stored past the caches visible to other threads.</summary>
    public static void Fence()
    {
        if (Sse.IsSupported) Sse.StoreFence();
    }
}

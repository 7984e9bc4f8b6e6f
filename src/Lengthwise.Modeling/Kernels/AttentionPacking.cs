using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Copies one head out of [L, D] into the layouts that the products read, and back.</summary>
internal static unsafe class AttentionPacking<T> where T : unmanaged, ILanes<T>
{
    /// <summary>target [filled, distance] = scaled source [count, width]; everything beyond is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows(float* source, int step, int count, int width, float scale, float* target, int distance, int filled)
    {
        if (distance > width) NativeMemory.Clear(target, (nuint)filled * (nuint)distance * sizeof(float));
        else NativeMemory.Clear(target + (long)count * distance, (nuint)(filled - count) * (nuint)distance * sizeof(float));
        T factor = T.Broadcast(scale);
        int whole = width / T.Count * T.Count;
        for (int j = 0; j < count; j++, source += step, target += distance)
        {
            for (int d = 0; d < whole; d += T.Count) T.Store(target + d, T.Load(source + d) * factor);
            for (int d = whole; d < width; d++) target[d] = source[d] * scale;
        }
    }

    /// <summary>target [width, 2 vectors] = transposed and scaled source [count, width]; lanes behind the last row are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Columns(float* source, int step, int count, int width, float scale, float* target)
    {
        int lanes = 2 * T.Count;
        if (count < lanes) NativeMemory.Clear(target, (nuint)(width * lanes) * sizeof(float));
        Transpose(source, step, count, width, target, lanes);
        T factor = T.Broadcast(scale);
        for (int i = 0; i < width * lanes; i += T.Count) T.Store(target + i, T.Load(target + i) * factor);
    }

    /// <summary>target[c, r] = source[r, c].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(float* source, int sourceStep, int rows, int columns, float* target, int targetStep)
    {
        int tiledRows = Sse.IsSupported ? rows / 4 * 4 : 0, tiledColumns = Sse.IsSupported ? columns / 4 * 4 : 0;
        for (int r = 0; r < tiledRows; r += 4)
            for (int c = 0; c < tiledColumns; c += 4)
                TransposeFour(source + (long)r * sourceStep + c, sourceStep, target + (long)c * targetStep + r, targetStep);
        for (int r = 0; r < rows; r++)
            for (int c = r < tiledRows ? tiledColumns : 0; c < columns; c++) target[(long)c * targetStep + r] = source[(long)r * sourceStep + c];
    }

    /// <summary>Zeroes the head's columns of the steps from one up to another.</summary>
    public static void Clear(float* target, int step, int width, int from, int to)
    {
        for (int j = from; j < to; j++) new Span<float>(target + (long)j * step, width).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeFour(float* source, int sourceStep, float* target, int targetStep)
    {
        Vector128<float> a = Vector128.Load(source), b = Vector128.Load(source + sourceStep);
        Vector128<float> c = Vector128.Load(source + 2L * sourceStep), e = Vector128.Load(source + 3L * sourceStep);
        Vector128<float> ab = Sse.UnpackLow(a, b), ce = Sse.UnpackLow(c, e);
        Sse.MoveLowToHigh(ab, ce).Store(target);
        Sse.MoveHighToLow(ce, ab).Store(target + targetStep);
        ab = Sse.UnpackHigh(a, b);
        ce = Sse.UnpackHigh(c, e);
        Sse.MoveLowToHigh(ab, ce).Store(target + 2L * targetStep);
        Sse.MoveHighToLow(ce, ab).Store(target + 3L * targetStep);
    }
}

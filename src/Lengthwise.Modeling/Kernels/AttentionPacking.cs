using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Copies one head out of [L, D] into the layouts that the products read, and back.</summary>
internal static unsafe class AttentionPacking<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Transposed panels [keys / panel, head, panel]; keys behind the last are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Panels(AttentionShape shape, float* source, int keys, float* panels)
    {
        int panel = ThinProduct<T>.Panel, head = shape.HeadWidth;
        for (int start = 0; start < shape.PaddedLength; start += panel, panels += panel * head)
        {
            int present = Math.Clamp(keys - start, 0, panel);
            if (present < panel) NativeMemory.Clear(panels, (nuint)(panel * head) * sizeof(float));
            float* rows = source + (long)start * shape.Width;
            int tiled = Sse.IsSupported && panel >= 4 ? present / 4 * 4 : 0, whole = head / 4 * 4;
            for (int j = 0; j < tiled; j += 4)
            {
                float* at = rows + (long)j * shape.Width;
                for (int d = 0; d < whole; d += 4) TransposeFour(at + d, shape.Width, panels + d * panel + j, panel);
                for (int d = whole; d < head; d++)
                    for (int i = j; i < j + 4; i++) panels[d * panel + i] = rows[(long)i * shape.Width + d];
            }
            for (int j = tiled; j < present; j++)
                for (int d = 0; d < head; d++) panels[d * panel + j] = rows[(long)j * shape.Width + d];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeFour(float* source, int sourceStride, float* target, int targetStride)
    {
        Vector128<float> a = Vector128.Load(source), b = Vector128.Load(source + sourceStride);
        Vector128<float> c = Vector128.Load(source + 2L * sourceStride), e = Vector128.Load(source + 3L * sourceStride);
        Vector128<float> ab = Sse.UnpackLow(a, b), ce = Sse.UnpackLow(c, e);
        Sse.MoveLowToHigh(ab, ce).Store(target);
        Sse.MoveHighToLow(ce, ab).Store(target + targetStride);
        ab = Sse.UnpackHigh(a, b);
        ce = Sse.UnpackHigh(c, e);
        Sse.MoveLowToHigh(ab, ce).Store(target + 2 * targetStride);
        Sse.MoveHighToLow(ce, ab).Store(target + 3 * targetStride);
    }

    /// <summary>Rows [keys, padded head]; everything beyond is zero.</summary>
    public static void Rows(AttentionShape shape, float* source, int keys, float* rows)
    {
        NativeMemory.Clear(rows, (nuint)shape.PaddedLength * (nuint)shape.PaddedHead * sizeof(float));
        for (int j = 0; j < keys; j++)
            new ReadOnlySpan<float>(source + (long)j * shape.Width, shape.HeadWidth).CopyTo(new Span<float>(rows + (long)j * shape.PaddedHead, shape.HeadWidth));
    }

    /// <summary>Sixteen scaled rows from <paramref name="first"/> on, at that distance; rows that do not exist are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block(AttentionShape shape, float* source, int first, int rows, float scale, float* block, int distance)
    {
        if (rows < AttentionShape.Rows || distance > shape.HeadWidth) NativeMemory.Clear(block, (nuint)(AttentionShape.Rows * distance) * sizeof(float));
        for (int r = 0; r < rows; r++) Scale(source + (long)(first + r) * shape.Width, scale, shape.HeadWidth, block + r * distance);
    }

    /// <summary>target = factor source, for one head of one step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scale(float* source, float factor, int head, float* target)
    {
        T factors = T.Broadcast(factor);
        int d = 0;
        for (; d <= head - T.Count; d += T.Count) T.Store(target + d, T.Load(source + d) * factors);
        for (; d < head; d++) target[d] = source[d] * factor;
    }

    /// <summary>Sum over one head of the products of two steps, in four interleaved sums: a single one would wait for itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Dot(float* a, float* b, int head)
    {
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        int d = 0;
        for (; d <= head - 4; d += 4)
        {
            s0 += a[d] * b[d];
            s1 += a[d + 1] * b[d + 1];
            s2 += a[d + 2] * b[d + 2];
            s3 += a[d + 3] * b[d + 3];
        }
        for (; d < head; d++) s0 += a[d] * b[d];
        return (s0 + s1) + (s2 + s3);
    }

    /// <summary>Writes packed rows back into the head's columns.</summary>
    public static void Unpack(AttentionShape shape, float* rows, int keys, float* target)
    {
        for (int j = 0; j < keys; j++)
            new ReadOnlySpan<float>(rows + (long)j * shape.PaddedHead, shape.HeadWidth).CopyTo(new Span<float>(target + (long)j * shape.Width, shape.HeadWidth));
    }

    /// <summary>Zeroes the head's columns from a step on.</summary>
    public static void ClearRows(AttentionShape shape, float* target, int from)
    {
        for (int j = from; j < shape.Length; j++) new Span<float>(target + (long)j * shape.Width, shape.HeadWidth).Clear();
    }
}

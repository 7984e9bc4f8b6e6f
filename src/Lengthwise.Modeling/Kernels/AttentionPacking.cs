using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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
            for (int j = 0; j < present; j++)
                for (int d = 0; d < head; d++) panels[d * panel + j] = rows[(long)j * shape.Width + d];
        }
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
        NativeMemory.Clear(block, (nuint)(AttentionShape.Rows * distance) * sizeof(float));
        for (int r = 0; r < rows; r++)
            for (int d = 0; d < shape.HeadWidth; d++) block[r * distance + d] = source[(long)(first + r) * shape.Width + d] * scale;
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

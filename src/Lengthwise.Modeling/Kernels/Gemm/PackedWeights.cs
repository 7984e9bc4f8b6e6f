using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Lengthwise.Modeling.Kernels.Gemm;

/// <summary>A matrix of weights in the order in which the tiles read it: [chunks of depth, panels, depth, columns of a tile], rest zero.</summary>
internal sealed unsafe class PackedWeights<T> : IDisposable where T : unmanaged, ILanes<T>
{
    private readonly NativeBuffer _buffer;

    private PackedWeights(int depth, int columns)
    {
        (Depth, Panels) = (depth, (columns + ProductTile<T>.Columns - 1) / ProductTile<T>.Columns);
        long floats = (long)depth * Panels * ProductTile<T>.Columns;
        _buffer = new NativeBuffer(floats);
        if (columns % ProductTile<T>.Columns != 0) new Span<float>(_buffer.Floats, checked((int)floats)).Clear();
    }

    /// <summary>Rows of the matrix, over which a product sums.</summary>
    public int Depth { get; }

    /// <summary>Groups of columns.</summary>
    public int Panels { get; }

    /// <summary>Columns of a product, in whole tiles.</summary>
    public int PaddedColumns => Panels * ProductTile<T>.Columns;

    /// <summary>W [depth, columns] as it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static PackedWeights<T> Of(float* weight, int depth, int columns)
    {
        var packed = new PackedWeights<T>(depth, columns);
        int panel = ProductTile<T>.Columns;
        for (int p = 0; p < packed.Panels; p++)
        {
            int width = Math.Min(panel, columns - p * panel);
            for (int k = 0; k < depth; k++)
                new ReadOnlySpan<float>(weight + (long)k * columns + p * panel, width).CopyTo(new Span<float>(packed.At(p, k), width));
        }
        return packed;
    }

    /// <summary>The transpose of W [columns, depth].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static PackedWeights<T> OfTransposed(float* weight, int depth, int columns)
    {
        var packed = new PackedWeights<T>(depth, columns);
        int panel = ProductTile<T>.Columns;
        int tiled = Sse.IsSupported && panel >= 4 ? columns / 4 * 4 : 0;
        for (int column = 0; column < columns; column += column < tiled ? 4 : 1)
            for (int chunk = 0; chunk < RowBlock.Chunks(depth); chunk++)
            {
                int width = RowBlock.Width(depth, chunk), first = 0;
                float* target = packed.Panel(chunk, column / panel) + column % panel;
                float* source = weight + (long)column * depth + chunk * RowBlock.Depth;
                int together = column < tiled ? 4 : 1;
                for (; together == 4 && first <= width - 4; first += 4) TransposeFour(source + first, depth, target + first * panel, panel);
                for (int k = first; k < width; k++)
                    for (int c = 0; c < together; c++) target[k * panel + c] = source[(long)c * depth + k];
            }
        return packed;
    }

    /// <summary>Where a panel's rows of one chunk begin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Panel(int chunk, int panel)
    {
        long width = ProductTile<T>.Columns;
        return _buffer.Floats + chunk * (long)RowBlock.Depth * Panels * width + panel * (long)RowBlock.Width(Depth, chunk) * width;
    }

    /// <summary>
    /// product [rows, padded columns] = block [rows, depth] times these weights; rows of the block in whole tiles, of which those that hold nothing give
    /// nothing of use.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Multiply(float* block, int rows, float* product, int stride)
    {
        for (int chunk = 0; chunk < RowBlock.Chunks(Depth); chunk++)
        {
            int depth = RowBlock.Width(Depth, chunk);
            for (int panel = 0; panel < Panels; panel++)
            {
                float* weights = Panel(chunk, panel);
                for (int row = 0; row < rows; row += ProductTile<T>.Rows)
                    ProductTile<T>.RowsTimes(
                        RowBlock.At(block, chunk, row), weights, depth, product + (long)row * stride + panel * ProductTile<T>.Columns, stride, chunk > 0);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _buffer.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float* At(int panel, int k) => Panel(k / RowBlock.Depth, panel) + k % RowBlock.Depth * ProductTile<T>.Columns;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeFour(float* source, long sourceStride, float* target, int targetStride)
    {
        Vector128<float> a = Vector128.Load(source), b = Vector128.Load(source + sourceStride);
        Vector128<float> c = Vector128.Load(source + 2 * sourceStride), d = Vector128.Load(source + 3 * sourceStride);
        Vector128<float> ab = Sse.UnpackLow(a, b), cd = Sse.UnpackLow(c, d);
        Sse.MoveLowToHigh(ab, cd).Store(target);
        Sse.MoveHighToLow(cd, ab).Store(target + targetStride);
        ab = Sse.UnpackHigh(a, b);
        cd = Sse.UnpackHigh(c, d);
        Sse.MoveLowToHigh(ab, cd).Store(target + 2 * targetStride);
        Sse.MoveHighToLow(cd, ab).Store(target + 3 * targetStride);
    }
}

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
        new Span<float>(_buffer.Floats, checked((int)floats)).Clear();
    }

    /// <summary>Rows of the matrix, over which a product sums.</summary>
    public int Depth { get; }

    /// <summary>Groups of columns.</summary>
    public int Panels { get; }

    /// <summary>Columns of a product, in whole tiles.</summary>
    public int PaddedColumns => Panels * ProductTile<T>.Columns;

    /// <summary>W [depth, columns] as it is.</summary>
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
    public static PackedWeights<T> OfTransposed(float* weight, int depth, int columns)
    {
        var packed = new PackedWeights<T>(depth, columns);
        int panel = ProductTile<T>.Columns;
        for (int column = 0; column < columns; column++)
        {
            float* row = weight + (long)column * depth;
            for (int chunk = 0; chunk < RowBlock.Chunks(depth); chunk++)
            {
                float* target = packed.Panel(chunk, column / panel) + column % panel;
                float* source = row + chunk * RowBlock.Depth;
                for (int k = 0; k < RowBlock.Width(depth, chunk); k++) target[k * panel] = source[k];
            }
        }
        return packed;
    }

    /// <summary>Where a panel's rows of one chunk begin.</summary>
    public float* Panel(int chunk, int panel)
    {
        long width = ProductTile<T>.Columns;
        return _buffer.Floats + chunk * (long)RowBlock.Depth * Panels * width + panel * (long)RowBlock.Width(Depth, chunk) * width;
    }

    /// <summary>
    /// product [rows, padded columns] = block [rows, depth] times these weights; rows of the block in whole tiles, of which those that hold nothing give
    /// nothing of use.
    /// </summary>
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

    private float* At(int panel, int k) => Panel(k / RowBlock.Depth, panel) + k % RowBlock.Depth * ProductTile<T>.Columns;
}

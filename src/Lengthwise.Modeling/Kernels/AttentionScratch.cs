namespace Lengthwise.Modeling.Kernels;

/// <summary>One thread's part of the scratch memory: packed keys and values, and a tile of queries with its scores, queries as lanes.</summary>
internal readonly unsafe struct AttentionScratch
{
    /// <summary>Takes the part of a buffer that belongs to a slot.</summary>
    public AttentionScratch(float* buffer, int slot, AttentionShape shape, bool isBackward)
    {
        float* at = buffer + slot * Floats(shape, isBackward);
        (long packed, long columns, long rows) = (Packed(shape), Columns(shape), Rows(shape));
        Keys = Take(ref at, packed);
        Values = Take(ref at, packed);
        Weights = Take(ref at, Scores(shape));
        Queries = Take(ref at, columns);
        Output = Take(ref at, columns);
        Maxima = Take(ref at, Lanes(shape));
        Inverses = Take(ref at, Lanes(shape));
        if (!isBackward) return;
        ScoreGradients = Take(ref at, Scores(shape));
        OutputGradients = Take(ref at, columns);
        QueryRows = Take(ref at, rows);
        OutputGradientRows = Take(ref at, rows);
        Deltas = Take(ref at, Lanes(shape));
        KeyGradients = at;
    }

    /// <summary>Keys, [L, d].</summary>
    public float* Keys { get; }

    /// <summary>Values, [L, d].</summary>
    public float* Values { get; }

    /// <summary>Scores, then weights, of a tile, [keys, queries].</summary>
    public float* Weights { get; }

    /// <summary>V dO^T, then score gradients, of a tile, [keys, queries].</summary>
    public float* ScoreGradients { get; }

    /// <summary>Scaled queries, [d, queries].</summary>
    public float* Queries { get; }

    /// <summary>Outputs forward, gradients of queries backward, [d, queries].</summary>
    public float* Output { get; }

    /// <summary>Gradients of the outputs, [d, queries].</summary>
    public float* OutputGradients { get; }

    /// <summary>Scaled queries, [queries, d].</summary>
    public float* QueryRows { get; }

    /// <summary>Gradients of the outputs, [queries, d].</summary>
    public float* OutputGradientRows { get; }

    /// <summary>Largest score of each query, so far.</summary>
    public float* Maxima { get; }

    /// <summary>Sum of each query's weights so far, at last one over it.</summary>
    public float* Inverses { get; }

    /// <summary>dO · O of each query.</summary>
    public float* Deltas { get; }

    /// <summary>Gradients of the keys, [L, d], those of the values behind them.</summary>
    public float* KeyGradients { get; }

    /// <summary>Floats of one slot.</summary>
    public static long Floats(AttentionShape shape, bool isBackward)
    {
        long forward = 2 * Packed(shape) + Scores(shape) + 2 * Columns(shape) + 2 * Lanes(shape);
        return isBackward ? forward + Scores(shape) + Columns(shape) + 2 * Rows(shape) + Lanes(shape) + 2 * Gradients(shape) : forward;
    }

    /// <summary>Floats of the gradients of one item's keys, or values.</summary>
    public static long Gradients(AttentionShape shape) => NativeBuffer.Aligned((long)shape.PackedLength * shape.VectorWidth);

    private static long Packed(AttentionShape shape) => NativeBuffer.Aligned((long)shape.PackedLength * shape.PackedWidth);

    private static long Scores(AttentionShape shape) => NativeBuffer.Aligned((long)AttentionShape.KeyTile * shape.TileQueries);

    private static long Columns(AttentionShape shape) => NativeBuffer.Aligned((long)shape.PackedWidth * shape.TileQueries);

    private static long Rows(AttentionShape shape) => NativeBuffer.Aligned((long)shape.TileQueries * shape.VectorWidth);

    private static long Lanes(AttentionShape shape) => NativeBuffer.Aligned(shape.TileQueries);

    private static float* Take(ref float* at, long floats)
    {
        float* taken = at;
        at += floats;
        return taken;
    }
}

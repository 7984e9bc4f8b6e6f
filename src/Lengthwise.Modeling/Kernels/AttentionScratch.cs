namespace Lengthwise.Modeling.Kernels;

/// <summary>Where one thread keeps a head's packed tensors and a block's scores.</summary>
internal readonly unsafe struct AttentionScratch
{
    /// <summary>Takes the part of a buffer that belongs to a slot.</summary>
    public AttentionScratch(float* buffer, int slot, AttentionShape shape, bool isBackward)
    {
        float* at = buffer + slot * Floats(shape, isBackward);
        long panels = Panels(shape), packed = Packed(shape), scores = Scores(shape), block = Block(shape);
        KeyPanels = Take(ref at, panels);
        Values = Keys = Take(ref at, packed);
        Weights = Take(ref at, scores);
        Queries = Take(ref at, block);
        Output = Take(ref at, block);
        Inverses = Take(ref at, AttentionShape.Rows);
        if (!isBackward) return;
        ValuePanels = Take(ref at, panels);
        KeyGradients = Take(ref at, packed);
        ValueGradients = Take(ref at, packed);
        ScoreGradients = Take(ref at, scores);
        OutputGradients = Take(ref at, block);
    }

    /// <summary>Keys, transposed in panels.</summary>
    public float* KeyPanels { get; }

    /// <summary>Values, transposed in panels; backward only.</summary>
    public float* ValuePanels { get; }

    /// <summary>Values in rows; forward only.</summary>
    public float* Values { get; }

    /// <summary>Keys in rows; backward only.</summary>
    public float* Keys { get; }

    /// <summary>Gradients of the keys in rows.</summary>
    public float* KeyGradients { get; }

    /// <summary>Gradients of the values in rows.</summary>
    public float* ValueGradients { get; }

    /// <summary>Scores, then weights, of a block.</summary>
    public float* Weights { get; }

    /// <summary>dO V^T, then score gradients, of a block.</summary>
    public float* ScoreGradients { get; }

    /// <summary>Scaled queries of a block.</summary>
    public float* Queries { get; }

    /// <summary>Output gradients of a block.</summary>
    public float* OutputGradients { get; }

    /// <summary>A block's rows of a padded head.</summary>
    public float* Output { get; }

    /// <summary>One over each row's sum.</summary>
    public float* Inverses { get; }

    /// <summary>Floats of one slot.</summary>
    public static long Floats(AttentionShape shape, bool isBackward)
    {
        long forward = Panels(shape) + Packed(shape) + Scores(shape) + 2 * Block(shape) + AttentionShape.Rows;
        return isBackward ? forward + Panels(shape) + 2 * Packed(shape) + Scores(shape) + Block(shape) : forward;
    }

    private static long Panels(AttentionShape shape) => NativeBuffer.Aligned((long)shape.PaddedLength * shape.HeadWidth);

    private static long Packed(AttentionShape shape) => NativeBuffer.Aligned((long)shape.PaddedLength * shape.PaddedHead);

    private static long Scores(AttentionShape shape) => NativeBuffer.Aligned((long)AttentionShape.Rows * shape.PaddedLength);

    private static long Block(AttentionShape shape) => NativeBuffer.Aligned((long)AttentionShape.Rows * shape.PaddedHead);

    private static float* Take(ref float* at, long floats)
    {
        float* taken = at;
        at += floats;
        return taken;
    }
}

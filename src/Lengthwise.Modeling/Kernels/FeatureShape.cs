namespace Lengthwise.Modeling.Kernels;

/// <summary>What makes features of queries and keys.</summary>
internal enum FeatureMap
{
    /// <summary>elu(x) + 1.</summary>
    Elu,

    /// <summary>relu(w x) + 1e-3, or relu(x) + 1e-3 without a projection.</summary>
    Rectified,

    /// <summary>exp(w x' - |x'|² / 2 - c) + 1e-6, x' = x / d^(1/4); c the largest w x' of a query, or of all keys.</summary>
    Exponential,
}

/// <summary>Sizes of one call of feature attention, and of its scratch memory.</summary>
/// <param name="Batch">Sequences.</param>
/// <param name="Length">Steps.</param>
/// <param name="Heads">Heads.</param>
/// <param name="Head">Width of a head, d.</param>
/// <param name="Features">Features of a head, m.</param>
/// <param name="HasProjection">Whether features are made of projections; otherwise m = d.</param>
/// <param name="Map">What makes features.</param>
/// <param name="Lanes">Floats in a vector.</param>
internal sealed record FeatureShape(int Batch, int Length, int Heads, int Head, int Features, bool HasProjection, FeatureMap Map, int Lanes)
{
    /// <summary>Added to an exponential feature.</summary>
    public const float Softening = 1e-6f;

    /// <summary>Added to a rectified feature.</summary>
    public const float RectifiedSoftening = 1e-3f;

    /// <summary>Steps that are worked on together, one a lane.</summary>
    public int Tile => 2 * Lanes;

    /// <summary>Floats between two steps.</summary>
    public int Width => Heads * Head;

    /// <summary>Floats between two steps of the sums: of every head values and weights.</summary>
    public int SumWidth => Heads * (Head + 1);

    /// <summary>d in whole rows of a product.</summary>
    public int PackedHead => AttentionShape.RoundUp(Head, RowStep);

    /// <summary>d in whole rows and vectors.</summary>
    public int VectorHead => AttentionShape.RoundUp(Head, Math.Max(Lanes, RowStep));

    /// <summary>m in whole rows of a product.</summary>
    public int PackedFeatures => AttentionShape.RoundUp(Features, RowStep);

    /// <summary>What features are made of is scaled by it.</summary>
    public float InputScale => Map == FeatureMap.Exponential ? (float)Math.Pow(Head, -0.25) : 1;

    /// <summary>Multiplications of a forward pass, roughly.</summary>
    public long Work => 4L * Batch * Length * Heads * Features * Head;

    private int RowStep => Lanes == 16 ? 8 : 4;

    /// <summary>Valid steps of a row.</summary>
    public unsafe int KeysOf(long* lengths, int row) => lengths is null ? Length : (int)Math.Clamp(lengths[row], 0, Length);
}

/// <summary>One thread's scratch memory.</summary>
internal readonly unsafe struct FeatureScratch
{
    /// <summary>Takes the part of a buffer that belongs to a slot.</summary>
    public FeatureScratch(float* buffer, int slot, FeatureShape shape)
    {
        float* at = buffer + slot * Floats(shape);
        float* Take(long floats)
        {
            float* taken = at;
            at += NativeBuffer.Aligned(floats);
            return taken;
        }

        (int tile, long columns, long features) = (shape.Tile, (long)shape.PackedHead * shape.Tile, (long)shape.PackedFeatures * shape.Tile);
        (long rows, long sums) = ((long)tile * shape.VectorHead, (long)shape.PackedFeatures * shape.VectorHead);
        Input = Take(columns);
        Values = Take(columns);
        Output = Take(columns);
        Rows = Take(rows);
        Projected = Take(features);
        Mapped = Take(features);
        MappedGradients = Take(features);
        Sums = Take(sums);
        SumGradients = Take(sums);
        Weights = Take(shape.PackedFeatures);
        WeightGradients = Take(shape.PackedFeatures);
        WeightLanes = Take((long)shape.PackedFeatures * shape.Lanes);
        WeightGradientLanes = Take((long)shape.PackedFeatures * shape.Lanes);
        HalfSquares = Take(tile);
        Largest = Take(tile);
        Total = Take(tile);
    }

    /// <summary>What features are made of, [d, steps].</summary>
    public float* Input { get; }

    /// <summary>Values, or gradients of sums, [d, steps].</summary>
    public float* Values { get; }

    /// <summary>Sums, or gradients, [d, steps].</summary>
    public float* Output { get; }

    /// <summary>Values, or gradients of sums, [steps, d].</summary>
    public float* Rows { get; }

    /// <summary>What is mapped to features, [m, steps].</summary>
    public float* Projected { get; }

    /// <summary>Features, [m, steps].</summary>
    public float* Mapped { get; }

    /// <summary>Gradients of features, then of what was mapped, [m, steps].</summary>
    public float* MappedGradients { get; }

    /// <summary>S, [m, d].</summary>
    public float* Sums { get; }

    /// <summary>dS, [m, d].</summary>
    public float* SumGradients { get; }

    /// <summary>z, [m].</summary>
    public float* Weights { get; }

    /// <summary>dz, [m].</summary>
    public float* WeightGradients { get; }

    /// <summary>z lane by lane.</summary>
    public float* WeightLanes { get; }

    /// <summary>dz lane by lane.</summary>
    public float* WeightGradientLanes { get; }

    /// <summary>|x'|² / 2 of every step.</summary>
    public float* HalfSquares { get; }

    /// <summary>Largest projection of every step.</summary>
    public float* Largest { get; }

    /// <summary>Gradient of the sum of weights, or a sum over features, of every step.</summary>
    public float* Total { get; }

    /// <summary>Floats of one slot.</summary>
    public static long Floats(FeatureShape shape)
    {
        (int tile, long columns, long features) = (shape.Tile, (long)shape.PackedHead * shape.Tile, (long)shape.PackedFeatures * shape.Tile);
        (long rows, long sums) = ((long)tile * shape.VectorHead, (long)shape.PackedFeatures * shape.VectorHead);
        return 3 * NativeBuffer.Aligned(columns) + NativeBuffer.Aligned(rows) + 3 * NativeBuffer.Aligned(features) + 2 * NativeBuffer.Aligned(sums)
            + 2 * NativeBuffer.Aligned(shape.PackedFeatures) + 2 * NativeBuffer.Aligned((long)shape.PackedFeatures * shape.Lanes) + 3 * NativeBuffer.Aligned(tile);
    }
}

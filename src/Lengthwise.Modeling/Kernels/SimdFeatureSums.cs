using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lengthwise.Modeling.Kernels;

/// <summary>
/// Σ_s φ(q_t)·φ(k_s) v_s and Σ_s φ(q_t)·φ(k_s) over all keys, from queries and keys themselves: features exist for some tens of steps at a time, in
/// the cache, and are made again on the way back. One head of one sequence belongs to one thread.
/// </summary>
internal static unsafe class SimdFeatureSums<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Writes sums [B, L, heads, d + 1]; zero at padded steps.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="projection">[m, d], or null.</param>
    /// <param name="q">[B, L, D].</param>
    /// <param name="k">[B, L, D].</param>
    /// <param name="v">[B, L, D].</param>
    /// <param name="lengths">Valid steps per row; null when all are.</param>
    /// <param name="y">To be written.</param>
    public static void Forward(FeatureShape shape, float* projection, float* q, float* k, float* v, long* lengths, float* y) =>
        ForEach(shape, projection, shape.Work, lengths, (s, packed, row, head, keys) =>
        {
            long at = Offset(shape, row, head), target = SumOffset(shape, row, head);
            SumKeys(shape, s, packed, k + at, v + at, keys);
            for (int first = 0; first < keys; first += shape.Tile)
            {
                int count = Math.Min(shape.Tile, keys - first);
                float* sums = y + target + (long)first * shape.SumWidth;
                SimdFeatures<T>.Project(shape, s, packed, q + at + (long)first * shape.Width, count);
                SimdFeatures<T>.Map(shape, s, FeatureShape.Softening);
                AttentionProduct<T>.Multiply(
                    s.Sums, 1, shape.VectorHead, shape.Features, s.Mapped, shape.Tile, s.Output, shape.Tile, shape.PackedHead, shape.Tile, adds: false);
                SimdFeatures<T>.Weigh(shape, s, s.Weights, s.Total);
                AttentionPacking<T>.Transpose(s.Output, shape.Tile, shape.Head, count, sums, shape.SumWidth);
                for (int i = 0; i < count; i++) sums[(long)i * shape.SumWidth + shape.Head] = s.Total[i];
            }
            AttentionPacking<T>.Clear(y + target, shape.SumWidth, shape.Head + 1, keys, shape.Length);
        });

    /// <summary>Gradients of queries, keys and values, zero at padded steps.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="projection">[m, d], or null.</param>
    /// <param name="x">Tensors; of the gradients of the output those of the sums, [B, L, heads, d + 1].</param>
    /// <param name="lengths">Valid steps per row; null when all are.</param>
    public static void Backward(FeatureShape shape, float* projection, AttentionPointers x, long* lengths) =>
        ForEach(shape, projection, 3 * shape.Work, lengths, (s, packed, row, head, keys) =>
        {
            long at = Offset(shape, row, head);
            float largest = SumKeys(shape, s, packed, x.K + at, x.V + at, keys);
            NativeMemory.Clear(s.SumGradients, (nuint)(shape.PackedFeatures * shape.VectorHead) * sizeof(float));
            NativeMemory.Clear(s.WeightGradientLanes, (nuint)(shape.PackedFeatures * T.Count) * sizeof(float));
            for (int first = 0; first < keys; first += shape.Tile)
                QueryTile(shape, s, packed, x, at + (long)first * shape.Width, SumOffset(shape, row, head) + (long)first * shape.SumWidth, Math.Min(shape.Tile, keys - first));
            for (int f = 0; f < shape.Features; f++) s.WeightGradients[f] = T.Sum(T.Load(s.WeightGradientLanes + f * T.Count));

            double total = 0;
            List<(int Step, int Feature)> ties = [];
            for (int first = 0; first < keys; first += shape.Tile)
                total += KeyTile(shape, s, packed, x, at, first, Math.Min(shape.Tile, keys - first), largest, ties);
            // The largest projection of all is subtracted from every key's.
            foreach ((int step, int feature) in ties)
                for (int d = 0; d < shape.Head; d++)
                    x.DK[at + (long)step * shape.Width + d] -= (float)(total / ties.Count * shape.InputScale * packed[(long)feature * shape.PackedHead + d]);

            AttentionPacking<T>.Clear(x.DQ + at, shape.Width, shape.Head, keys, shape.Length);
            AttentionPacking<T>.Clear(x.DK + at, shape.Width, shape.Head, keys, shape.Length);
            AttentionPacking<T>.Clear(x.DV + at, shape.Width, shape.Head, keys, shape.Length);
        });

    private delegate void Item(FeatureScratch s, float* packed, int row, int head, int keys);

    private static void ForEach(FeatureShape shape, float* projection, long work, long* lengths, Item item)
    {
        int items = shape.Batch * shape.Heads, slots = KernelThreads.SlotsFor(items, work);
        using var scratch = new NativeBuffer(slots * FeatureScratch.Floats(shape));
        using var packed = new NativeBuffer((long)shape.PackedFeatures * shape.PackedHead);
        if (projection is not null)
            AttentionPacking<T>.Rows(projection, shape.Head, shape.Features, shape.Head, 1, packed.Floats, shape.PackedHead, shape.PackedFeatures);
        KernelThreads.For(items, slots, (from, to, slot) =>
        {
            var s = new FeatureScratch(scratch.Floats, slot, shape);
            for (int i = from; i < to; i++) item(s, packed.Floats, i / shape.Heads, i % shape.Heads, shape.KeysOf(lengths, i / shape.Heads));
        });
    }

    private static long Offset(FeatureShape shape, int row, int head) => (long)row * shape.Length * shape.Width + (long)head * shape.Head;

    private static long SumOffset(FeatureShape shape, int row, int head) => (long)row * shape.Length * shape.SumWidth + (long)head * (shape.Head + 1);

    /// <summary>S and z of all keys; returns the largest projection.</summary>
    private static float SumKeys(FeatureShape shape, FeatureScratch s, float* packed, float* k, float* v, int keys)
    {
        int vectors = shape.VectorHead, sums = shape.PackedFeatures * vectors, lanes = shape.PackedFeatures * T.Count;
        bool isExponential = shape.Map == FeatureMap.Exponential;
        float largest = float.NegativeInfinity;
        float* valueSums = stackalloc float[shape.Head];
        new Span<float>(valueSums, shape.Head).Clear();
        NativeMemory.Clear(s.Sums, (nuint)sums * sizeof(float));
        NativeMemory.Clear(s.WeightLanes, (nuint)lanes * sizeof(float));
        for (int first = 0; first < keys; first += shape.Tile)
        {
            int count = Math.Min(shape.Tile, keys - first);
            SimdFeatures<T>.Project(shape, s, packed, k + (long)first * shape.Width, count);
            AttentionPacking<T>.Rows(v + (long)first * shape.Width, shape.Width, count, shape.Head, 1, s.Rows, vectors, shape.Tile);
            if (isExponential)
            {
                float before = largest;
                for (int i = 0; i < count; i++) largest = MathF.Max(largest, s.Largest[i]);
                new Span<float>(s.Largest, shape.Tile).Fill(largest);
                if (largest > before && first > 0)
                {
                    float shrink = MathF.Exp(before - largest);
                    Scale(s.Sums, sums, shrink);
                    Scale(s.WeightLanes, lanes, shrink);
                }
                for (int i = 0; i < count; i++)
                    for (int d = 0; d < shape.Head; d++) valueSums[d] += s.Rows[i * vectors + d];
            }
            // What every feature is softened by is added at the end, so that sums can shrink when a larger projection comes.
            SimdFeatures<T>.Map(shape, s, 0);
            KeepLanes(shape, s, count);
            AttentionProduct<T>.Multiply(s.Mapped, shape.Tile, 1, count, s.Rows, vectors, s.Sums, vectors, shape.PackedFeatures, vectors, adds: true);
            SimdFeatures<T>.AddLanes(shape, s, null, s.WeightLanes);
        }
        for (int f = 0; f < shape.Features; f++)
        {
            s.Weights[f] = T.Sum(T.Load(s.WeightLanes + f * T.Count)) + (isExponential ? FeatureShape.Softening * keys : 0);
            for (int d = 0; isExponential && d < shape.Head; d++) s.Sums[f * vectors + d] += FeatureShape.Softening * valueSums[d];
        }
        return largest;
    }

    private static void QueryTile(FeatureShape shape, FeatureScratch s, float* packed, AttentionPointers x, long at, long sumAt, int count)
    {
        int vectors = shape.VectorHead, tile = shape.Tile;
        float* outer = stackalloc float[tile];
        for (int i = 0; i < tile; i++) outer[i] = i < count ? x.DY[sumAt + (long)i * shape.SumWidth + shape.Head] : 0;
        SimdFeatures<T>.Project(shape, s, packed, x.Q + at, count);
        SimdFeatures<T>.Map(shape, s, FeatureShape.Softening);
        AttentionPacking<T>.Columns(x.DY + sumAt, shape.SumWidth, count, shape.Head, 1, s.Values);
        AttentionPacking<T>.Rows(x.DY + sumAt, shape.SumWidth, count, shape.Head, 1, s.Rows, vectors, tile);
        AttentionProduct<T>.Multiply(s.Mapped, tile, 1, count, s.Rows, vectors, s.SumGradients, vectors, shape.PackedFeatures, vectors, adds: true);
        SimdFeatures<T>.AddLanes(shape, s, outer, s.WeightGradientLanes);
        AttentionProduct<T>.Multiply(s.Sums, vectors, 1, shape.Head, s.Values, tile, s.MappedGradients, tile, shape.PackedFeatures, tile, adds: false);
        SimdFeatures<T>.MapBack(shape, s, s.Weights, outer);
        if (shape.Map == FeatureMap.Exponential) SimdFeatures<T>.SubtractFromLargest(shape, s);
        SimdFeatures<T>.ProjectBack(shape, s, packed, x.DQ + at, count);
    }

    /// <summary>Gradients of a tile of keys and values; returns the sum of the gradients of all exponents and notes the largest projections.</summary>
    private static double KeyTile(
        FeatureShape shape, FeatureScratch s, float* packed, AttentionPointers x, long at, int first, int count, float largest, List<(int Step, int Feature)> ties)
    {
        int vectors = shape.VectorHead, tile = shape.Tile;
        long here = at + (long)first * shape.Width;
        SimdFeatures<T>.Project(shape, s, packed, x.K + here, count);
        if (shape.Map == FeatureMap.Exponential)
        {
            for (int i = 0; i < count; i++)
                for (int f = 0; s.Largest[i] == largest && f < shape.Features; f++)
                    if (s.Projected[f * tile + i] == largest) ties.Add((first + i, f));
            new Span<float>(s.Largest, tile).Fill(largest);
        }
        SimdFeatures<T>.Map(shape, s, FeatureShape.Softening);
        AttentionPacking<T>.Columns(x.V + here, shape.Width, count, shape.Head, 1, s.Values);
        AttentionProduct<T>.Multiply(s.SumGradients, 1, vectors, shape.Features, s.Mapped, tile, s.Output, tile, shape.PackedHead, tile, adds: false);
        AttentionPacking<T>.Transpose(s.Output, tile, shape.Head, count, x.DV + here, shape.Width);
        AttentionProduct<T>.Multiply(s.SumGradients, vectors, 1, shape.Head, s.Values, tile, s.MappedGradients, tile, shape.PackedFeatures, tile, adds: false);
        SimdFeatures<T>.MapBack(shape, s, s.WeightGradients, null);
        SimdFeatures<T>.ProjectBack(shape, s, packed, x.DK + here, count);
        double total = 0;
        for (int i = 0; i < count; i++) total += s.Total[i];
        return total;
    }

    // Lanes behind the last step hold the features of a zero input.
    private static void KeepLanes(FeatureShape shape, FeatureScratch s, int count)
    {
        for (int f = 0; count < shape.Tile && f < shape.Features; f++) new Span<float>(s.Mapped + f * shape.Tile + count, shape.Tile - count).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(float* values, int count, float by)
    {
        T factor = T.Broadcast(by);
        for (int i = 0; i < count; i += T.Count) T.Store(values + i, T.Load(values + i) * factor);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Gradients of <see cref="SimdAttention{T}"/>, from weights that are formed again tile by tile.</summary>
/// <remarks>
/// dV = P^T dO, dS = P (dO V^T - rowsum(dO O)), dQ = dS K scale, dK = dS^T Q scale (Dao et al. 2022, arXiv:2205.14135, appendix B). The scores are the
/// same sums in the same order as in the forward pass and P = exp(S - largest) / sum, so that P has the forward pass's own digits.
/// </remarks>
internal static unsafe class SimdAttentionGradient<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Gradients of queries, keys and values; zero where padded.</summary>
    public static void Backward(AttentionShape shape, AttentionPointers x, long* lengths)
    {
        var partition = new AttentionPartition(shape, lengths);
        int slots = KernelThreads.SlotsFor(partition.Units.Count, 5 * partition.Work * shape.HeadWidth), parts = partition.Parts;
        long gradients = AttentionScratch.Gradients(shape);
        using var scratch = new NativeBuffer(slots * AttentionScratch.Floats(shape, isBackward: true));
        using var sums = new NativeBuffer(parts == 1 ? 0 : 2 * gradients * parts * shape.Items);
        KernelThreads.For(slots, slots, (_, _, slot) =>
        {
            var s = new AttentionScratch(scratch.Floats, slot, shape, isBackward: true);
            KeySpan[] spans = new KeySpan[shape.Call.Pattern.MostSpans];
            (int from, int to) = partition.UnitsOf(slot, slots);
            for (int i = from, packed = -1; i < to; i++)
            {
                AttentionUnit unit = partition.Units[i];
                float* dk = parts == 1 ? s.KeyGradients : sums.Floats + 2 * gradients * (unit.Item * (long)parts + unit.Part);
                Unit(shape, s, x, lengths, unit, packed != unit.Item, spans, dk, dk + gradients);
                packed = unit.Item;
                if (parts == 1) Finish(shape, x, lengths, unit.Item, dk, 1, gradients);
            }
        });
        if (parts == 1) return;
        for (int i = 0; i < shape.Items; i++)
        {
            int used = 1 + partition.Units.Where(unit => unit.Item == i).Max(unit => unit.Part);
            Finish(shape, x, lengths, i, sums.Floats + 2 * gradients * i * parts, used, gradients);
        }
    }

    private static void Unit(
        AttentionShape shape, AttentionScratch s, AttentionPointers x, long* lengths, AttentionUnit unit, bool packs, KeySpan[] spans, float* dk, float* dv)
    {
        (int row, int group) = Math.DivRem(unit.Item, shape.Call.KeyHeads);
        int keys = shape.KeysOf(lengths, row);
        if (packs) AttentionTiles<T>.PackKeys(shape, s, x.K, x.V, row, group, keys);
        nuint bytes = (nuint)AttentionScratch.Gradients(shape) * sizeof(float);
        NativeMemory.Clear(dk, bytes);
        NativeMemory.Clear(dv, bytes);
        AttentionTile tile = unit.Start;
        for (int n = 0; n < unit.Tiles; n++, tile = AttentionPartition.Next(shape, tile, keys))
            Tile(shape, s, x, row, tile, spans.AsSpan(0, AttentionPartition.Spans(shape, row, tile, keys, spans)), dk, dv);
    }

    /// <summary>Adds an item's parts in their order, writes them, and zeroes what is padded.</summary>
    private static void Finish(AttentionShape shape, AttentionPointers x, long* lengths, int item, float* dk, int parts, long gradients)
    {
        (int row, int group) = Math.DivRem(item, shape.Call.KeyHeads);
        int keys = shape.KeysOf(lengths, row), head = shape.HeadWidth, used = keys * shape.VectorWidth;
        long at = shape.KeyOffset(row, group);
        for (int part = 1; part < parts; part++)
            for (int kind = 0; kind < 2; kind++) Add(dk + kind * gradients, dk + (2 * part + kind) * gradients, used);
        for (int kind = 0; kind < 2; kind++)
        {
            float* source = dk + kind * gradients, target = (kind == 0 ? x.DK : x.DV) + at;
            for (int j = 0; j < keys; j++)
                new ReadOnlySpan<float>(source + (long)j * shape.VectorWidth, head).CopyTo(new Span<float>(target + (long)j * shape.KeyWidth, head));
            AttentionPacking<T>.Clear(target, shape.KeyWidth, head, keys, shape.Length);
        }
        for (int h = group * shape.Sharing; h < (group + 1) * shape.Sharing; h++)
            AttentionPacking<T>.Clear(x.DQ + shape.QueryOffset(row, h), shape.QueryWidth, head, keys, shape.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(float* target, float* source, int count)
    {
        for (int i = 0; i < count; i += T.Count) T.Store(target + i, T.Load(target + i) + T.Load(source + i));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(AttentionShape shape, AttentionScratch s, AttentionPointers x, int row, AttentionTile tile, ReadOnlySpan<KeySpan> spans, float* dk, float* dv)
    {
        long at = shape.QueryOffset(row, tile.Head) + (long)tile.First * shape.QueryWidth;
        int lanes = shape.TileQueries, width = shape.PackedWidth, vectors = shape.VectorWidth;
        Prepare(shape, s, x, row, tile, at);
        foreach (KeySpan span in spans)
            for (int start = span.Start; start < span.End; start += AttentionShape.KeyTile)
            {
                int count = Math.Min(AttentionShape.KeyTile, span.End - start), rows = AttentionShape.RoundUp(count, shape.RowStep);
                float* values = s.Values + (long)start * width;
                AttentionTiles<T>.Scores(shape, s, tile, span, start, count);
                AttentionProduct<T>.Multiply(
                    values, width, 1, shape.HeadWidth, s.OutputGradients, lanes, s.ScoreGradients, lanes, rows, lanes, adds: false);
                WeightsAndGradients(s, count, rows, shape.ScaleOfTwo);
                AttentionProduct<T>.Multiply(
                    s.Weights, lanes, 1, tile.Count, s.OutputGradientRows, vectors, dv + (long)start * vectors, vectors, rows, vectors, adds: true);
                AttentionProduct<T>.Multiply(
                    s.ScoreGradients, lanes, 1, tile.Count, s.QueryRows, vectors, dk + (long)start * vectors, vectors, rows, vectors, adds: true);
                AttentionProduct<T>.Multiply(
                    s.Keys + (long)start * width, 1, width, count, s.ScoreGradients, lanes, s.Output, lanes, width, lanes, adds: true);
            }
        T scale = T.Broadcast((float)shape.Scale);
        for (int i = 0; i < shape.HeadWidth * lanes; i += T.Count) T.Store(s.Output + i, T.Load(s.Output + i) * scale);
        AttentionPacking<T>.Transpose(s.Output, lanes, shape.HeadWidth, tile.Count, x.DQ + at, shape.QueryWidth);
    }

    private static void Prepare(AttentionShape shape, AttentionScratch s, AttentionPointers x, int row, AttentionTile tile, long at)
    {
        int lanes = shape.TileQueries, step = shape.QueryWidth, head = shape.HeadWidth;
        AttentionPacking<T>.Columns(x.Q + at, step, tile.Count, head, 1, s.Queries);
        AttentionPacking<T>.Columns(x.DY + at, step, tile.Count, head, 1, s.OutputGradients);
        AttentionPacking<T>.Rows(x.Q + at, step, tile.Count, head, (float)shape.Scale, s.QueryRows, shape.VectorWidth, lanes);
        AttentionPacking<T>.Rows(x.DY + at, step, tile.Count, head, 1, s.OutputGradientRows, shape.VectorWidth, lanes);
        AttentionPacking<T>.Columns(x.Y + at, step, tile.Count, head, 1, s.Output);
        Deltas(s, head);
        NativeMemory.Clear(s.Output, (nuint)(shape.PackedWidth * lanes) * sizeof(float));
        float* maxima = AttentionTiles<T>.Statistics(shape, x.Statistics, row, tile), inverses = maxima + (long)shape.Batch * shape.Call.Heads * shape.Length;
        new Span<float>(s.Maxima, lanes).Clear();
        new Span<float>(s.Inverses, lanes).Clear();
        new ReadOnlySpan<float>(maxima, tile.Count).CopyTo(new Span<float>(s.Maxima, tile.Count));
        new ReadOnlySpan<float>(inverses, tile.Count).CopyTo(new Span<float>(s.Inverses, tile.Count));
    }

    // The same sums in the same order as those of V dO^T: where one key has all the weight, their difference is exactly zero.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Deltas(AttentionScratch s, int head)
    {
        float* y = s.Output, dy = s.OutputGradients;
        T sum0 = T.Broadcast(0), sum1 = sum0;
        for (int d = 0; d < head; d++, y += 2 * T.Count, dy += 2 * T.Count)
        {
            sum0 = T.MultiplyAdd(T.Load(y), T.Load(dy), sum0);
            sum1 = T.MultiplyAdd(T.Load(y + T.Count), T.Load(dy + T.Count), sum1);
        }
        T.Store(s.Deltas, sum0);
        T.Store(s.Deltas + T.Count, sum1);
    }

    /// <summary>From scores and V dO^T to weights P and score gradients P (V dO^T - delta), zero in rows behind the last key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WeightsAndGradients(AttentionScratch s, int count, int rows, float scale)
    {
        T factor = T.Broadcast(scale), least = T.Broadcast(Exponential.Vanishing / scale);
        float* weights = s.Weights, gradients = s.ScoreGradients;
        T top0 = T.Load(s.Maxima), top1 = T.Load(s.Maxima + T.Count), share0 = T.Load(s.Inverses), share1 = T.Load(s.Inverses + T.Count);
        T delta0 = T.Load(s.Deltas), delta1 = T.Load(s.Deltas + T.Count);
        for (int j = 0; j < count; j++, weights += 2 * T.Count, gradients += 2 * T.Count)
        {
            T weight0 = Exponential.OfTwo(T.Load(weights) - top0, factor, least) * share0;
            T weight1 = Exponential.OfTwo(T.Load(weights + T.Count) - top1, factor, least) * share1;
            T.Store(weights, weight0);
            T.Store(weights + T.Count, weight1);
            T.Store(gradients, weight0 * (T.Load(gradients) - delta0));
            T.Store(gradients + T.Count, weight1 * (T.Load(gradients + T.Count) - delta1));
        }
        nuint missing = (nuint)((rows - count) * 2 * T.Count) * sizeof(float);
        NativeMemory.Clear(weights, missing);
        NativeMemory.Clear(gradients, missing);
    }
}

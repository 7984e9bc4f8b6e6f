using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Exact softmax attention straight on [B, L, D] with heads side by side; nothing of size L x L is stored.</summary>
/// <remarks>
/// Two vectors of queries at a time, one query a lane, against some tens of keys: scores are K Q^T, softmax keeps each lane's largest score and sum so
/// far and scales what it has when a larger one comes, so that scores of any size neither overflow nor lose their winner, and outputs grow by V^T P
/// (Milakov and Gimelshein 2018, arXiv:1805.02867; Dao et al. 2022, arXiv:2205.14135). Scores are scaled after the largest is taken off: what their scale
/// rounds away is then a part of a difference that matters little, not of the whole score.
/// </remarks>
internal static unsafe class SimdAttention<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Output and, where wanted, what the backward pass needs to form the weights again.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="q">[B, L, D].</param>
    /// <param name="k">[B, L, D of the heads of keys].</param>
    /// <param name="v">Like k.</param>
    /// <param name="lengths">Valid steps per row; null when all are.</param>
    /// <param name="y">[B, L, D]; zero at padded queries, and where no key is in sight.</param>
    /// <param name="statistics">Largest score, then one over the sum of weights: [2, B, heads, L]; or null.</param>
    public static void Forward(AttentionShape shape, float* q, float* k, float* v, long* lengths, float* y, float* statistics)
    {
        var partition = new AttentionPartition(shape, lengths);
        int slots = KernelThreads.SlotsFor(partition.Units.Count, 2 * partition.Work * shape.HeadWidth);
        using var scratch = new NativeBuffer(slots * AttentionScratch.Floats(shape, isBackward: false));
        KernelThreads.For(slots, slots, (_, _, slot) =>
        {
            var s = new AttentionScratch(scratch.Floats, slot, shape, isBackward: false);
            KeySpan[] spans = new KeySpan[shape.Call.Pattern.MostSpans];
            (int from, int to) = partition.UnitsOf(slot, slots);
            for (int i = from, packed = -1; i < to; i++)
            {
                AttentionUnit unit = partition.Units[i];
                (int row, int group) = Math.DivRem(unit.Item, shape.Call.KeyHeads);
                int keys = shape.KeysOf(lengths, row);
                if (packed != unit.Item) AttentionTiles<T>.PackKeys(shape, s, k, v, row, group, keys);
                packed = unit.Item;
                AttentionTile tile = unit.Start;
                for (int n = 0; n < unit.Tiles; n++, tile = AttentionPartition.Next(shape, tile, keys))
                    Tile(shape, s, q, row, tile, keys, spans.AsSpan(0, AttentionPartition.Spans(shape, row, tile, keys, spans)), y, statistics);
                if (unit.Part != 0) continue;
                for (int head = group * shape.Sharing; head < (group + 1) * shape.Sharing; head++)
                    AttentionPacking<T>.Clear(y + shape.QueryOffset(row, head), shape.QueryWidth, shape.HeadWidth, keys, shape.Length);
            }
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(
        AttentionShape shape, AttentionScratch s, float* q, int row, AttentionTile tile, int keys, ReadOnlySpan<KeySpan> spans, float* y, float* statistics)
    {
        long at = shape.QueryOffset(row, tile.Head) + (long)tile.First * shape.QueryWidth;
        int lanes = shape.TileQueries, width = shape.PackedWidth, head = shape.HeadWidth;
        AttentionPacking<T>.Columns(q + at, shape.QueryWidth, tile.Count, head, 1, s.Queries);
        NativeMemory.Clear(s.Output, (nuint)(width * lanes) * sizeof(float));
        new Span<float>(s.Maxima, lanes).Fill(-float.MaxValue);
        new Span<float>(s.Inverses, lanes).Clear();
        foreach (KeySpan span in spans)
            for (int start = span.Start; start < span.End; start += AttentionShape.KeyTile)
            {
                int count = Math.Min(AttentionShape.KeyTile, span.End - start);
                AttentionTiles<T>.Scores(shape, s, tile, span, start, count);
                Soften(s, count, width, shape.ScaleOfTwo);
                AttentionProduct<T>.Multiply(s.Values + (long)start * width, 1, width, count, s.Weights, lanes, s.Output, lanes, width, lanes, adds: true);
            }

        AttentionTiles<T>.Invert(s, tile, spans);
        T left = T.Load(s.Inverses), right = T.Load(s.Inverses + T.Count);
        for (int d = 0; d < head; d++)
        {
            float* output = s.Output + d * lanes;
            T.Store(output, T.Load(output) * left);
            T.Store(output + T.Count, T.Load(output + T.Count) * right);
        }
        AttentionPacking<T>.Transpose(s.Output, lanes, head, tile.Count, y + at, shape.QueryWidth);
        if (statistics is null) return;
        float* maxima = AttentionTiles<T>.Statistics(shape, statistics, row, tile), inverses = maxima + (long)shape.Batch * shape.Call.Heads * shape.Length;
        new ReadOnlySpan<float>(s.Maxima, tile.Count).CopyTo(new Span<float>(maxima, tile.Count));
        new ReadOnlySpan<float>(s.Inverses, tile.Count).CopyTo(new Span<float>(inverses, tile.Count));
    }

    /// <summary>Turns a tile's scores into weights relative to the largest score so far, and what is there already along with it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Soften(AttentionScratch s, int count, int width, float scale)
    {
        T factor = T.Broadcast(scale), least = T.Broadcast(Exponential.Vanishing / scale);
        float* scores = s.Weights;
        T before0 = T.Load(s.Maxima), before1 = T.Load(s.Maxima + T.Count), top0 = before0, top1 = before1;
        for (int j = 0; j < count; j++)
        {
            top0 = T.Max(top0, T.Load(scores + 2 * j * T.Count));
            top1 = T.Max(top1, T.Load(scores + 2 * j * T.Count + T.Count));
        }
        T shrink0 = Exponential.OfTwo(before0 - top0, factor, least), shrink1 = Exponential.OfTwo(before1 - top1, factor, least);
        T sum0 = T.Load(s.Inverses) * shrink0, sum1 = T.Load(s.Inverses + T.Count) * shrink1;
        for (int d = 0; d < width; d++)
        {
            float* output = s.Output + 2 * d * T.Count;
            T.Store(output, T.Load(output) * shrink0);
            T.Store(output + T.Count, T.Load(output + T.Count) * shrink1);
        }
        for (int j = 0; j < count; j++, scores += 2 * T.Count)
        {
            T weight0 = Exponential.OfTwo(T.Load(scores) - top0, factor, least), weight1 = Exponential.OfTwo(T.Load(scores + T.Count) - top1, factor, least);
            T.Store(scores, weight0);
            T.Store(scores + T.Count, weight1);
            sum0 += weight0;
            sum1 += weight1;
        }
        T.Store(s.Maxima, top0);
        T.Store(s.Maxima + T.Count, top1);
        T.Store(s.Inverses, sum0);
        T.Store(s.Inverses + T.Count, sum1);
    }
}

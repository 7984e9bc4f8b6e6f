using System.Runtime.CompilerServices;

namespace Lengthwise.Modeling.Kernels;

/// <summary>What the forward and the backward pass of the C# attention do alike: packed keys, and the scores of a tile.</summary>
internal static unsafe class AttentionTiles<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Packs keys and values of one item.</summary>
    public static void PackKeys(AttentionShape shape, AttentionScratch s, float* k, float* v, int row, int group, int keys)
    {
        long at = shape.KeyOffset(row, group);
        AttentionPacking<T>.Rows(k + at, shape.KeyWidth, keys, shape.HeadWidth, 1, s.Keys, shape.PackedWidth, shape.PackedLength);
        AttentionPacking<T>.Rows(v + at, shape.KeyWidth, keys, shape.HeadWidth, 1, s.Values, shape.PackedWidth, shape.PackedLength);
    }

    /// <summary>Where the statistics of a tile stand.</summary>
    public static float* Statistics(AttentionShape shape, float* statistics, int row, AttentionTile tile) =>
        statistics + ((long)row * shape.Call.Heads + tile.Head) * shape.Length + tile.First;

    /// <summary>Scores, before their scale, of a tile's queries with the keys from <paramref name="start"/> on; minus infinity where a key is not seen.</summary>
    public static void Scores(AttentionShape shape, AttentionScratch s, AttentionTile tile, KeySpan span, int start, int count)
    {
        int width = shape.PackedWidth, lanes = shape.TileQueries, rows = AttentionShape.RoundUp(count, shape.RowStep);
        AttentionProduct<T>.Multiply(s.Keys + (long)start * width, width, 1, shape.HeadWidth, s.Queries, lanes, s.Weights, lanes, rows, lanes, adds: false);
        if (shape.Call.Slopes is { } slopes) AddDistances(s.Weights, tile.First, start, count, slopes[tile.Head] / shape.Scale);
        if (!span.IsSeenWhole(tile.First, tile.Count, start, start + count)) Hide(s.Weights, tile.First, start, count, span);
    }

    /// <summary>From sums of weights to one over them; zero where no key was in sight.</summary>
    public static void Invert(AttentionScratch s, AttentionTile tile, ReadOnlySpan<KeySpan> spans)
    {
        for (int i = 0; i < tile.Count; i++)
        {
            bool sees = s.Inverses[i] != 0;
            foreach (KeySpan span in spans) sees |= span.Seen(tile.First + i, 1, span.End).Count > 0;
            s.Inverses[i] = sees ? 1 / s.Inverses[i] : 0;
        }
        for (int i = tile.Count; i < 2 * T.Count; i++) s.Inverses[i] = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddDistances(float* scores, int first, int start, int count, double loss)
    {
        // In two parts: rounded once it would be wrong in the last place, times a distance of thousands.
        T high = T.Broadcast((float)loss), low = T.Broadcast((float)(loss - (float)loss));
        T query0 = Positions(first), query1 = query0 + T.Broadcast(T.Count);
        for (int j = start; j < start + count; j++, scores += 2 * T.Count)
        {
            T key = T.Broadcast(j), distance0 = T.Max(key - query0, query0 - key), distance1 = T.Max(key - query1, query1 - key);
            T.Store(scores, T.MultiplySubtract(distance0, high, T.MultiplySubtract(distance0, low, T.Load(scores))));
            T.Store(scores + T.Count, T.MultiplySubtract(distance1, high, T.MultiplySubtract(distance1, low, T.Load(scores + T.Count))));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Hide(float* scores, int first, int start, int count, KeySpan span)
    {
        T query0 = Positions(first), query1 = query0 + T.Broadcast(T.Count), hidden = T.Broadcast(float.NegativeInfinity);
        T before = T.Broadcast(span.Before), after = T.Broadcast(span.After);
        T low0 = query0 - before, high0 = query0 + after, low1 = query1 - before, high1 = query1 + after;
        for (int j = start; j < start + count; j++, scores += 2 * T.Count)
        {
            T key = T.Broadcast(j);
            T.Store(scores, T.WhereAtMost(low0, key, T.WhereAtMost(key, high0, T.Load(scores), hidden), hidden));
            T.Store(scores + T.Count, T.WhereAtMost(low1, key, T.WhereAtMost(key, high1, T.Load(scores + T.Count), hidden), hidden));
        }
    }

    // Positions are exact up to 2^24 steps, which no float tensor of keys in memory reaches.
    private static T Positions(int first)
    {
        float* lanes = stackalloc float[T.Count];
        for (int i = 0; i < T.Count; i++) lanes[i] = first + i;
        return T.Load(lanes);
    }
}

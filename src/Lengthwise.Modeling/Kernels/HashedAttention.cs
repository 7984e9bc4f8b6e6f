using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>
/// Softmax attention of steps that share a bucket: steps are sorted by (bucket, position) and cut into chunks, and a query sees its chunk and the one
/// before it, but itself only if there is nothing else. Keys are the queries, divided by the root of their mean square.
/// </summary>
/// <remarks>
/// When causal, chunks begin anew with each bucket and only the same bucket is seen. With chunks across buckets the number of later steps in
/// lower buckets would decide which earlier steps a query sees: a mask hides later values, but not that.
/// Deviation: the released Long Range Arena code multiplies scores by sqrt(d) instead of dividing, does not normalise keys, and lets the first chunk see
/// the last one, across rounds; padding takes part. Here as in the article, and padded steps are sorted behind all others.
/// </remarks>
internal static class HashedAttention
{
    // Below every score, so that a step's own has weight only when it is alone.
    private const double OwnScore = -1e5;
    private const double Epsilon = 1e-6;

    /// <summary>Attends.</summary>
    /// <param name="x">Queries and keys, [B, h, L, d], positions already applied. Not modified.</param>
    /// <param name="v">Values, [B, h, L, d].</param>
    /// <param name="buckets">Bucket of every step in each round, [B, h, r, L] int64, below <paramref name="count"/>.</param>
    /// <param name="count">Buckets of a round.</param>
    /// <param name="chunk">Steps of a chunk, m.</param>
    /// <param name="causal">Whether step t only sees steps up to t.</param>
    /// <param name="padding">Valid keys; null when all are.</param>
    /// <returns>[B, h, L, d]; the caller owns it. Padded queries give finite values without meaning.</returns>
    public static Tensor Apply(Tensor x, Tensor v, Tensor buckets, int count, int chunk, bool causal, Padding? padding)
    {
        TensorShape.Require(x, "queries of hashed attention", "B, h, L, d", TensorShape.Any, TensorShape.Any, TensorShape.Any, TensorShape.Any);
        (long batch, long heads, long length, long width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        TensorShape.Require(v, "values of hashed attention", "B, h, L, d", batch, heads, length, width);
        TensorShape.Require(buckets, "buckets of hashed attention", "B, h, r, L", batch, heads, TensorShape.Any, length);

        using var scope = NewDisposeScope();
        long size = Math.Min(chunk, length), rounds = buckets.shape[2];
        Tensor lengths = (padding?.Lengths ?? full([batch], length, ScalarType.Int64)).reshape(batch, 1, 1, 1);
        Tensor position = arange(length, ScalarType.Int64);
        Tensor slots = Slots(buckets.masked_fill(position.ge(lengths), count), count, size, causal, out long total);
        // Position of the step in each slot; L where there is none.
        Tensor places = full([batch, heads, rounds, total], length, ScalarType.Int64).scatter_(3, slots, position.expand(batch, heads, rounds, length));
        Tensor firstRow = (arange(batch * heads, ScalarType.Int64) * (length + 1)).reshape(batch, heads, 1, 1);
        Tensor rows = (places + firstRow).flatten();
        Tensor InSlots(Tensor a) =>
            nn.functional.pad(a, [0, 0, 0, 1]).reshape(-1, width).index_select(0, rows).reshape(batch, heads, rounds, total / size, size, width);

        Tensor keys = x * (x.square().mean([-1], keepdim: true) + Epsilon).rsqrt();
        Tensor queryPlace = places.reshape(batch, heads, rounds, total / size, size, 1);
        Tensor keyPlace = WithPrevious(queryPlace, length).transpose(-1, -2);
        Tensor hidden = Hidden(queryPlace, keyPlace, lengths.reshape(batch, 1, 1, 1, 1, 1), buckets, causal);
        Tensor scores = matmul(InSlots(x), WithPrevious(InSlots(keys), 0).transpose(-1, -2)) / Math.Sqrt(width);
        scores = scores.masked_fill(queryPlace.eq(keyPlace), OwnScore).masked_fill(hidden, double.NegativeInfinity);
        Tensor sums = scores.logsumexp(-1, keepdim: true);
        Tensor found = matmul((scores - sums).exp(), WithPrevious(InSlots(v), 0));

        Tensor back = (slots + (arange(batch * heads * rounds, ScalarType.Int64) * total).reshape(batch, heads, rounds, 1)).flatten();
        Tensor y = found.reshape(-1, width).index_select(0, back).reshape(batch, heads, rounds, length, width);
        if (rounds == 1) return y.squeeze(2).MoveToOuterDisposeScope();
        Tensor shares = sums.reshape(-1).index_select(0, back).reshape(batch, heads, rounds, length, 1).softmax(2);
        return (y * shares).sum(2).MoveToOuterDisposeScope();
    }

    /// <summary>Where every step stands in the sorted order, [B, h, r, L]; chunks of all buckets together have <paramref name="total"/> slots.</summary>
    private static Tensor Slots(Tensor buckets, int count, long size, bool causal, out long total)
    {
        using var scope = NewDisposeScope();
        long length = buckets.shape[3];
        Tensor order = (buckets * length + arange(length, ScalarType.Int64)).argsort(-1);
        Tensor rank = empty_like(order).scatter_(3, order, arange(length, ScalarType.Int64).expand_as(order));
        total = (length + size - 1) / size * size;
        if (!causal) return rank.MoveToOuterDisposeScope();

        // Every bucket, that of padding included, begins with a new chunk.
        total = (length + (count + 1) * (size - 1)) / size * size;
        Tensor filled = zeros([.. buckets.shape[..3], count + 1], ScalarType.Int64).scatter_add_(3, buckets, ones_like(buckets));
        Tensor chunked = (filled + size - 1).div(size, RoundingMode.floor) * size;
        Tensor shift = (chunked - filled).cumsum(3) - (chunked - filled);
        return (rank + shift.gather(3, buckets)).MoveToOuterDisposeScope();
    }

    /// <summary>[.., chunks, m, n] to [.., chunks, 2 m, n]: every chunk with the one before it, which is that value for the first.</summary>
    private static Tensor WithPrevious(Tensor x, double none)
    {
        long chunks = x.shape[3];
        Tensor before = cat([full_like(x.narrow(3, 0, 1), none), x.narrow(3, 0, chunks - 1)], 3);
        return cat([before, x], 4);
    }

    /// <summary>Keys that a query must not see, [B, h, r, chunks, m, 2 m]; none where that would be all, so that no softmax is over nothing.</summary>
    private static Tensor Hidden(Tensor queryPlace, Tensor keyPlace, Tensor lengths, Tensor buckets, bool causal)
    {
        Tensor hidden = keyPlace.ge(lengths);
        if (causal)
        {
            // A slot without a step has a bucket of its own.
            Tensor all = cat([buckets, full_like(buckets.narrow(3, 0, 1), -1)], 3);
            Tensor BucketOf(Tensor place) => all.gather(3, place.flatten(3)).reshape(place.shape);
            hidden = hidden | keyPlace.gt(queryPlace) | BucketOf(keyPlace).ne(BucketOf(queryPlace));
        }
        else
        {
            hidden = hidden.expand(-1, -1, -1, -1, queryPlace.shape[4], -1);
        }
        return hidden & hidden.all(-1, true).logical_not();
    }
}

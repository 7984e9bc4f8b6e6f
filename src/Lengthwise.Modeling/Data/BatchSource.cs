namespace Lengthwise.Modeling.Data;

/// <summary>
/// Training batches of a split. Which rows share a batch, and the order of the batches, is a pure function of (seed, epoch): a
/// resumed run asks for the same (epoch, index) and gets the same batch. Rows of similar length share a batch, so that little
/// is padded.
/// </summary>
public sealed class BatchSource
{
    /// <summary>Batches among whose rows lengths are sorted: many waste little padding, few mix rows better between epochs.</summary>
    private const int PoolBatches = 50;

    private readonly SequenceSplit _split;
    private readonly InputSpec _input;
    private readonly int _batchSize;
    private readonly long _seed;
    private readonly bool _hasUnevenLengths;
    private readonly int _longest;
    private readonly long _valid;
    private volatile EpochOrder? _order;

    /// <summary>Opens the batches of a split.</summary>
    /// <param name="split">Not owned.</param>
    /// <param name="input">Whether to read tokens or values.</param>
    /// <param name="batchSize">Rows in a batch; the epoch's remainder is a smaller batch.</param>
    /// <param name="seed">The run's seed.</param>
    public BatchSource(SequenceSplit split, InputSpec input, int batchSize, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(split.Count, 1, "split.Count");
        (_split, _input, _batchSize, _seed) = (split, input, batchSize, seed);
        for (int row = 0; row < split.Count; row++)
        {
            int length = split.Length(row);
            _hasUnevenLengths |= length != split.Length(0);
            _longest = Math.Max(_longest, length);
            _valid += length;
        }
        BatchesPerEpoch = (split.Count + batchSize - 1) / batchSize;
    }

    /// <summary>Batches in which an epoch shows every row once.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>One batch; the caller disposes it. Safe for concurrent calls.</summary>
    /// <param name="epoch">From 0.</param>
    /// <param name="index">0 to <see cref="BatchesPerEpoch"/> - 1.</param>
    public Batch At(long epoch, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, BatchesPerEpoch);
        return BatchAssembly.Of(_split, _input, OrderOf(epoch).Batches[index]);
    }

    /// <summary>What padding costs in an epoch.</summary>
    public PaddingReport Padding(long epoch)
    {
        long bucketed = 0;
        foreach (int[] rows in OrderOf(epoch).Batches) bucketed += (long)rows.Length * rows.Max(row => _split.Length(row));
        return new PaddingReport(_split.Count, _valid, bucketed, (long)_split.Count * _longest);
    }

    /// <summary>All rows once, sorted by length, for evaluation; the caller disposes each batch. <see cref="Batch.Rows"/> says which they are.</summary>
    public static IEnumerable<Batch> InOrder(SequenceSplit split, InputSpec input, int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        int[] rows = [.. Enumerable.Range(0, split.Count)];
        SortByLength(split, rows);
        return rows.Chunk(batchSize).Select(batch => BatchAssembly.Of(split, input, batch));
    }

    private EpochOrder OrderOf(long epoch)
    {
        EpochOrder? order = _order;
        if (order is null || order.Epoch != epoch) _order = order = new EpochOrder(epoch, Cut(epoch));
        return order;
    }

    private int[][] Cut(long epoch)
    {
        var random = new RandomStream(_seed, "data-order", epoch);
        int[] rows = [.. Enumerable.Range(0, _split.Count)];
        random.Shuffle<int>(rows);

        // The remainder is taken from the shuffle's end, before sorting: else the smaller batch would always hold the longest rows.
        int whole = rows.Length - rows.Length % _batchSize;
        if (_hasUnevenLengths)
            for (int start = 0; start < whole; start += PoolRows) SortByLength(_split, rows.AsSpan(start, Math.Min(PoolRows, whole - start)));

        int[][] batches = [.. rows.Chunk(_batchSize)];
        random.Shuffle<int[]>(batches);
        return batches;
    }

    // A pool that held the whole split would make nearly the same batches in every epoch.
    private int PoolRows => _batchSize * Math.Min(PoolBatches, Math.Max(4, BatchesPerEpoch / 4));

    /// <summary>Sorts stably, so that rows of one length stay in the order the shuffle gave them.</summary>
    private static void SortByLength(SequenceSplit split, Span<int> rows)
    {
        var keys = new long[rows.Length];
        for (int i = 0; i < keys.Length; i++) keys[i] = ((long)split.Length(rows[i]) << 32) | (uint)i;
        keys.AsSpan().Sort(rows);
    }

    private sealed record EpochOrder(long Epoch, int[][] Batches);
}

namespace Lengthwise.Modeling.Data;

/// <summary>
/// Training batches of a split. Which rows share a batch, and the order of the batches, is a pure function of (seed, epoch): a
/// resumed run asks for the same (epoch, index) and gets the same batch. Rows of similar length, pairs of similar longer length, share
/// a batch, so that little is padded.
/// </summary>
public sealed class BatchSource
{
    /// <summary>Batches among whose rows lengths are sorted: many waste little padding, few mix rows better between epochs.</summary>
    private const int PoolBatches = 50;

    private readonly SequenceSplit _split;
    private readonly InputSpec _input;
    private readonly RowSampling _sampling;
    private readonly int _batchSize;
    private readonly long _seed;
    private readonly bool _hasUnevenLengths;
    private readonly int _longest;
    private volatile EpochOrder? _order;

    /// <summary>Opens the batches of a split, each row once an epoch.</summary>
    /// <param name="split">Not owned.</param>
    /// <param name="input">Whether to read tokens or values.</param>
    /// <param name="batchSize">Rows in a batch; the epoch's remainder is a smaller batch.</param>
    /// <param name="seed">The run's seed.</param>
    public BatchSource(SequenceSplit split, InputSpec input, int batchSize, long seed)
        : this(split, input, RowSampling.Each(split), batchSize, seed)
    {
    }

    /// <summary>Opens the batches of a split.</summary>
    /// <param name="split">Not owned.</param>
    /// <param name="input">Whether to read tokens or values.</param>
    /// <param name="sampling">Which rows an epoch shows.</param>
    /// <param name="batchSize">Rows in a batch; the epoch's remainder is a smaller batch.</param>
    /// <param name="seed">The run's seed.</param>
    public BatchSource(SequenceSplit split, InputSpec input, RowSampling sampling, int batchSize, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampling.RowsPerEpoch, 1, "sampling.RowsPerEpoch");
        (_split, _input, _sampling, _batchSize, _seed) = (split, input, sampling, batchSize, seed);
        int first = LengthOf(sampling.Rows[0]);
        foreach (int row in sampling.Rows)
        {
            int length = LengthOf(row);
            _hasUnevenLengths |= length != first;
            _longest = Math.Max(_longest, length);
        }
        BatchesPerEpoch = (sampling.RowsPerEpoch + batchSize - 1) / batchSize;
    }

    /// <summary>Batches of an epoch.</summary>
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
        long rows = 0, valid = 0, bucketed = 0;
        foreach (int[] batch in OrderOf(epoch).Batches)
        {
            rows += batch.Length;
            bucketed += (long)batch.Length * _split.Parts * batch.Max(LengthOf);
            foreach (int row in batch)
                for (int part = 0; part < _split.Parts; part++) valid += _split.Length(row, part);
        }
        return new PaddingReport(rows * _split.Parts, valid, bucketed, rows * _split.Parts * _longest);
    }

    /// <summary>All rows once, sorted by length, for evaluation; the caller disposes each batch. <see cref="Batch.Rows"/> says which they are.</summary>
    public static IEnumerable<Batch> InOrder(SequenceSplit split, InputSpec input, int batchSize) =>
        InOrder(split, input, batchSize, [.. Enumerable.Range(0, split.Count)]);

    /// <summary>Some rows once, sorted by length; the caller disposes each batch.</summary>
    public static IEnumerable<Batch> InOrder(SequenceSplit split, InputSpec input, int batchSize, IReadOnlyList<int> rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        int[] sorted = [.. rows];
        SortByLength(split, sorted);
        return sorted.Chunk(batchSize).Select(batch => BatchAssembly.Of(split, input, batch));
    }

    private int LengthOf(int row) => BatchAssembly.LongestOf(_split, row);

    private EpochOrder OrderOf(long epoch)
    {
        EpochOrder? order = _order;
        if (order is null || order.Epoch != epoch) _order = order = new EpochOrder(epoch, Cut(epoch));
        return order;
    }

    private int[][] Cut(long epoch)
    {
        var random = new RandomStream(_seed, "data-order", epoch);
        int[] rows = _sampling.Draw(_seed, epoch);
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
        for (int i = 0; i < keys.Length; i++) keys[i] = ((long)BatchAssembly.LongestOf(split, rows[i]) << 32) | (uint)i;
        keys.AsSpan().Sort(rows);
    }

    private sealed record EpochOrder(long Epoch, int[][] Batches);
}

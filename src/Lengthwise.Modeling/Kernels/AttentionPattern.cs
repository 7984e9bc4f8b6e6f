namespace Lengthwise.Modeling.Kernels;

/// <summary>Which keys a query of a sequence sees; padding comes on top of it. Immutable.</summary>
internal abstract class AttentionPattern
{
    /// <summary>The most spans that any query has.</summary>
    public virtual int MostSpans => 1;

    /// <summary>Queries from <paramref name="first"/> on that share their spans, at most <paramref name="most"/>.</summary>
    public virtual int SharedFrom(int first, int most) => most;

    /// <summary>Spans of the keys that some of those queries sees: apart from each other, in rising order, not yet cut to what the queries reach.</summary>
    /// <param name="row">Sequence of the batch.</param>
    /// <param name="head">Head.</param>
    /// <param name="first">The first query.</param>
    /// <param name="spans">Room for <see cref="MostSpans"/>.</param>
    /// <returns>How many there are.</returns>
    public abstract int Spans(int row, int head, int first, Span<KeySpan> spans);

    /// <summary>Steps behind its own that a query may see.</summary>
    protected static int AfterOf(bool causal) => causal ? 0 : KeySpan.Unlimited;
}

/// <summary>Every key, or every key so far.</summary>
internal sealed class WholePattern(bool causal) : AttentionPattern
{
    /// <summary>One for all calls.</summary>
    public static WholePattern Bidirectional { get; } = new(causal: false);

    /// <summary>One for all calls.</summary>
    public static WholePattern Causal { get; } = new(causal: true);

    /// <inheritdoc/>
    public override int Spans(int row, int head, int first, Span<KeySpan> spans)
    {
        spans[0] = new KeySpan(0, int.MaxValue, KeySpan.Unlimited, AfterOf(causal));
        return 1;
    }
}

/// <summary>Keys at most that many steps before and after a query, and the first ones of the sequence.</summary>
internal sealed class WindowPattern(int before, int after, int leading, bool causal) : AttentionPattern
{
    /// <inheritdoc/>
    public override int MostSpans => 2;

    /// <inheritdoc/>
    public override int Spans(int row, int head, int first, Span<KeySpan> spans)
    {
        spans[0] = new KeySpan(0, leading, KeySpan.Unlimited, AfterOf(causal));
        spans[1] = new KeySpan(leading, int.MaxValue, before, causal ? 0 : after);
        return 2;
    }
}

/// <summary>Keys of a query's own block and of some blocks before and after it.</summary>
internal sealed class BlockPattern(int block, int before, int after, bool causal) : AttentionPattern
{
    /// <inheritdoc/>
    public override int SharedFrom(int first, int most) => Math.Min(most, block - first % block);

    /// <inheritdoc/>
    public override int Spans(int row, int head, int first, Span<KeySpan> spans)
    {
        long own = first / block;
        spans[0] = new KeySpan(
            (int)Math.Max(0, (own - before) * block), (int)Math.Min(int.MaxValue, (own + 1 + after) * block), KeySpan.Unlimited, AfterOf(causal));
        return 1;
    }
}

/// <summary>Keys of the blocks that a list names, which may differ between sequences, heads and blocks of queries.</summary>
/// <param name="block">Steps of a block.</param>
/// <param name="lists">
/// For every sequence, or once for all, the key blocks of every block of queries of every head, head after head: in rising order, each once.
/// </param>
/// <param name="heads">Heads.</param>
/// <param name="causal">Whether a query sees no later keys.</param>
internal sealed class ListedBlocksPattern(int block, IReadOnlyList<long[][]> lists, int heads, bool causal) : AttentionPattern
{
    /// <inheritdoc/>
    public override int MostSpans { get; } = lists.SelectMany(sequence => sequence).Max(list => (int?)list.Length) ?? 0;

    /// <inheritdoc/>
    public override int SharedFrom(int first, int most) => Math.Min(most, block - first % block);

    /// <inheritdoc/>
    public override int Spans(int row, int head, int first, Span<KeySpan> spans)
    {
        long[][] sequence = lists[lists.Count == 1 ? 0 : row];
        int blocks = sequence.Length / heads, own = first / block, count = 0;
        if (own >= blocks) return 0;
        foreach (long listed in sequence[head * blocks + own])
        {
            int start = (int)(listed * block), end = start + block;
            if (count > 0 && spans[count - 1].End == start) spans[count - 1] = spans[count - 1] with { End = end };
            else spans[count++] = new KeySpan(start, end, KeySpan.Unlimited, AfterOf(causal));
        }
        return count;
    }
}

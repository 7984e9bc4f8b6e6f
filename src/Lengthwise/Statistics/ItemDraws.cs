namespace Lengthwise.Statistics;

/// <summary>
/// How often each item is in each draw of a bootstrap. All intervals over as many items use the same draws, which makes a report with hundreds of them quick, and
/// intervals of different models comparable.
/// </summary>
internal sealed class ItemDraws
{
    private const long MostKept = 1 << 25;
    private static readonly Lock Guard = new();
    private static ItemDraws? _last;
    private readonly int _items, _replicates;
    private readonly byte[] _counts;

    private ItemDraws(int items, int replicates)
    {
        (_items, _replicates) = (items, replicates);
        bool isKept = (long)items * replicates <= MostKept;
        _counts = new byte[isKept ? items * replicates : 0];
        for (int r = 0; isKept && r < replicates; r++) Draw(r, _counts.AsSpan(r * items, items));
    }

    /// <summary>Draws of <paramref name="items"/> - 1 of so many items, with replacement.</summary>
    public static ItemDraws Of(int items, int replicates)
    {
        lock (Guard)
        {
            if (_last is null || _last._items != items || _last._replicates != replicates) _last = new ItemDraws(items, replicates);
            return _last;
        }
    }

    /// <summary>Times that each item was drawn.</summary>
    public ReadOnlySpan<byte> Counts(int replicate)
    {
        if (_counts.Length > 0) return _counts.AsSpan(replicate * _items, _items);
        var counts = new byte[_items];
        Draw(replicate, counts);
        return counts;
    }

    private void Draw(int replicate, Span<byte> counts)
    {
        var random = new RandomStream(1, "bootstrap-items", replicate);
        // 255 times the same item of many is never drawn; of two items only one draw is made.
        for (int i = 1; i < _items; i++) counts[random.Next(_items)]++;
    }
}

namespace Lengthwise.Modeling.Kernels;

/// <summary>Queries of one head that are worked on together.</summary>
/// <param name="Head">Head of queries.</param>
/// <param name="First">First query.</param>
/// <param name="Count">Queries.</param>
internal readonly record struct AttentionTile(int Head, int First, int Count);

/// <summary>A run of the tiles of one item; tiles go through the heads that share its keys, and through each by rising queries.</summary>
/// <param name="Item">Sequence times head of keys and values.</param>
/// <param name="Part">Which run of the item.</param>
/// <param name="Start">Its first tile.</param>
/// <param name="Tiles">How many tiles.</param>
/// <param name="Work">Pairs of query and key, in lanes.</param>
internal readonly record struct AttentionUnit(int Item, int Part, AttentionTile Start, int Tiles, long Work);

/// <summary>
/// How a call is cut: items into the same few parts whatever the number of threads, parts among the threads by the keys that they see, so that neither a
/// causal half nor short sequences leave a thread without work. Only parts of an item are ever added, in their order: results have equal bits for
/// every number of threads.
/// </summary>
internal sealed unsafe class AttentionPartition
{
    private const int FewestUnits = 8;

    // Below it a further part's own packing and sums would show.
    private const long LeastWork = 1 << 20;

    private readonly List<AttentionUnit> _units = [];

    /// <summary>Cuts a call.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="lengths">Valid steps per row; null when all are.</param>
    public AttentionPartition(AttentionShape shape, long* lengths)
    {
        Span<KeySpan> spans = new KeySpan[shape.Call.Pattern.MostSpans];
        Parts = 1;
        if (shape.Items < FewestUnits)
        {
            long most = 0;
            for (int item = 0; item < shape.Items; item++) most = Math.Max(most, Cut(shape, lengths, item, 1, long.MaxValue, spans));
            Parts = (int)Math.Clamp(most / LeastWork, 1, (FewestUnits + shape.Items - 1) / shape.Items);
            _units.Clear();
        }
        for (int item = 0; item < shape.Items; item++)
        {
            long whole = Parts == 1 ? 0 : Measure(shape, lengths, item, spans);
            Work += Cut(shape, lengths, item, Parts, Parts == 1 ? long.MaxValue : whole, spans);
        }
    }

    /// <summary>Parts of each item.</summary>
    public int Parts { get; }

    /// <summary>Pairs of query and key, in lanes, of the whole call.</summary>
    public long Work { get; }

    /// <summary>Runs of tiles, item after item.</summary>
    public IReadOnlyList<AttentionUnit> Units => _units;

    /// <summary>Units that a slot of that many works on, from the first up to the second: about its share of the work.</summary>
    public (int From, int To) UnitsOf(int slot, int slots)
    {
        (int from, int to, long before) = (-1, _units.Count, 0);
        for (int i = 0; i < _units.Count; i++)
        {
            long middle = before + _units[i].Work / 2;
            if (from < 0 && middle * slots >= Work * slot) from = i;
            if (slot < slots - 1 && middle * slots >= Work * (slot + 1))
            {
                to = i;
                break;
            }
            before += _units[i].Work;
        }
        return (from < 0 ? to : from, to);
    }

    /// <summary>The tile behind a tile of an item, in the same head or in the next.</summary>
    public static AttentionTile Next(AttentionShape shape, AttentionTile tile, int keys)
    {
        int first = tile.First + tile.Count;
        return first < keys ? At(shape, tile.Head, first, keys) : At(shape, tile.Head + 1, 0, keys);
    }

    /// <summary>Writes the spans of a tile, cut to what its queries reach; returns how many.</summary>
    public static int Spans(AttentionShape shape, int row, AttentionTile tile, int keys, Span<KeySpan> spans)
    {
        int found = shape.Call.Pattern.Spans(row, tile.Head, tile.First, spans), kept = 0;
        for (int i = 0; i < found; i++)
        {
            KeySpan seen = spans[i].Seen(tile.First, tile.Count, keys);
            if (seen.Count > 0) spans[kept++] = seen;
        }
        return kept;
    }

    private static AttentionTile At(AttentionShape shape, int head, int first, int keys) =>
        new(head, first, shape.Call.Pattern.SharedFrom(first, Math.Min(shape.TileQueries, keys - first)));

    private static long Measure(AttentionShape shape, long* lengths, int item, Span<KeySpan> spans)
    {
        (int row, int group) = Math.DivRem(item, shape.Call.KeyHeads);
        int keys = shape.KeysOf(lengths, row), head = group * shape.Sharing, end = head + shape.Sharing;
        long work = 0;
        for (AttentionTile tile = At(shape, head, 0, keys); tile.Head < end; tile = Next(shape, tile, keys)) work += WorkOf(shape, row, tile, keys, spans);
        return work;
    }

    // Adds the item's units and returns its work.
    private long Cut(AttentionShape shape, long* lengths, int item, int parts, long whole, Span<KeySpan> spans)
    {
        (int row, int group) = Math.DivRem(item, shape.Call.KeyHeads);
        int keys = shape.KeysOf(lengths, row), head = group * shape.Sharing, end = head + shape.Sharing, part = 0, tiles = 0;
        long work = 0, before = 0;
        AttentionTile start = At(shape, head, 0, keys);
        for (AttentionTile tile = start; tile.Head < end; tile = Next(shape, tile, keys))
        {
            if (part < parts - 1 && tiles > 0 && work * parts >= whole * (part + 1))
            {
                _units.Add(new AttentionUnit(item, part++, start, tiles, work - before));
                (start, tiles, before) = (tile, 0, work);
            }
            tiles++;
            work += WorkOf(shape, row, tile, keys, spans);
        }
        _units.Add(new AttentionUnit(item, part, start, tiles, work - before));
        return work;
    }

    private static long WorkOf(AttentionShape shape, int row, AttentionTile tile, int keys, Span<KeySpan> spans)
    {
        // A tile without keys still costs its packing.
        long seen = shape.RowStep;
        int count = Spans(shape, row, tile, keys, spans);
        for (int i = 0; i < count; i++) seen += spans[i].Count;
        return seen * shape.TileQueries;
    }
}

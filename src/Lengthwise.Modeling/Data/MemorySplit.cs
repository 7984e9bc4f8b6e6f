namespace Lengthwise.Modeling.Data;

/// <summary>A split held in memory, for small and generated data.</summary>
public sealed class MemorySplit : StoredSplit
{
    private readonly SplitTables _tables;
    private readonly ReadOnlyMemory<byte> _elements;

    internal MemorySplit(SplitShape shape, SplitTables tables, ReadOnlyMemory<byte> elements)
    {
        (Shape, _tables, _elements) = (shape, tables, elements);
        ContentHash = Convert.ToHexStringLower(tables.Hash);
    }

    /// <inheritdoc/>
    public override SplitShape Shape { get; }

    /// <inheritdoc/>
    public override string ContentHash { get; }

    /// <inheritdoc/>
    public override int Count => _tables.Labels.Length;

    private protected override ReadOnlySpan<long> Offsets => _tables.Offsets;

    private protected override ReadOnlySpan<int> Labels => _tables.Labels;

    private protected override ReadOnlySpan<float> TargetTable => _tables.Targets;

    private protected override ReadOnlySpan<ByteScaling> Scaling => _tables.Scaling;

    /// <summary>A split of token sequences.</summary>
    /// <param name="rows">Token ids per row, each at least one long.</param>
    /// <param name="labels">Class per row, or <see cref="SequenceSplit.Unlabelled"/>.</param>
    /// <param name="classes">Number of classes.</param>
    public static MemorySplit OfTokens(IReadOnlyList<ushort[]> rows, int[] labels, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(labels.Length, rows.Count);
        using var writer = new MemorySplitWriter(
            new SplitShape(ElementKind.Token) { Classes = classes }, checked((int)rows.Sum(row => (long)row.Length * sizeof(ushort))));
        for (int row = 0; row < rows.Count; row++) writer.Add(rows[row], labels[row]);
        return writer.Finish();
    }

    /// <summary>A split of real sequences that all have one length.</summary>
    /// <param name="values">Values, [row, step, channel] one after another.</param>
    /// <param name="length">Steps per row.</param>
    /// <param name="channels">Channels per step.</param>
    /// <param name="labels">Class per row, or <see cref="SequenceSplit.Unlabelled"/>.</param>
    /// <param name="classes">Number of classes.</param>
    public static MemorySplit OfValues(float[] values, int length, int channels, int[] labels, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.LongLength, (long)labels.Length * length * channels);
        using var writer = new MemorySplitWriter(
            new SplitShape(ElementKind.Real, channels) { Classes = classes }, checked((int)(values.LongLength * sizeof(float))));
        for (int row = 0; row < labels.Length; row++) writer.Add(values.AsSpan(row * length * channels, length * channels), labels[row]);
        return writer.Finish();
    }

    private protected override ReadOnlySpan<byte> Elements(long start, int count) => _elements.Span.Slice((int)start, count);
}

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>Some rows of a text file, a record each.</summary>
/// <param name="file">The file.</param>
/// <param name="style">How its rows are told apart.</param>
/// <param name="range">The rows.</param>
/// <param name="name">For progress.</param>
/// <param name="newParser">Makes the parser of one reading.</param>
internal sealed class RowPart(TextFile file, RowStyle style, RowRange range, string name, Func<RowParser> newParser) : RecordPart
{
    public override string Name => name;

    public override long Bytes => BytesOf(file, range);

    public override IEnumerable<SequenceRecord> Read(BadRows problems, CancellationToken cancellation)
    {
        RowParser parser = newParser();
        using RowReader rows = file.Rows(style, range);
        while (rows.NextOffset < range.End && rows.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            if (parser.Read(rows, problems) is { } record) yield return record;
        }
    }

    /// <summary>Parts for all pieces of a file.</summary>
    public static IReadOnlyList<RecordPart> All(TextFile file, RowStyle style, IReadOnlyList<RowRange> pieces, Func<RowParser> newParser) =>
        [.. pieces.Select((piece, i) => new RowPart(file, style, piece, NameOf(file, i, pieces.Count), newParser))];

    /// <summary>Name of a piece: <c>trades.csv (2 of 5)</c>.</summary>
    public static string NameOf(TextFile file, int index, int count) =>
        count == 1 ? file.Name : FormattableString.Invariant($"{file.Name} ({index + 1} of {count})");

    /// <summary>Bytes of the file that the piece takes.</summary>
    public static long BytesOf(TextFile file, RowRange range) => Math.Min(range.End, file.File.Length) - range.Offset;
}

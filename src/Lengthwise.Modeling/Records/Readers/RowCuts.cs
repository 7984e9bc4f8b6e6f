namespace Lengthwise.Modeling.Records.Readers;

/// <summary>Cuts large text files between rows, so that the pieces can be read side by side.</summary>
internal static class RowCuts
{
    /// <summary>Usual size of a piece.</summary>
    public const long PieceBytes = 64L << 20;

    /// <summary>The pieces of a file, in order; one if the file is small, compressed, or not UTF-8.</summary>
    /// <param name="file">The file.</param>
    /// <param name="style">How its rows are told apart.</param>
    /// <param name="pieceBytes">Size of a piece.</param>
    /// <param name="mayCutBehind">Whether a piece may end with the row that was read last; null if with any.</param>
    /// <exception cref="LengthwiseException">A row is too long.</exception>
    public static IReadOnlyList<RowRange> Of(TextFile file, RowStyle style, long pieceBytes, Func<RowReader, bool>? mayCutBehind = null)
    {
        if (!file.CanSeek || file.File.Length <= pieceBytes) return [RowRange.All];
        var pieces = new List<RowRange>();
        RowRange open = RowRange.All;
        using RowReader rows = file.Rows(style, RowRange.All);
        while (rows.Next())
        {
            if (rows.NextOffset - open.Offset < pieceBytes || mayCutBehind?.Invoke(rows) == false) continue;
            pieces.Add(open with { End = rows.NextOffset });
            open = new RowRange(rows.NextOffset, rows.LastLine, long.MaxValue, rows.Offset, rows.Line - 1);
        }
        if (open.Offset < file.File.Length || pieces.Count == 0) pieces.Add(open);
        else pieces[^1] = pieces[^1] with { End = long.MaxValue };
        return pieces;
    }
}

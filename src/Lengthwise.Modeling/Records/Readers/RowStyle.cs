namespace Lengthwise.Modeling.Records.Readers;

/// <summary>How the rows of a text file are told apart: by line ends, except inside quotes where these enclose fields.</summary>
/// <param name="HasQuotes">Whether a double quote at the beginning of a field encloses it.</param>
/// <param name="Separator">Separator of fields; decides only where a field begins.</param>
internal readonly record struct RowStyle(bool HasQuotes, byte Separator)
{
    /// <summary>A line is a row.</summary>
    public static RowStyle Lines => default;
}

/// <summary>Some rows of a file.</summary>
/// <param name="Offset">Byte at which the first one begins.</param>
/// <param name="Line">Number of the line before it.</param>
/// <param name="End">Byte behind the last one.</param>
/// <param name="Previous">Byte at which the row before the first one begins; negative if there is none.</param>
/// <param name="PreviousLine">Number of the line before that row.</param>
/// <param name="SkipsFirst">Whether the first row that is not blank names the columns.</param>
internal readonly record struct RowRange(long Offset, long Line, long End, long Previous, long PreviousLine, bool SkipsFirst = false)
{
    /// <summary>The whole file.</summary>
    public static RowRange All => new(0, 0, long.MaxValue, -1, -1);

    /// <summary>The same range, beginning one row earlier.</summary>
    public RowRange WithPrevious() => Previous < 0 ? this : this with { Offset = Previous, Line = PreviousLine };
}

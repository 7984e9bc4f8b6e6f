using System.Globalization;
using System.Text;

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>The <c>@</c> lines of a <c>.ts</c> file.</summary>
/// <param name="Classes">Declared class names; null if the file has no class labels.</param>
/// <param name="HasTarget">Whether each series ends with a number to predict.</param>
/// <param name="Dimensions">Channels of the first series.</param>
/// <param name="Problem">Name of the problem; may be empty.</param>
internal sealed record TsHeader(IReadOnlyList<string>? Classes, bool HasTarget, int Dimensions, string Problem)
{
    /// <summary>Reads up to the first series.</summary>
    /// <exception cref="LengthwiseException">There is no data, or the file has time stamps.</exception>
    public static TsHeader Read(TextFile file)
    {
        IReadOnlyList<string>? classes = null;
        bool hasTarget = false, isInData = false;
        string problem = "";
        using RowReader rows = file.Rows(RowStyle.Lines, RowRange.All);
        while (rows.Next())
        {
            if (TsRowParser.IsComment(rows.Row) || RowParser.IsBlank(rows.Row)) continue;
            if (rows.Row[0] != '@')
            {
                if (isInData) return new TsHeader(classes, hasTarget, DimensionsOf(rows.Row, classes is not null || hasTarget), problem);
                throw Damaged(file, rows.Line, "a series stands before the line '@data'", "is this a .ts file?");
            }
            string[] words = Encoding.UTF8.GetString(rows.Row[..Math.Min(rows.Row.Length, 1 << 16)]).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            bool isTrue = words.Length > 1 && words[1].Equals("true", StringComparison.OrdinalIgnoreCase);
            switch (words[0].ToLowerInvariant())
            {
                case "@data": isInData = true; break;
                case "@problemname": problem = string.Join(' ', words.Skip(1)); break;
                case "@classlabel" when isTrue: classes = [.. words.Skip(2)]; break;
                case "@targetlabel" when isTrue: hasTarget = true; break;
                case "@timestamps" when isTrue:
                    throw Damaged(file, rows.Line, "the series have time stamps, which are not read", "export them without time stamps, or as a CSV with the columns id, time and values");
            }
        }
        throw new LengthwiseException(ExitCode.Data, $"reading '{file.File}': found no {(isInData ? "series behind '@data'" : "line '@data'")}", "is this a complete .ts file?");
    }

    private static int DimensionsOf(ReadOnlySpan<byte> row, bool hasLabel) => Math.Max(1, row.Count((byte)':') + (hasLabel ? 0 : 1));

    private static LengthwiseException Damaged(TextFile file, long line, string found, string hint) =>
        new(ExitCode.Data, string.Create(CultureInfo.InvariantCulture, $"{RowParser.Place(file.Name, line, 1)}: {found}"), hint);
}

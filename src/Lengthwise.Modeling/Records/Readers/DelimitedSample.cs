using System.Text.Unicode;

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>The first rows of a text table, and what they say about separator, quotes and header.</summary>
internal sealed class DelimitedSample
{
    private const int MostRows = 200;
    private const int MostBytes = 8 << 20;

    private readonly TextFile _file;
    private readonly ReadSettings _settings;
    private readonly List<string> _notes = [];

    private DelimitedSample(TextFile file, FileFormat format, ReadSettings settings)
    {
        (_file, _settings) = (file, settings);
        byte separator = SeparatorOf(format);
        Style = new RowStyle(HasQuotes(separator), separator);
        List<string[]> rows = Read(Style);
        if (rows.Count == 0) throw new LengthwiseException(ExitCode.Data, $"reading '{file.File}': found no rows");
        HasHeader = HeaderOf(rows);
        int width = HasHeader ? rows[0].Length : rows.Max(r => r.Length);
        string[] names = HasHeader ? rows[0] : [.. Enumerable.Range(1, width).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))];
        if (HasHeader) rows.RemoveAt(0);
        if (rows.Count == 0) throw new LengthwiseException(ExitCode.Data, $"reading '{file.File}': found a header and no rows below it");
        Columns = [.. names.Select((name, c) => ColumnTraits.Of(name, [.. rows.Select(r => c < r.Length ? r[c] : "")]))];
        _notes.Add(Describe());
    }

    public RowStyle Style { get; }

    public bool HasHeader { get; }

    public IReadOnlyList<ColumnTraits> Columns { get; }

    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Reads the beginning of a file.</summary>
    /// <exception cref="LengthwiseException">There are no rows, or it cannot be told whether there is a header.</exception>
    public static DelimitedSample Of(TextFile file, FileFormat format, ReadSettings settings) => new(file, format, settings);

    private byte SeparatorOf(FileFormat format)
    {
        switch (_settings.Separator)
        {
            case ColumnSeparator.Comma: return (byte)',';
            case ColumnSeparator.Semicolon: return (byte)';';
            case ColumnSeparator.Tab: return (byte)'\t';
            case ColumnSeparator.Bar: return (byte)'|';
        }
        if (format == FileFormat.Tsv) return (byte)'\t';
        using RowReader rows = _file.Rows(RowStyle.Lines, RowRange.All);
        while (rows.Next() && RowParser.IsBlank(rows.Row)) ;
        // A comma may be part of a number that was written in another country; the others seldom stand inside a field.
        foreach (byte candidate in ";\t|"u8)
            if (rows.Row.Count(candidate) is > 0 and var count && count >= rows.Row.Count((byte)',') / 2) return candidate;
        return (byte)',';
    }

    private bool HasQuotes(byte separator)
    {
        if (_settings.Quotes != QuoteStyle.Auto) return _settings.Quotes == QuoteStyle.Enclose;
        if (separator != '\t') return true;
        string[] quoted = [.. Read(new RowStyle(false, separator)).SelectMany(r => r).Where(f => f.StartsWith('"'))];
        bool encloses = quoted.Length > 0 && Array.TrueForAll(quoted, f => f.Length > 1 && f.EndsWith('"'));
        if (quoted.Length > 0) _notes.Add(encloses ? "quotes enclose fields: each that begins with one ends with one" : "quotes are plain characters: some fields begin with one and end without");
        return encloses;
    }

    private List<string[]> Read(RowStyle style)
    {
        var found = new List<string[]>();
        var fields = new RowFields(style);
        long bytes = 0;
        using RowReader rows = _file.Rows(style, RowRange.All);
        while (found.Count < MostRows && bytes < MostBytes && rows.Next())
        {
            bytes += rows.Row.Length;
            if (RowParser.IsBlank(rows.Row)) continue;
            try
            {
                fields.Cut(rows.Row);
            }
            catch (RowFault fault) when (found.Count > 0)
            {
                // Told when the row is read as data.
                _ = fault;
                continue;
            }
            catch (RowFault fault)
            {
                throw new LengthwiseException(ExitCode.Data, $"{RowParser.Place(_file.Name, rows.Line, fault.Column)}: {fault.Message}", "check 'quotes' and 'separator' in [task]");
            }
            if (found.Count == 0 && !Utf8.IsValid(rows.Row))
                throw new LengthwiseException(ExitCode.Data, $"{RowParser.Place(_file.Name, rows.Line, 1)}: the first row is not UTF-8", "store the file as UTF-8, or as UTF-16 with a byte order mark");
            var cells = new string[fields.Count];
            for (int c = 0; c < cells.Length; c++) cells[c] = fields.Text(rows.Row, c);
            found.Add(cells);
        }
        return found;
    }

    private bool HeaderOf(List<string[]> rows)
    {
        if (_settings.Header != HeaderRow.Auto) return _settings.Header == HeaderRow.Yes;
        string[] first = rows[0];
        double[] numbers = [.. first.Where(IsNumber).Select(c => double.Parse(c, System.Globalization.CultureInfo.InvariantCulture))];
        bool isCounting = numbers.Length is > 2 && numbers.Length < first.Length && numbers.Zip(numbers.Skip(1)).All(p => p.Second == p.First + 1);
        if (isCounting) return true;
        if (numbers.Length > 0 || first.Any(IsDecimalComma)) return false;
        if (rows.Skip(1).Any(r => r.Any(c => IsNumber(c) || IsDecimalComma(c)))) return true;
        string[] known = [.. ColumnFinder.TextNames, .. ColumnFinder.LabelNames, .. ColumnFinder.IdNames, .. ColumnFinder.SplitNames, .. ColumnFinder.GroupNames];
        if (first.Any(c => known.Contains(c, StringComparer.OrdinalIgnoreCase))) return true;
        throw new LengthwiseException(
            ExitCode.Usage, $"reading '{_file.File}': nothing tells whether its first row names the columns or is data", "set 'header = \"yes\"' or \"no\" in [task]");
    }

    private static bool IsNumber(string cell) => KindOf(cell) is CellKind.Number or CellKind.TooLarge;

    private static bool IsDecimalComma(string cell) => KindOf(cell) == CellKind.DecimalComma;

    private static CellKind KindOf(string cell) => Cell.Read(System.Text.Encoding.UTF8.GetBytes(cell), out _);

    private string Describe()
    {
        string separator = (char)Style.Separator switch { '\t' => "tabulators", ';' => "semicolons", '|' => "bars", _ => "commas" };
        return FormattableString.Invariant($"{Columns.Count} columns separated by {separator}, {(HasHeader ? "with" : "without")} a header{(_file.IsGzip ? ", gzip" : "")}");
    }
}

using System.Text;

namespace Lengthwise.Modeling.Records.Readers.Columns;

/// <summary>The rows of a row group.</summary>
/// <param name="roles">What the columns are for.</param>
/// <param name="columns">Columns in memory, by their index; null where not wanted.</param>
/// <param name="missing">What becomes of missing values.</param>
internal sealed class ParquetRows(ParquetRoles roles, ParquetColumn?[] columns, MissingRule missing)
{
    private readonly ColumnRoles _table = roles.Table;

    /// <summary>A row as cells.</summary>
    public ParquetRow this[int row] => new(columns, row);

    /// <summary>The record of a row.</summary>
    /// <exception cref="RowFault">The row is bad.</exception>
    public SequenceRecord Record(int row, string where)
    {
        ParquetRow cells = this[row];
        return new SequenceRecord
        {
            Where = where,
            Content = _table.Layout == TableLayout.Text ? Text(row) : roles.IsList ? List(row) : Wide(row),
            Id = TableRow.Filled(cells, _table.Id),
            Group = TableRow.Filled(cells, _table.Group),
            Label = TableRow.Filled(cells, _table.Label),
            Split = TableRow.Split(cells, _table),
            Targets = TableRow.Targets(cells, _table),
        };
    }

    private SequenceContent Text(int row) =>
        TextContent.Of(Encoding.UTF8.GetBytes(columns[_table.Text]!.Text(row) ?? ""), _table.Content) ?? throw new RowFault(_table.Text + 1, "the text is empty");

    private SequenceContent Wide(int row)
    {
        int length = _table.Values.Length, channels = _table.Channels;
        bool isSymbols = _table.Content == ContentKind.Symbols;
        bool IsMissing(int column) => isSymbols ? string.IsNullOrEmpty(columns[column]!.Text(row)) : double.IsNaN(columns[column]!.Number(row));
        while (length > 0 && IsMissing(_table.Values[length - 1])) length--;
        if (length == 0) throw new RowFault(_table.Values[0] + 1, "the row has no values");
        length = (length + channels - 1) / channels * channels;
        if (isSymbols) return new SequenceContent.Symbols([.. _table.Values.Take(length).Select(c => Symbol(columns[c]!.Text(row), c))]);
        var values = new float[length];
        for (int i = 0; i < length; i++) values[i] = ParquetRow.Value(columns[_table.Values[i]]!.Number(row), _table.Values[i], missing);
        return new SequenceContent.Reals(values, channels);
    }

    private SequenceContent List(int row)
    {
        int first = _table.Values[0];
        if (_table.Content == ContentKind.Symbols)
        {
            ReadOnlySpan<string?> texts = columns[first]!.TextList(row);
            var names = new string[texts.Length];
            for (int i = 0; i < names.Length; i++) names[i] = Symbol(texts[i], first);
            return names.Length > 0 ? new SequenceContent.Symbols(names) : throw new RowFault(first + 1, "the list is empty");
        }
        int steps = columns[first]!.NumberList(row).Length, channels = _table.Channels;
        if (steps == 0) throw new RowFault(first + 1, "the list is empty");
        SequenceLimit.Check((long)steps * channels, first + 1);
        var values = new float[steps * channels];
        for (int c = 0; c < channels; c++)
        {
            int column = _table.Values[c];
            ReadOnlySpan<double> list = columns[column]!.NumberList(row);
            if (list.Length != steps)
                throw new RowFault(column + 1, FormattableString.Invariant($"channel '{_table.ChannelNames[c]}' has {list.Length} values and '{_table.ChannelNames[0]}' {steps}; channels must be equally long"));
            for (int l = 0; l < steps; l++) values[l * channels + c] = ParquetRow.Value(list[l], column, missing);
        }
        return new SequenceContent.Reals(values, channels);
    }

    private static string Symbol(string? text, int column) => string.IsNullOrEmpty(text) ? throw new RowFault(column + 1, "a symbol is missing") : text;
}

/// <summary>A row of a row group as cells.</summary>
internal readonly struct ParquetRow(ParquetColumn?[] columns, int row) : ITableRow
{
    public string Text(int column) => columns[column]!.Text(row)?.Trim() ?? "";

    public float Number(int column, MissingRule missing) => Value(columns[column]!.Number(row), column, missing);

    /// <summary>A number that may stand in a sequence.</summary>
    /// <exception cref="RowFault">It is missing though it may not be, infinite, or too large.</exception>
    public static float Value(double number, int column, MissingRule missing)
    {
        if (double.IsNaN(number)) return missing == MissingRule.Keep ? float.NaN : throw new RowFault(column + 1, Cell.Fault(CellKind.Missing, ""));
        var value = (float)number;
        if (float.IsFinite(value)) return value;
        throw new RowFault(column + 1, Cell.Fault(double.IsInfinity(number) ? CellKind.Infinite : CellKind.TooLarge, FormattableString.Invariant($"{number}")));
    }
}

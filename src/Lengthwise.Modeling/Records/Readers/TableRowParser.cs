namespace Lengthwise.Modeling.Records.Readers;

/// <summary>Rows of a text table that are a sequence each: wide, or with a text.</summary>
/// <param name="file">Named in errors and records.</param>
/// <param name="style">How rows are cut.</param>
/// <param name="roles">What the columns are for.</param>
/// <param name="width">Columns of the header; null without one.</param>
/// <param name="missing">What becomes of missing values.</param>
internal sealed class TableRowParser(string file, RowStyle style, ColumnRoles roles, int? width, MissingRule missing) : RowParser(file)
{
    private readonly RowFields _fields = new(style);
    private readonly int[] _fixed = [.. roles.Fixed.Order()];
    private int[] _values = roles.Values;

    protected override SequenceRecord Parse(ReadOnlySpan<byte> row, string where)
    {
        _fields.Cut(row);
        CheckWidth(row);
        var cells = new DelimitedRow(row, _fields);
        return new SequenceRecord
        {
            Where = where,
            Content = roles.Layout == TableLayout.Text ? TextOf(row) : ValuesOf(row),
            Id = TableRow.Filled(cells, roles.Id),
            Group = TableRow.Filled(cells, roles.Group),
            Label = TableRow.Filled(cells, roles.Label),
            Split = TableRow.Split(cells, roles),
            Targets = TableRow.Targets(cells, roles),
        };
    }

    protected override int ColumnAt(ReadOnlySpan<byte> row, int offset)
    {
        _fields.Cut(row);
        return _fields.ColumnAt(offset);
    }

    private void CheckWidth(ReadOnlySpan<byte> row)
    {
        int count = _fields.Count;
        while (width is { } most && count > most && _fields.Bytes(row, count - 1).IsEmpty) count--;
        if (width is { } expected && count > expected)
            throw new RowFault(expected + 1, FormattableString.Invariant($"found {count} columns, expected {expected} as in the header"));
        if (_fixed.Length > 0 && _fixed[^1] >= count)
            throw new RowFault(count, FormattableString.Invariant($"found {count} columns, expected at least {_fixed[^1] + 1}"));
    }

    private SequenceContent ValuesOf(ReadOnlySpan<byte> row)
    {
        int count = _fields.Count, channels = roles.Channels;
        if (roles.IsOpenEnded && count > _values.Length + _fixed.Length) _values = [.. Enumerable.Range(0, count).Except(_fixed)];
        int length = _values.Length;
        while (length > 0 && (_values[length - 1] >= count || RowParser.IsBlank(_fields.Bytes(row, _values[length - 1])))) length--;
        if (length == 0) throw new RowFault(Math.Min(_values[0] + 1, count), "the row has no values");
        length = (length + channels - 1) / channels * channels;
        return roles.Content == ContentKind.Symbols ? Symbols(row, length, count) : Reals(row, length, count);
    }

    private SequenceContent.Reals Reals(ReadOnlySpan<byte> row, int length, int count)
    {
        var values = new float[length];
        for (int i = 0; i < length; i++)
        {
            int column = _values[i];
            values[i] = Cell.Value(column < count ? _fields.Bytes(row, column) : [], column + 1, missing);
        }
        return new SequenceContent.Reals(values, roles.Channels);
    }

    private SequenceContent.Symbols Symbols(ReadOnlySpan<byte> row, int length, int count)
    {
        var names = new string[length];
        for (int i = 0; i < length; i++)
        {
            int column = _values[i];
            names[i] = column < count ? _fields.Text(row, column) : "";
            if (names[i].Length == 0) throw new RowFault(column + 1, "a symbol is missing; only the end of a row may be empty");
        }
        return new SequenceContent.Symbols(names);
    }

    private SequenceContent TextOf(ReadOnlySpan<byte> row)
    {
        ReadOnlySpan<byte> text = _fields.Bytes(row, roles.Text);
        return TextContent.Of(text.ToArray(), roles.Content) ?? throw new RowFault(roles.Text + 1, "the text is empty");
    }
}

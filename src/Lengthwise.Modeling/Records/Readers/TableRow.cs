namespace Lengthwise.Modeling.Records.Readers;

/// <summary>A row of a table, whatever the file.</summary>
internal interface ITableRow
{
    /// <summary>A cell as trimmed text; empty if it is missing.</summary>
    string Text(int column);

    /// <summary>A cell as a number; NaN if it is missing and that is allowed.</summary>
    /// <exception cref="RowFault">The cell holds no number that may stand there.</exception>
    float Number(int column, MissingRule missing);
}

/// <summary>A row of a text table.</summary>
internal readonly ref struct DelimitedRow(ReadOnlySpan<byte> row, RowFields fields) : ITableRow
{
    private readonly ReadOnlySpan<byte> _row = row;

    public string Text(int column) => fields.Text(_row, column);

    public float Number(int column, MissingRule missing) => Cell.Value(fields.Bytes(_row, column), column + 1, missing);
}

/// <summary>What every layout reads alike.</summary>
internal static class TableRow
{
    /// <summary>The targets of a row; null if all are missing or it has none.</summary>
    /// <exception cref="RowFault">A target is no number.</exception>
    public static float[]? Targets<TRow>(TRow row, ColumnRoles roles) where TRow : ITableRow, allows ref struct
    {
        if (roles.Targets.Count == 0) return null;
        var targets = new float[roles.Targets.Count];
        for (int t = 0; t < targets.Length; t++) targets[t] = row.Number(roles.Targets[t], MissingRule.Keep);
        return Array.TrueForAll(targets, float.IsNaN) ? null : targets;
    }

    /// <summary>A cell, or null if there is none or it is empty.</summary>
    public static string? Filled<TRow>(TRow row, int column) where TRow : ITableRow, allows ref struct
    {
        if (column < 0) return null;
        string text = row.Text(column);
        return text.Length == 0 ? null : text;
    }

    /// <summary>The split of a row; null if there is none.</summary>
    /// <exception cref="RowFault">The cell is no split.</exception>
    public static SplitName? Split<TRow>(TRow row, ColumnRoles roles) where TRow : ITableRow, allows ref struct =>
        roles.Split < 0 ? null : SplitCell.Read(row.Text(roles.Split), roles.Split + 1);
}

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>The sequence of one id of a long table, while its rows arrive.</summary>
internal sealed class LongSequence(ColumnRoles roles, MissingRule missing, string? id, string where)
{
    private readonly List<float> _values = [];
    private readonly List<string> _symbols = [];
    private StepTime? _time;
    private string? _label;
    private string? _group;
    private string? _split;
    private float[]? _targets;

    public string? Id => id;

    /// <summary>Whether a row of it was bad: its other rows are then left out too.</summary>
    public bool IsBad { get; set; }

    /// <summary>Adds a step.</summary>
    /// <exception cref="RowFault">The row is bad, or contradicts the rows before it.</exception>
    public void Add<TRow>(TRow row) where TRow : ITableRow, allows ref struct
    {
        if (roles.Time >= 0) Advance(row.Text(roles.Time));
        _label = Constant(_label, row, roles.Label, "label");
        _group = Constant(_group, row, roles.Group, "group");
        _split = Constant(_split, row, roles.Split, "split");
        KeepTargets(TableRow.Targets(row, roles));
        SequenceLimit.Check((long)_values.Count + _symbols.Count + roles.Values.Length, 1);
        if (roles.Content == ContentKind.Symbols)
        {
            string symbol = row.Text(roles.Values[0]);
            _symbols.Add(symbol.Length > 0 ? symbol : throw new RowFault(roles.Values[0] + 1, "the symbol is missing"));
            return;
        }
        foreach (int column in roles.Values) _values.Add(row.Number(column, missing));
    }

    /// <summary>The record of all steps.</summary>
    public SequenceRecord ToRecord() => new()
    {
        Where = where,
        Content = roles.Content == ContentKind.Symbols ? new SequenceContent.Symbols(_symbols) : new SequenceContent.Reals(_values.ToArray(), roles.Channels),
        Id = id,
        Label = _label,
        Group = _group,
        Split = _split is null ? null : SplitCell.Find(_split),
        Targets = _targets,
    };

    private void Advance(string cell)
    {
        StepTime time = StepTime.Read(cell, roles.Time + 1);
        if (_time is { } before && !time.MayFollow(before))
            throw new RowFault(roles.Time + 1, $"time {RowFault.Quote(cell)} is before that of the row above; expected the rows of an id sorted by time");
        _time = time;
    }

    private string? Constant<TRow>(string? before, TRow row, int column, string what) where TRow : ITableRow, allows ref struct
    {
        if (column < 0) return null;
        string cell = row.Text(column);
        if (cell.Length == 0) return before;
        if (before is null && column == roles.Split) _ = SplitCell.Read(cell, column + 1);
        if (before is not null && before != cell)
            throw new RowFault(column + 1, $"found {what} {RowFault.Quote(cell)} after {RowFault.Quote(before)}; expected one {what} for all rows of id {RowFault.Quote(id ?? "")}");
        return cell;
    }

    private void KeepTargets(float[]? targets)
    {
        if (targets is null) return;
        if (_targets is null)
        {
            _targets = targets;
            return;
        }
        for (int t = 0; t < targets.Length; t++)
        {
            if (float.IsNaN(_targets[t])) _targets[t] = targets[t];
            else if (!float.IsNaN(targets[t]) && targets[t] != _targets[t])
                throw new RowFault(roles.Targets[t] + 1, FormattableString.Invariant($"found target {targets[t]} after {_targets[t]}; expected one value for all rows of an id"));
        }
    }
}

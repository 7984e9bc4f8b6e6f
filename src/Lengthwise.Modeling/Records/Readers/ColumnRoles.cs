namespace Lengthwise.Modeling.Records.Readers;

/// <summary>What each column of a table is for. Columns are indices from 0, -1 for none.</summary>
internal sealed record ColumnRoles
{
    public required TableLayout Layout { get; init; }

    public required ContentKind Content { get; init; }

    public int Label { get; init; } = -1;

    public int Id { get; init; } = -1;

    public int Group { get; init; } = -1;

    public int Split { get; init; } = -1;

    public int Time { get; init; } = -1;

    public int Text { get; init; } = -1;

    public IReadOnlyList<int> Targets { get; init; } = [];

    public IReadOnlyList<string> TargetNames { get; init; } = [];

    /// <summary>Columns of values: wide, step-major [L, C]; long, one per channel.</summary>
    public int[] Values { get; init; } = [];

    /// <summary>C.</summary>
    public int Channels { get; init; } = 1;

    public IReadOnlyList<string> ChannelNames { get; init; } = [];

    /// <summary>Wide: rows may go on behind the last column that was looked at.</summary>
    public bool IsOpenEnded { get; init; }

    /// <summary>What was inferred and why.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The columns that are no values.</summary>
    public IEnumerable<int> Fixed => new[] { Label, Id, Group, Split, Time, Text }.Where(c => c >= 0).Concat(Targets);
}

namespace Lengthwise.Modeling.Records;

/// <summary>
/// What becomes of rows that cannot be read: by default the first one ends the reading with an error that names file, row and
/// column; where the user allowed it, they are skipped, counted and the first of them listed. Safe for concurrent use.
/// </summary>
/// <param name="maySkip">Whether bad rows are skipped.</param>
/// <param name="howToSkip">What a person does to have them skipped.</param>
public sealed class BadRows(bool maySkip, string howToSkip = "with 'on_bad_row = \"skip\"' in [task]")
{
    private const int Listed = 20;
    private readonly Lock _lock = new();
    private readonly List<string> _first = [];

    /// <summary>Rows skipped so far.</summary>
    public long Count { get; private set; }

    /// <summary>The first rows that were skipped, each with its place and its fault.</summary>
    public IReadOnlyList<string> First
    {
        get
        {
            lock (_lock) return [.. _first];
        }
    }

    /// <summary>Reports a bad row; returns if it is to be skipped.</summary>
    /// <param name="where">File, row and column: <c>trades.csv(12,3)</c>.</param>
    /// <param name="fault">What was found and what was expected.</param>
    /// <exception cref="LengthwiseException">Rows may not be skipped.</exception>
    public void Report(string where, string fault)
    {
        if (!maySkip)
            throw new LengthwiseException(
                ExitCode.Data, $"{where}: {fault}", $"correct the row, or skip such rows {howToSkip}; they are then counted and listed");
        lock (_lock)
        {
            Count++;
            if (_first.Count < Listed) _first.Add($"{where}: {fault}");
        }
    }

    /// <summary>Notes for a person; empty when nothing was skipped.</summary>
    public IReadOnlyList<string> Notes()
    {
        lock (_lock)
        {
            if (Count == 0) return [];
            string rest = Count > _first.Count ? FormattableString.Invariant($" and {Count - _first.Count} more") : "";
            return [FormattableString.Invariant($"skipped {Count} bad rows: {string.Join("; ", _first)}{rest}")];
        }
    }
}

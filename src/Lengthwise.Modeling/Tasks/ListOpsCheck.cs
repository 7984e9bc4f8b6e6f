namespace Lengthwise.Modeling.Tasks;

/// <summary>What is in a ListOps file.</summary>
public sealed record ListOpsCheck
{
    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>Its layout.</summary>
    public required ListOpsLayout Layout { get; init; }

    /// <summary>Well-formed rows.</summary>
    public required int Rows { get; init; }

    /// <summary>Lengths in symbols without parentheses; null when there are no rows.</summary>
    public required LengthSummary? Lengths { get; init; }

    /// <summary>Rows per label 0 to 9.</summary>
    public required IReadOnlyList<int> Labels { get; init; }

    /// <summary>Operators in all expressions, by text such as <c>[MIN</c>.</summary>
    public required IReadOnlyDictionary<string, long> Operators { get; init; }

    /// <summary>Rows per operator at the root; rows that are a single digit are in none.</summary>
    public required IReadOnlyDictionary<string, int> RootOperators { get; init; }

    /// <summary>Largest depth; a root alone has depth 1.</summary>
    public required int MaxDepth { get; init; }

    /// <summary>Rows whose expression occurred before.</summary>
    public required int Duplicates { get; init; }

    /// <summary>Whether every expression was evaluated and compared with its label.</summary>
    public required bool LabelsVerified { get; init; }

    /// <summary>Rows whose label is not the expression's value.</summary>
    public required int MismatchCount { get; init; }

    /// <summary>The first of those rows.</summary>
    public required IReadOnlyList<ListOpsMismatch> Mismatches { get; init; }

    /// <summary>Malformed rows.</summary>
    public required int ProblemCount { get; init; }

    /// <summary>The first of them, each as <c>file(line,column): what was found, what was expected</c>.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Share of the most frequent label: what always guessing it scores.</summary>
    public double MajorityShare => Rows == 0 ? 0 : (double)Labels.Max() / Rows;

    /// <summary>Whether there are rows and nothing is wrong with them.</summary>
    public bool IsGood => Rows > 0 && MismatchCount == 0 && ProblemCount == 0;
}

/// <summary>A row whose label is not its expression's value.</summary>
/// <param name="Line">Line in the file, from 1.</param>
/// <param name="Stored">The label in the file.</param>
/// <param name="Value">The expression's value.</param>
public sealed record ListOpsMismatch(int Line, int Stored, int Value);

/// <summary>Lengths of sequences; percentiles are nearest ranks.</summary>
/// <param name="Minimum">The shortest.</param>
/// <param name="Percentile5">5 % are at most this long.</param>
/// <param name="Median">Half are at most this long.</param>
/// <param name="Mean">Arithmetic mean.</param>
/// <param name="Percentile95">95 % are at most this long.</param>
/// <param name="Maximum">The longest.</param>
public sealed record LengthSummary(int Minimum, int Percentile5, int Median, double Mean, int Percentile95, int Maximum)
{
    /// <summary>Summarises lengths; null when there are none.</summary>
    public static LengthSummary? Of(IEnumerable<int> lengths)
    {
        int[] sorted = [.. lengths.Order()];
        if (sorted.Length == 0) return null;
        int Rank(double share) => sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
        return new LengthSummary(sorted[0], Rank(0.05), Rank(0.5), sorted.Average(), Rank(0.95), sorted[^1]);
    }
}

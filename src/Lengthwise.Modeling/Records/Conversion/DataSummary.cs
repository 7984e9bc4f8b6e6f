namespace Lengthwise.Modeling.Records.Conversion;

/// <summary>What converted data consists of, for people: <c>data check</c>, notes and the page of a data set.</summary>
public sealed record DataSummary
{
    /// <summary>What was inferred or told about the source's layout.</summary>
    public required IReadOnlyList<string> Source { get; init; }

    /// <summary>Rows per split, in the order train, validation, test, unlabelled.</summary>
    public required IReadOnlyList<SplitSummary> Splits { get; init; }

    /// <summary>Class names; empty when there are none.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Regression targets with their ranges; empty when there are none.</summary>
    public required IReadOnlyList<TargetSummary> Targets { get; init; }

    /// <summary>Steps per row at 0, 5, 25, 50, 75, 95 and 100 %, before any limit.</summary>
    public required IReadOnlyList<int> Lengths { get; init; }

    /// <summary>Rows cut to the limit.</summary>
    public required long RowsCut { get; init; }

    /// <summary>The limit in steps.</summary>
    public required int MaxLength { get; init; }

    /// <summary>Steps whose symbol the training rows lack.</summary>
    public required long UnknownSymbols { get; init; }

    /// <summary>Missing values.</summary>
    public required long MissingValues { get; init; }

    /// <summary>Rows whose content stood in an earlier row.</summary>
    public required int Duplicates { get; init; }

    /// <summary>Rows of validation or test whose content stands in the training split too.</summary>
    public required int DuplicatesAcrossSplits { get; init; }

    /// <summary>Contents that stand in the data with different labels.</summary>
    public required int ContradictingDuplicates { get; init; }

    /// <summary>Groups (patients, speakers, …); 0 when the source names none.</summary>
    public required int Groups { get; init; }

    /// <summary>Groups that stand in more than one split; more than 0 only where a published division or the source itself leaks.</summary>
    public required int GroupsAcrossSplits { get; init; }

    /// <summary>Rows that could not be read and were skipped.</summary>
    public required long Skipped { get; init; }

    /// <summary>The first faults, each with its place.</summary>
    public required IReadOnlyList<string> SkippedFirst { get; init; }

    /// <summary>Notes a person should see with every run.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>What guessing scores on the task's metric.</summary>
    public required double Chance { get; init; }
}

/// <summary>One split in numbers.</summary>
/// <param name="Name">train, validation, test or unlabelled.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Steps">Steps of all rows, after cutting.</param>
/// <param name="RowsPerClass">In the order of the classes; empty without classes.</param>
public sealed record SplitSummary(string Name, int Rows, long Steps, IReadOnlyList<int> RowsPerClass);

/// <summary>One regression target over the training rows, in the source's units.</summary>
/// <param name="Name">Name.</param>
/// <param name="Minimum">Smallest.</param>
/// <param name="Mean">Mean.</param>
/// <param name="Maximum">Largest.</param>
/// <param name="Missing">Training rows that lack it.</param>
public sealed record TargetSummary(string Name, double Minimum, double Mean, double Maximum, int Missing);

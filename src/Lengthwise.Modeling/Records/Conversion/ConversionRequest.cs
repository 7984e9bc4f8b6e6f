using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Records.Conversion;

/// <summary>All that a task says about how its files become splits.</summary>
public sealed record ConversionRequest
{
    /// <summary>Task name.</summary>
    public required string Task { get; init; }

    /// <summary>Task version.</summary>
    public required int Version { get; init; }

    /// <summary>Settings that the result depends on; without the place of the files, which does not matter.</summary>
    public required TaskSettings Settings { get; init; }

    /// <summary>The files.</summary>
    public required RecordSource Source { get; init; }

    /// <summary>The encoding for what the first record contains.</summary>
    public required Func<SequenceContent, EncodingPlan> Encoding { get; init; }

    /// <summary>How rows are divided where the source does not.</summary>
    public required SplitPlan Split { get; init; }

    /// <summary>Class names in the order of their labels; null to take those of the rows, sorted.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>The task's metric, which decides what guessing scores.</summary>
    public string Metric { get; init; } = "accuracy";

    /// <summary>Whether bad rows are skipped and counted, instead of refused.</summary>
    public bool MaySkipBadRows { get; init; }

    /// <summary>Notes of the task itself, such as the leaks of a published division.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

using Lengthwise.Diagnoses;
using Lengthwise.Experiments;

namespace Lengthwise.Reports;

/// <summary>Everything a report is made from. Order does not matter: the summary sorts.</summary>
public sealed record ComparisonData
{
    /// <summary>Heading of the report.</summary>
    public required string Title { get; init; }

    /// <summary>The command that makes this comparison again; may be empty.</summary>
    public string Command { get; init; } = "";

    /// <summary>Name of the preset; empty when there is none.</summary>
    public string Preset { get; init; } = "";

    /// <summary>Finished cells that are compared: one for each task, model, objective and seed.</summary>
    public IReadOnlyList<RunRecord> Cells { get; init; } = [];

    /// <summary>Cells that have no result.</summary>
    public IReadOnlyList<FailedCell> Failures { get; init; } = [];

    /// <summary>Arms that were asked for and do not exist.</summary>
    public IReadOnlyList<InapplicableArm> NotApplicable { get; init; } = [];

    /// <summary>What the files of the runs and the plan say against each other.</summary>
    public IReadOnlyList<FairnessWarning> Findings { get; init; } = [];

    /// <summary>Whether models were to be of one size.</summary>
    public bool MatchesParameters { get; init; }

    /// <summary>What would refuse the comparison and was allowed by its name.</summary>
    public IReadOnlyList<string> AllowedUnfair { get; init; } = [];

    /// <summary>Tuning runs: they chose a learning rate on validation and are not compared.</summary>
    public IReadOnlyList<RunRecord> Trials { get; init; } = [];

    /// <summary>Metric lines by <see cref="RunRecord.Run"/>; runs without lines have no curve.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<MetricLine>> Curves { get; init; } = new Dictionary<string, IReadOnlyList<MetricLine>>();

    /// <summary>What each test item contributes to the score, by <see cref="RunRecord.Run"/>; runs that did not store their predictions have none.</summary>
    public IReadOnlyDictionary<string, TestItems> TestItems { get; init; } = new Dictionary<string, TestItems>();

    /// <summary>Resolved recipes (TOML) by <see cref="RunRecord.Run"/>.</summary>
    public IReadOnlyDictionary<string, string> Recipes { get; init; } = new Dictionary<string, string>();

    /// <summary>Budgets and fairness rules of the plan, as sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What <c>lengthwise diagnose</c> found in the comparison.</summary>
    public StoredDiagnoses Diagnoses { get; init; } = StoredDiagnoses.None;

    /// <summary>One line about each task, by its name.</summary>
    public IReadOnlyDictionary<string, string> TaskSummaries { get; init; } = new Dictionary<string, string>();
}

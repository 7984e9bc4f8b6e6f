using Lengthwise.Experiments;
using Lengthwise.Fairness;

namespace Lengthwise.Reports;

/// <summary>
/// What a comparison says: the one place where numbers are computed. Exporters only show it, so that the table, the JSON and the
/// report cannot disagree.
/// </summary>
public sealed record Summary
{
    /// <summary>The input, with cells and trials in the one order of all exporters and each cell once.</summary>
    public required ComparisonData Data { get; init; }

    /// <summary>One entry a task, by name.</summary>
    public required IReadOnlyList<TaskSummary> Tasks { get; init; }

    /// <summary>What makes the comparison less than fair.</summary>
    public required IReadOnlyList<FairnessWarning> Warnings { get; init; }

    /// <summary>The answer: one sentence a task, with intervals.</summary>
    public required string Answer { get; init; }

    /// <summary>Models ranked within tasks, or within the seeds of the only task; one entry an objective with at least three models.</summary>
    public IReadOnlyList<RankComparison> Ranks { get; init; } = [];

    /// <summary>Averages over Long Range Arena, each under its convention.</summary>
    public IReadOnlyList<ArenaAverage> ArenaAverages { get; init; } = [];

    /// <summary>How gains change with the number of labels, where that was varied.</summary>
    public IReadOnlyList<LabelTrend> LabelTrends { get; init; } = [];

    /// <summary>Summarises a comparison.</summary>
    public static Summary From(ComparisonData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        data = data with { Cells = [.. data.Cells.Select(c => c.Labelled())], Trials = [.. data.Trials.Select(t => t.Labelled())] };
        IReadOnlyList<RunRecord> sorted = Arms.Sorted(data.Cells);
        RunRecord[] cells = [.. sorted.DistinctBy(c => (c.Task, c.Model, c.Objective, c.Seed))];
        data = data with
        {
            Cells = cells,
            Trials = Arms.Sorted(data.Trials),
            NotApplicable =
            [
                .. data.NotApplicable.Where(n => !cells.Any(c => (c.Task, c.Model, c.Objective) == (n.Task, n.Model, n.Objective)))
                    .GroupBy(n => n.Task).OrderBy(g => g.Key, StringComparer.Ordinal)
                    .SelectMany(task => task.GroupBy(n => n.Model).ByModel(g => g.Key).SelectMany(g => g.ByObjective(n => n.Objective)))
            ],
            Failures =
            [
                .. data.Failures.OrderBy(f => f.Task, StringComparer.Ordinal).ThenBy(f => f.Model, StringComparer.Ordinal)
                    .ThenBy(f => f.Objective, StringComparer.Ordinal).ThenBy(f => f.Seed)
            ],
        };

        TaskSummary[] tasks = [.. cells.GroupBy(c => c.Task).Select(g => TaskSummary.Of([.. g], data))];
        return new Summary
        {
            Data = data,
            Tasks = tasks,
            Warnings =
            [
                .. OfDuplicates(sorted.Count - cells.Length).Concat(data.Findings).Concat(FairnessCheck.Of(data, tasks)).Distinct()
                    .Select(w => FairnessGate.Marked(w, data.AllowedUnfair))
            ],
            Answer = AnswerOf(tasks),
            Ranks = RankComparison.Of(tasks),
            LabelTrends = LabelTrend.Of(tasks),
            ArenaAverages = ArenaAverage.Of(tasks, data.Failures),
        };
    }

    private static IEnumerable<FairnessWarning> OfDuplicates(int duplicates)
    {
        if (duplicates > 0)
            yield return new("duplicate-cells", "", $"{duplicates} further runs of the same task, model, objective and seed were left out; the first by learning rate and name counts.");
    }

    private static string AnswerOf(TaskSummary[] tasks) => tasks.Length switch
    {
        0 => "No cell is finished yet.",
        1 => tasks[0].Answers[0],
        _ => string.Join(" ", tasks.Select(t => $"{t.Name}: {t.Answers[0]}")),
    };
}

using Lengthwise.Experiments;

namespace Lengthwise.Reports.Diagnoses;

/// <summary>
/// How many seeds of an arm stayed at the level of guessing, and how long the others took to leave it. On tasks like Pathfinder a mean over seeds hides that some never learned.
/// </summary>
/// <param name="Model">Model.</param>
/// <param name="Objective">Objective.</param>
/// <param name="Stayed">Seeds that never left.</param>
/// <param name="OutOf">Seeds with a curve.</param>
/// <param name="LeftAfter">Median share of the label steps after which the others had left; null where none did.</param>
public sealed record Plateau(string Model, string Objective, int Stayed, int OutOf, double? LeftAfter)
{
    /// <summary>A seed has left when its validation metric is this share of the way from guessing to perfect.</summary>
    internal const double ShareOfTheWay = 0.1;

    /// <summary>One entry an arm with curves; none for metrics without a perfect score.</summary>
    internal static IReadOnlyList<Plateau> Of(TaskSummary task, IReadOnlyDictionary<string, IReadOnlyList<MetricLine>> curves)
    {
        if (!MetricText.IsShare(task.Metric)) return [];
        double level = task.Chance + ShareOfTheWay * (1 - task.Chance);
        return [.. task.Aggregates.Select(a => OfArm(task, a, curves, level)).OfType<Plateau>()];
    }

    private static Plateau? OfArm(TaskSummary task, Aggregate arm, IReadOnlyDictionary<string, IReadOnlyList<MetricLine>> curves, double level)
    {
        var left = new List<double>();
        int seeds = 0;
        foreach (RunRecord cell in task.CellsOf(arm))
        {
            MetricLine[] lines = [.. curves.GetValueOrDefault(cell.Run, []).Where(l => l is { Phase: "finetune", Split: "validation", Metric: not null }).OrderBy(l => l.Step)];
            if (lines.Length == 0) continue;
            seeds++;
            if (lines.FirstOrDefault(l => l.Metric >= level) is { } first) left.Add((double)first.Step / Math.Max(first.Step, cell.FinetuneSteps));
        }
        left.Sort();
        double? median = left.Count == 0 ? null : (left[(left.Count - 1) / 2] + left[left.Count / 2]) / 2;
        return seeds == 0 ? null : new Plateau(arm.Model, arm.Objective, seeds - left.Count, seeds, median);
    }
}

using Lengthwise.Experiments;
using Lengthwise.Reports.Html;

namespace Lengthwise.Reports.Plots;

/// <summary>Test scores of all arms of a task, with every seed, the mean with its interval, and the level of chance.</summary>
internal static class ScoreChart
{
    private const int MostModelsInSlopes = 4;

    /// <summary>Slopes from objective to objective for a few models, a row a model for many.</summary>
    public static Markup Render(string id, TaskSummary task) =>
        task.Models.Count <= MostModelsInSlopes ? SlopeChart.Render(id, task) : ScoreRows.Render(id, task);

    /// <summary>An axis that shows chance, every seed and every interval.</summary>
    internal static Axis ValueAxis(TaskSummary task, double from, double to)
    {
        bool isShare = task.Text.IsPercent;
        return Axis.Around(Shown(task), from, to, isShare ? 0 : double.NegativeInfinity, isShare ? 1 : double.PositiveInfinity);
    }

    /// <summary>The cells of an arm that have a score.</summary>
    internal static IEnumerable<RunRecord> Seeds(TaskSummary task, Aggregate arm) =>
        task.Cells.Where(c => c.Model == arm.Model && c.Objective == arm.Objective && Arms.HasTest(c));

    /// <summary>The numbers in words.</summary>
    internal static string Describe(TaskSummary task) => string.Join(" ", task.Aggregates.Where(a => a.Test is not null)
        .Select(a => $"{a.Model} {a.Objective}: {task.Text.Score(a.Test!.Mean)} {task.Text.Range(a.Test)}.")) + $" Chance: {task.Text.Score(task.Chance)}.";

    private static IEnumerable<double> Shown(TaskSummary task) =>
    [
        task.Chance,
        .. task.Cells.Where(Arms.HasTest).Select(c => c.Test!.Value),
        .. task.Aggregates.Select(a => a.Test).OfType<Statistics.Interval>().SelectMany(i => new[] { i.Low ?? i.Mean, i.High ?? i.Mean }),
    ];
}

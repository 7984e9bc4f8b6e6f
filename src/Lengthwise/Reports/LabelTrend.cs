using Lengthwise.Statistics;

namespace Lengthwise.Reports;

/// <summary>How the gain of one arm changes with the number of labels, where a task was compared on nested subsets of its labelled rows.</summary>
/// <param name="Task">The task of all of them.</param>
/// <param name="Model">Model.</param>
/// <param name="Objective">Pretraining objective.</param>
/// <param name="Points">Labelled rows with the gain there, fewest first.</param>
/// <param name="Slope">
/// What ten times as many labels add to the gain: the least squares slope over log10(labels), taken seed by seed and item by item, so that its interval counts both. Below zero: gains
/// grow as labels shrink.
/// </param>
public sealed record LabelTrend(string Task, string Model, string Objective, IReadOnlyList<LabelPoint> Points, Interval Slope)
{
    private const string Mark = "-data";

    /// <summary>Whether a task stands for a subset of the rows of another; it is no further task then.</summary>
    internal static bool IsSubset(TaskSummary task) => task.Cells.All(c => c.Arm?.Task?.Contains(Mark, StringComparison.Ordinal) == true);

    /// <summary>One trend a pretrained arm that has a gain at two sizes at least.</summary>
    internal static IReadOnlyList<LabelTrend> Of(IReadOnlyList<TaskSummary> tasks) =>
    [
        .. from family in tasks.GroupBy(Whole)
           where family.Any(IsSubset) && family.Select(t => t.Metric).Distinct().Count() == 1
           from arm in family.SelectMany(t => t.Gains).Select(g => (g.Model, g.Objective)).Distinct()
           let trend = OfArm(family.Key, family, arm.Model, arm.Objective)
           where trend is not null
           select trend,
    ];

    private static string Whole(TaskSummary task) => IsSubset(task) ? task.Name[..task.Name.LastIndexOf(Mark, StringComparison.Ordinal)] : task.Name;

    private static LabelTrend? OfArm(string name, IEnumerable<TaskSummary> family, string model, string objective)
    {
        (int Rows, Gain Gain)[] gains =
        [
            .. family.SelectMany(t => t.Gains.Where(g => g.Model == model && g.Objective == objective && g.Evidence is not null).Select(g => (Rows(t, model, objective), g)))
                .Where(p => p.Item1 > 0).OrderBy(p => p.Item1).DistinctBy(p => p.Item1),
        ];
        if (gains.Length < 2) return null;
        double[] x = [.. gains.Select(g => Math.Log10(g.Rows))];
        double mean = x.Average(), spread = x.Sum(v => (v - mean) * (v - mean));
        SeedScores slope = gains.Zip(x, (g, v) => g.Gain.Evidence!.Difference.Times((v - mean) / spread)).Aggregate((a, b) => a.Plus(b));
        return slope.Estimate() is not { } estimate ? null : new LabelTrend(name, model, objective, [.. gains.Select(g => new LabelPoint(g.Rows, g.Gain.Difference))], estimate.Interval());
    }

    private static int Rows(TaskSummary task, string model, string objective) =>
        task.Cells.Where(c => c.Model == model && c.Objective == objective).Select(c => c.LabelledRows).DefaultIfEmpty(0).Max();
}

/// <summary>The gain at one number of labels.</summary>
/// <param name="Rows">Labelled training rows.</param>
/// <param name="Gain">Gain there.</param>
public sealed record LabelPoint(int Rows, Interval Gain);

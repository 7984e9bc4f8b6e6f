using Lengthwise.Literature;
using Lengthwise.Statistics;

namespace Lengthwise.Reports;

/// <summary>
/// The average of one arm over tasks of Long Range Arena under one convention. The literature uses several, which differ by up to nine points for the same models
/// and are never mixed.
/// </summary>
/// <param name="Convention">How it is taken.</param>
/// <param name="Model">Model.</param>
/// <param name="Objective">Objective.</param>
/// <param name="Tasks">Tasks that count.</param>
/// <param name="Accuracy">Mean of the tasks' accuracies with its 95 % interval, as a share.</param>
public sealed record ArenaAverage(ArenaConvention Convention, string Model, string Objective, IReadOnlyList<string> Tasks, Interval Accuracy)
{
    private const string PathX = "path-x";
    private const double ChanceOfPathX = 0.5;
    private static readonly string[] WithoutPathX = ["listops", "text", "retrieval", "image", "pathfinder"];

    /// <summary>Averages of every arm that has at least two of the tasks.</summary>
    internal static IReadOnlyList<ArenaAverage> Of(IReadOnlyList<TaskSummary> tasks, IReadOnlyList<FailedCell> failures)
    {
        TaskSummary[] arena = [.. tasks.Where(t => (t.Name == PathX || WithoutPathX.Contains(t.Name)) && t.Metric == MetricKind.Accuracy.Key())];
        if (arena.Length < 2) return [];
        var arms = arena.SelectMany(t => t.Aggregates).Select(a => (a.Model, a.Objective)).Distinct()
            .GroupBy(a => a.Model).ByModel(g => g.Key).SelectMany(g => g.ByObjective(a => a.Objective));
        return [.. arms.SelectMany(arm => OfArm(arena, failures, arm.Model, arm.Objective))];
    }

    /// <summary>What a convention is called, in words that say what it does.</summary>
    public static string Name(ArenaConvention convention) => convention switch
    {
        ArenaConvention.SixTasks => "six tasks, a failed Path-X counted as 50",
        ArenaConvention.FiveTasks => "five tasks, without Path-X",
        _ => "tasks that finished, whichever they are",
    };

    /// <summary>Published averages that were taken alike; none for those over whatever finished.</summary>
    internal static IReadOnlyList<PublishedResult> Published(ArenaConvention convention) =>
    [
        .. PublishedResults.Of(PublishedResults.Average).Where(part => convention switch
        {
            // With a Path-X that did not fail, both parts are the same mean of six.
            ArenaConvention.SixTasks => part.Key is "six tasks" or "six tasks, a failed Path-X counted as 50",
            ArenaConvention.FiveTasks => part.Key == "five tasks, without Path-X",
            _ => false,
        }).SelectMany(part => part),
    ];

    private static IEnumerable<ArenaAverage> OfArm(TaskSummary[] arena, IReadOnlyList<FailedCell> failures, string model, string objective)
    {
        var scores = arena.Select(t => (Task: t.Name, t.Arm(model, objective)?.Estimate)).Where(s => s.Estimate is not null).ToDictionary(s => s.Task, s => s.Estimate!);
        if (scores.Count < 2) yield break;

        if (!WithoutPathX.All(scores.ContainsKey))
        {
            string[] finished = [.. WithoutPathX.Append(PathX).Where(scores.ContainsKey)];
            yield return Mean(ArenaConvention.Finished, finished, finished, finished.Length);
            yield break;
        }
        yield return Mean(ArenaConvention.FiveTasks, WithoutPathX, WithoutPathX, 5);
        bool isFailed = failures.Any(f => f.Task == PathX && f.Model == model && f.Objective == objective);
        if (scores.ContainsKey(PathX)) yield return Mean(ArenaConvention.SixTasks, [.. WithoutPathX, PathX], [.. WithoutPathX, PathX], 6);
        // Guessing has no uncertainty.
        else if (isFailed) yield return Mean(ArenaConvention.SixTasks, [.. WithoutPathX, PathX], WithoutPathX, 6, ChanceOfPathX);

        ArenaAverage Mean(ArenaConvention convention, string[] tasks, string[] scored, int count, double constant = 0) =>
            new(convention, model, objective, tasks, OfMean([.. scored.Select(t => scores[t])], count, constant));
    }

    // Tasks are independent: other data, other weights. Variances add, Satterthwaite's degrees of freedom.
    private static Interval OfMean(CrossedEstimate[] estimates, int count, double constant)
    {
        double mean = (estimates.Sum(e => e.Mean) + constant) / count, variance = estimates.Sum(e => e.Variance) / (count * (double)count);
        if (estimates.Any(e => e.DegreesOfFreedom <= 0)) return new Interval(null, mean, null, estimates.Min(e => e.N));
        double spread = estimates.Sum(e => e.Variance * e.Variance / e.DegreesOfFreedom) / Math.Pow(count, 4);
        double degrees = spread > 0 ? variance * variance / spread : estimates.Min(e => e.DegreesOfFreedom);
        return new CrossedEstimate(mean, variance, degrees, estimates.Min(e => e.N)).Interval().Within(0, 1);
    }
}

/// <summary>How an average over Long Range Arena is taken.</summary>
public enum ArenaConvention
{
    /// <summary>Mean of six accuracies; where Path-X was tried and failed, 50 % stands for it.</summary>
    SixTasks,

    /// <summary>Mean of five accuracies, as in the article that introduced the tasks.</summary>
    FiveTasks,

    /// <summary>Mean over the tasks that have a score. Different arms may have different tasks: not for comparing.</summary>
    Finished,
}

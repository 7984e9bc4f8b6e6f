using Lengthwise.Experiments;
using Lengthwise.Statistics;

namespace Lengthwise.Reports;

/// <summary>Models under one objective, ranked within blocks: tasks, or the seeds of the only task.</summary>
/// <param name="Objective">Objective of all of them.</param>
/// <param name="Models">Models, in the order of <see cref="AverageRanks.Ranks"/>.</param>
/// <param name="Blocks">Names of the blocks.</param>
/// <param name="AreTasks">Whether blocks are tasks; else they are seeds, and nothing is said about other tasks.</param>
/// <param name="Ranks">Average ranks and their tests.</param>
public sealed record RankComparison(string Objective, IReadOnlyList<string> Models, IReadOnlyList<string> Blocks, bool AreTasks, AverageRanks Ranks)
{
    private const int FewestModels = 3;

    /// <summary>One comparison an objective that at least three models have in at least two blocks.</summary>
    internal static IReadOnlyList<RankComparison> Of(IReadOnlyList<TaskSummary> all)
    {
        // Fewer labels of the same task are no further task.
        TaskSummary[] tasks = [.. all.Where(t => !LabelTrend.IsSubset(t))];
        string[] objectives = [.. tasks.SelectMany(t => t.Objectives).Distinct().ByObjective(o => o)];
        return [.. objectives.Select(o => tasks.Length == 1 ? OfSeeds(tasks[0], o) : OfTasks(tasks, o)).OfType<RankComparison>()];
    }

    // A block is a task with its mean over seeds: seeds of one task are no further tasks (Demšar, 2006, section 3.2).
    private static RankComparison? OfTasks(IReadOnlyList<TaskSummary> tasks, string objective)
    {
        TaskSummary[] scored = [.. tasks.Where(t => t.Aggregates.Any(a => a.Objective == objective && a.Test is not null))];
        return Of(objective, [.. scored.Select(t => t.Name)], true,
            [.. scored.Select(t => t.Aggregates.Where(a => a.Objective == objective && a.Test is not null).ToDictionary(a => a.Model, a => (t.HigherIsBetter ? 1 : -1) * a.Test!.Mean))]);
    }

    private static RankComparison? OfSeeds(TaskSummary task, string objective)
    {
        IGrouping<long, RunRecord>[] seeds = [.. task.Cells.Where(c => c.Objective == objective && Arms.HasTest(c)).GroupBy(c => c.Seed).OrderBy(g => g.Key)];
        // Seeds that not all models have are left out, as in every paired comparison.
        int most = seeds.Select(s => s.Count()).DefaultIfEmpty(0).Max();
        seeds = [.. seeds.Where(s => s.Count() == most)];
        return Of(objective, [.. seeds.Select(s => $"seed {s.Key.ToString(System.Globalization.CultureInfo.InvariantCulture)}")], false,
            [.. seeds.Select(s => s.ToDictionary(c => c.Model, c => (task.HigherIsBetter ? 1 : -1) * c.Test!.Value))]);
    }

    private static RankComparison? Of(string objective, string[] blocks, bool areTasks, Dictionary<string, double>[] scores)
    {
        if (blocks.Length < 2) return null;
        string[] models = [.. scores.SelectMany(s => s.Keys).Distinct().Where(m => scores.All(s => s.ContainsKey(m))).ByModel(m => m)];
        return models.Length < FewestModels
            ? null
            : new RankComparison(objective, models, blocks, areTasks, AverageRanks.Of([.. scores.Select(s => models.Select(m => s[m]).ToArray())]));
    }
}

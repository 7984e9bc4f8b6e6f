using Lengthwise.Experiments;

namespace Lengthwise.Reports;

/// <summary>The names that a comparison turns on, and the one order in which tables, figures and files show its arms.</summary>
internal static class Arms
{
    /// <summary>Labels alone, for the budget of fine-tuning.</summary>
    public const string Scratch = "scratch";

    /// <summary>Labels alone, for the budget of both phases; gains are measured against it where a model has it.</summary>
    public const string MatchedScratch = "scratch-matched";

    /// <summary>The model that gaps are measured against where it takes part.</summary>
    public const string ReferenceModel = "transformer";

    private static readonly string[] KnownObjectives = [Scratch, MatchedScratch, "masked", "causal"];

    /// <summary>Whether an objective knows no pretraining.</summary>
    public static bool IsScratch(string objective) => objective is Scratch or MatchedScratch;

    /// <summary>The reference model first, then by name.</summary>
    public static IOrderedEnumerable<T> ByModel<T>(this IEnumerable<T> items, Func<T, string> model) =>
        items.OrderBy(i => model(i) != ReferenceModel).ThenBy(model, StringComparer.Ordinal);

    /// <summary>From scratch, masked, causal, each followed by its variants, then others by name.</summary>
    public static IOrderedEnumerable<T> ByObjective<T>(this IEnumerable<T> items, Func<T, string> objective) =>
        items.OrderBy(i => Rank(objective(i))).ThenBy(objective, StringComparer.Ordinal);

    /// <summary>By task, model, objective, seed, learning rate and name of the run: nothing is left to the order of completion.</summary>
    public static IReadOnlyList<RunRecord> Sorted(IEnumerable<RunRecord> runs) =>
    [
        .. runs.OrderBy(r => r.Task, StringComparer.Ordinal)
            .ThenBy(r => r.Model != ReferenceModel).ThenBy(r => r.Model, StringComparer.Ordinal)
            .ThenBy(r => Rank(r.Objective)).ThenBy(r => r.Objective, StringComparer.Ordinal)
            .ThenBy(r => r.Seed).ThenBy(r => r.Lr).ThenBy(r => r.Run, StringComparer.Ordinal)
    ];

    /// <summary>Whether a cell has a test score that is a number.</summary>
    public static bool HasTest(RunRecord cell) => cell.Test is { } test && double.IsFinite(test);

    /// <summary>Whether a cell's task has no labels, so that it ended after pretraining.</summary>
    public static bool IsPretrainingAlone(RunRecord cell) => cell.Diagnoses.Any(d => d.Code == "no-labels");

    private static int Rank(string objective)
    {
        int known = Array.FindLastIndex(KnownObjectives, k => objective == k || (!IsScratch(k) && objective.StartsWith(k + "-", StringComparison.Ordinal)));
        return known < 0 ? KnownObjectives.Length : known;
    }
}

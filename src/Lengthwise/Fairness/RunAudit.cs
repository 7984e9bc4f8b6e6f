using System.Globalization;
using Lengthwise.Experiments;
using Lengthwise.Recipes;
using Lengthwise.Reports;
using Lengthwise.Statistics;

namespace Lengthwise.Fairness;

/// <summary>
/// Holds what a finished run says against its own files and against the plan: a record that was edited, a cell of another comparison, a score that
/// its predictions do not give.
/// </summary>
public static class RunAudit
{
    private const double Tolerance = 1e-6;
    private const int MostNamed = 3;

    // They change no number.
    private static readonly string[] Harmless = ["run.checkpoint_seconds", "run.log_steps"];
    private static readonly string[] Tuned = ["optimizer.lr", "pretraining.lr"], Batches = ["optimizer.batch_size", "pretraining.batch_size"];

    /// <summary>What is wrong with a run by itself.</summary>
    /// <param name="run">Its folder.</param>
    /// <param name="record">Its record.</param>
    /// <param name="metrics">Its metrics; none when the file is missing.</param>
    /// <param name="predictions">Its predictions; null when there are none.</param>
    public static IEnumerable<FairnessWarning> OfRun(RunFolder run, RunRecord record, IReadOnlyList<MetricLine> metrics, Predictions? predictions)
    {
        string task = record.Labelled().Task;
        if (!RunRecordFile.IsAsWritten(run.ResultPath))
            yield return new("record-edited", task, $"The record of '{run.Name}' is not as Lengthwise wrote it: its checksum does not fit.");
        string[] contradictions =
        [
            .. File.Exists(run.RecipePath) ? WithRecipe(record, RecipeText.Settings(File.ReadAllText(run.RecipePath))) : [],
            .. WithMetrics(record, metrics), .. WithPredictions(record, predictions),
        ];
        if (contradictions.Length > 0)
            yield return new("record-contradicts-run", task, $"'{run.Name}' contradicts itself: {Named(contradictions)}.");
        if (record.SelectedOn is not ("" or "validation"))
            yield return new("selection-split", task, $"The weights of '{run.Name}' were selected on the {record.SelectedOn} split, expected validation.");
    }

    /// <summary>What of a cell or trial is not as planned.</summary>
    /// <param name="run">Its folder.</param>
    /// <param name="arm">The arm of the plan.</param>
    /// <param name="seed">Its seed in the plan.</param>
    /// <param name="share">Share of the arm's budget that it has; less than 1 in early rounds of tuning.</param>
    internal static IEnumerable<FairnessWarning> WithPlan(RunFolder run, StoredArm arm, long seed, double share = 1)
    {
        if (!File.Exists(run.RecipePath)) yield break;
        SortedDictionary<string, string> planned = RecipeText.Settings(arm.Recipe), found = RecipeText.Settings(File.ReadAllText(run.RecipePath));
        planned["run.seed"] = seed.ToString(CultureInfo.InvariantCulture);
        foreach (string key in (string[])["budget.pretrain", "budget.finetune"])
            if (share < 1 && double.TryParse(planned.GetValueOrDefault(key), CultureInfo.InvariantCulture, out double whole)) planned[key] = RecipeNumber.ToText(share * whole);
        IEnumerable<string> free = arm.Tuning.Points.Count == 0 ? Harmless : arm.Tuning.Points.Any(p => p.BatchSize is not null) ? [.. Harmless, .. Tuned, .. Batches] : [.. Harmless, .. Tuned];
        string[] differences =
        [
            .. from key in planned.Keys.Union(found.Keys).Except(free)
               let here = found.GetValueOrDefault(key, "absent")
               let expected = planned.GetValueOrDefault(key, "absent")
               where here != expected
               select $"{key} is {here}, planned {expected}",
        ];
        if (differences.Length > 0)
            yield return new("cell-differs-from-plan", arm.Task, $"'{run.Name}' is no run of this plan: {Named(differences)}.");
    }

    private static IEnumerable<string> WithRecipe(RunRecord record, SortedDictionary<string, string> recipe)
    {
        (string Key, string Recorded)[] texts =
            [("task.name", record.Task), ("model.name", record.Model), ("objective.name", record.Objective), ("budget.unit", record.Budget is { } b ? Naming.ToKey(b.Unit) : "")];
        foreach ((string key, string recorded) in texts)
            if (recorded.Length > 0 && recipe.TryGetValue(key, out string? asked) && asked.Trim('"') != recorded) yield return $"{key} is '{recorded}' in its record and {asked} in its recipe";
        (string Key, double? Recorded)[] numbers =
        [
            ("run.seed", record.Seed), ("run.threads", record.Threads > 0 ? record.Threads : null), ("optimizer.lr", record.Lr > 0 ? record.Lr : null),
            ("optimizer.batch_size", record.BatchSize > 0 ? record.BatchSize : null), ("budget.pretrain", record.Budget?.Pretrain), ("budget.finetune", record.Budget?.Finetune),
            ("budget.evaluations", record.Budget?.Evaluations), ("data.fraction", record.Budget is null ? null : record.DataFraction),
        ];
        foreach ((string key, double? recorded) in numbers)
            if (recorded is { } value && recipe.TryGetValue(key, out string? asked) && double.TryParse(asked.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture, out double number) && number != value)
                yield return $"{key} is {Text(value)} in its record and {asked} in its recipe";
    }

    private static IEnumerable<string> WithMetrics(RunRecord record, IReadOnlyList<MetricLine> metrics)
    {
        // A run whose loss left the numbers ends between two lines.
        if (metrics.Count == 0 || record.Validation is null) yield break;
        foreach ((string phase, long steps) in new[] { ("pretrain", record.PretrainSteps), ("finetune", record.FinetuneSteps) })
        {
            long last = metrics.Where(m => m.Phase == phase && m.Split != "test").Select(m => m.Step).DefaultIfEmpty(0).Max();
            if (last != steps) yield return $"{phase} took {Text(steps)} steps by its record and {Text(last)} by its metrics";
        }
        MetricLine[] validations = [.. metrics.Where(m => m is { Phase: "finetune", Split: "validation", Metric: { } value } && double.IsFinite(value))];
        if (validations.Length > 0)
        {
            double best = record.HigherIsBetter ? validations.Max(m => m.Metric!.Value) : validations.Min(m => m.Metric!.Value);
            if (!Close(best, record.Validation.Value)) yield return $"its best validation is {Text(record.Validation.Value)} by its record and {Text(best)} by its metrics";
            else if (!validations.Any(m => m.Step == record.SelectedStep && Close(m.Metric!.Value, best))) yield return $"the weights are those of step {Text(record.SelectedStep)}, which is not its best on validation";
        }
        MetricLine[] tests = [.. metrics.Where(m => m.Split == "test")];
        if (tests.Length > 1) yield return $"the test split was read {tests.Length} times";
        if (tests is [{ Metric: { } test }] && record.Test is { } score && double.IsFinite(test) && !Close(test, score))
            yield return $"its test score is {Text(score)} by its record and {Text(test)} by its metrics";
    }

    private static IEnumerable<string> WithPredictions(RunRecord record, Predictions? predictions)
    {
        if (predictions is null || record.Test is not { } test || Metrics.Find(record.Metric) is not { } metric) yield break;
        if (predictions is ClassPredictions != Metrics.OfClasses.Contains(metric)) yield break;
        double score = predictions.Score(metric);
        if (double.IsFinite(score) && !Close(score, test)) yield return $"its test score is {Text(test)} by its record and {Text(score)} by its predictions";
    }

    private static bool Close(double a, double b) => Math.Abs(a - b) <= Tolerance * Math.Max(1, Math.Max(Math.Abs(a), Math.Abs(b)));

    private static string Named(string[] items) => string.Join("; ", items.Take(MostNamed)) + (items.Length > MostNamed ? $"; and {items.Length - MostNamed} more" : "");

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}

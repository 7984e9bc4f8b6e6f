using Lengthwise.Experiments;
using Lengthwise.Recipes;

namespace Lengthwise.Reports;

/// <summary>Looks at finished cells for what would let an arm win for another reason than the one compared.</summary>
internal static class FairnessCheck
{
    // Two models within 2 % of a target differ by a little more than 4 %.
    private const double ParameterTolerance = 1.1, MatchedTolerance = 1.02 / 0.98;

    /// <summary>All warnings of a comparison, those of the whole first, then task by task.</summary>
    public static IReadOnlyList<FairnessWarning> Of(ComparisonData data, IReadOnlyList<TaskSummary> tasks) =>
        [.. OfMachines(data.Cells), .. tasks.SelectMany(t => OfTask(t, data))];

    private static IEnumerable<FairnessWarning> OfMachines(IReadOnlyList<RunRecord> cells)
    {
        if (Differing(cells, c => c.Threads.ToString(System.Globalization.CultureInfo.InvariantCulture)) is { } threads)
            yield return new("threads-differ", "", $"Cells ran with different numbers of threads: {threads}. Scores and times may differ for that reason alone.");
        if (Differing(cells, c => $"{c.Machine.Cpu}, {c.Machine.Cores} cores, {c.Machine.System}") is { } machines)
            yield return new("machine-differs", "", $"Cells ran on different machines: {machines}. Their times cannot be compared.");
        if (Differing(cells, c => $"Lengthwise {c.Machine.Lengthwise}, libtorch {c.Machine.LibTorch}, .NET {c.Machine.DotNet}") is { } versions)
            yield return new("versions-differ", "", $"Cells were made by different versions: {versions}.");
    }

    private static IEnumerable<FairnessWarning> OfTask(TaskSummary task, ComparisonData data) =>
    [
        .. OfData(task), .. OfBudget(task), .. OfSteps(task), .. OfPrecision(task), .. OfSeeds(task, data), .. OfDirection(task), .. OfSize(task, data.MatchesParameters), .. OfManyTests(task),
        .. OfTuning(task, [.. data.Trials.Where(t => t.Task == task.Name)]),
    ];

    private static IEnumerable<FairnessWarning> OfData(TaskSummary task)
    {
        if (Differing(task.Cells, c => $"version {c.TaskVersion}") is { } versions)
            yield return new("task-version-differs", task.Name, $"Scores of different task versions are not comparable: {versions}.");
        if (Differing(task.Cells, c => $"{c.Metric} ({(c.HigherIsBetter ? "higher" : "lower")} is better)") is { } metrics)
            yield return new("metric-differs", task.Name, $"Cells report different metrics and must not be compared: {metrics}.");
        foreach (string leak in task.Cells.SelectMany(c => c.DataNotes).Distinct().Where(n => n.StartsWith("leak:", StringComparison.Ordinal)))
            yield return new("data-leaks", task.Name, $"{Wording.FullSentence(leak["leak:".Length..].TrimStart())}");
        if (Differing(task.Cells, c => c.DataHash.Length > 12 ? c.DataHash[..12] : c.DataHash.Length > 0 ? c.DataHash : "unknown") is { } hashes)
            yield return new("data-differs", task.Name, $"Cells saw different data (SHA-256): {hashes}.");
    }

    private static IEnumerable<FairnessWarning> OfBudget(TaskSummary task)
    {
        RunRecord[] known = [.. task.Cells.Where(c => c.Budget is not null)];
        if (Differing(known.Where(c => !IsEqualFineTuning(c, task.Cells)), c => Budget(c.Budget!)) is { } budgets)
            yield return new("unequal-budget", task.Name, $"Arms had different budgets, pretraining included: {budgets}.");
        if (Differing(known, c => Wording.Count(c.Budget!.Evaluations)) is { } evaluations)
            yield return new("selection-differs", task.Name, $"Arms were evaluated differently often, and the best evaluation is kept: {evaluations}.");
    }

    // Single precision, since a budget that was divided and put together again may differ in its last digit.
    private static string Budget(BudgetSettings budget) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(float)(budget.Pretrain + budget.Finetune)} {Naming.ToKey(budget.Unit)}");

    private static IEnumerable<FairnessWarning> OfPrecision(TaskSummary task)
    {
        if (Differing(task.Cells.Where(c => c.Precision.Length > 0), c => c.Precision) is { } precisions)
            yield return new("precision-differs", task.Name, $"Cells computed in different precisions: {precisions}.");
        if (Differing(task.Cells.Where(c => c.KernelRoute.Length > 0), Kernels) is { } routes)
            yield return new("kernels-differ", task.Name, $"Cells ran on different kernels, which agree to rounding only: {routes}. Their times cannot be compared.");
    }

    private static string Kernels(RunRecord cell) => cell.KernelChoice.Count == 0
        ? cell.KernelRoute
        : $"{cell.KernelRoute} with {string.Join(", ", cell.KernelChoice.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key} by {c.Value}"))}";

    private static IEnumerable<FairnessWarning> OfSteps(TaskSummary task)
    {
        RunRecord[] lesser = [.. task.Cells.Where(c => IsEqualFineTuning(c, task.Cells))];
        string[] unmatched = [.. lesser.Select(c => c.Model).Distinct().Where(m => task.Arm(m, Arms.MatchedScratch) is null)];
        if (unmatched.Length > 0)
            yield return new(
                "scratch-not-matched", task.Name,
                $"Arms from scratch took as many steps on labels as the pretrained ones ({Wording.Count(lesser[0].FinetuneSteps)}) and were charged nothing for pretraining: the gain of "
                + $"{Wording.Join(unmatched)} is not one at equal compute. The objective '{Arms.MatchedScratch}' spends both budgets on labels.");
        // Budgets in other units are not meant to take the same steps.
        if (task.Cells.Any(c => c.Budget is { Unit: BudgetUnit.Tokens or BudgetUnit.Flops or BudgetUnit.Seconds })) yield break;
        if (Differing(task.Cells.Except(lesser), c => Wording.Count(c.PretrainSteps + c.FinetuneSteps)) is { } steps)
            yield return new("unequal-steps", task.Name, $"Arms took different numbers of steps, pretraining included: {steps}.");
    }

    /// <summary>
    /// Whether a cell from scratch did what the pretrained cells of its model did on labels, and nothing for their pretraining; where none was pretrained, the arm
    /// with both budgets beside it shows that this is meant.
    /// </summary>
    private static bool IsEqualFineTuning(RunRecord cell, IReadOnlyList<RunRecord> cells)
    {
        if (cell.Objective != Arms.Scratch || cell.PretrainSteps > 0) return false;
        RunRecord[] own = [.. cells.Where(c => c.Model == cell.Model)], pretrained = [.. own.Where(c => c.PretrainSteps > 0)];
        return pretrained.Length == 0
            ? own.Any(c => c.Objective == Arms.MatchedScratch)
            : pretrained.All(p => cell.Budget is { } a && p.Budget is { } b ? (a.Unit, a.Finetune) == (b.Unit, b.Finetune) : p.FinetuneSteps == cell.FinetuneSteps);
    }

    private static IEnumerable<FairnessWarning> OfSeeds(TaskSummary task, ComparisonData data)
    {
        FailedCell[] failed = [.. data.Failures.Where(f => f.Task == task.Name)];
        int unscored = task.Cells.Count(c => !Arms.HasTest(c) && !Arms.IsPretrainingAlone(c));
        if (failed.Length + unscored > 0)
            yield return new(
                "seeds-failed", task.Name,
                $"{failed.Length + unscored} of {task.Cells.Count + failed.Length} cells have no test score; means are over the others and may flatter the arm that failed.");
        if (Differing(task.Cells.Where(Arms.HasTest).GroupBy(Arm), g => string.Join(", ", g.Select(c => c.Seed)), g => g.Key) is { } seeds)
            yield return new("seeds-differ", task.Name, $"Arms have different seeds; differences use the common ones: {seeds}.");
        if (task.Aggregates.All(a => a.Seeds.Count == 1))
            yield return new("one-seed", task.Name, "One seed has no interval: nothing here can be told from luck.");
        string[] withoutScratch = [.. task.Models.Where(m => task.Arm(m, Arms.Scratch) is null && task.Arm(m, Arms.MatchedScratch) is null && task.Aggregates.Any(a => a.Model == m))];
        if (withoutScratch.Length > 0 && task.Objectives.Any(o => !Arms.IsScratch(o)))
            yield return new("no-scratch-arm", task.Name, $"Without a scratch arm no gain can be stated for {Wording.Join([.. withoutScratch])}.");
    }

    private static IEnumerable<FairnessWarning> OfDirection(TaskSummary task)
    {
        string[] mixed = [.. task.Gains.Where(g => g.IncludesDirection).Select(g => $"{g.Model} {g.Objective}")];
        if (mixed.Length > 0)
            yield return new(
                "direction-differs", task.Name,
                $"The gain of {Wording.Join(mixed)} includes the change between a bidirectional and a causal model, not pretraining alone.");
    }

    private static IEnumerable<FairnessWarning> OfSize(TaskSummary task, bool isMatched)
    {
        foreach (IGrouping<string, RunRecord> model in task.Cells.Where(c => c.Parameters > 0).GroupBy(c => c.Model))
            if (Differing(model, c => Wording.Count(c.Parameters)) is { } ownSizes)
                yield return new("arm-parameters-differ", task.Name, $"Arms of {model.Key} have different numbers of trainable parameters: {ownSizes}.");
        // Several sizes of each model are compared size by size.
        foreach (IGrouping<string, RunRecord> size in task.Cells.Where(c => c.Parameters > 0).GroupBy(c => SizeOf(c.Model)))
        {
            double ratio = (double)size.Max(c => c.Parameters) / size.Min(c => c.Parameters);
            if (ratio <= (isMatched ? MatchedTolerance : ParameterTolerance) || Differing(size, c => Wording.Count(c.Parameters), c => c.Model) is not { } sizes) continue;
            yield return isMatched
                ? new("parameters-not-matched", task.Name, $"Models were to have as many trainable parameters within 2 % and have not: {sizes}.")
                : new("parameters-differ", task.Name, $"Models differ in trainable parameters by more than a tenth: {sizes}.");
        }
    }

    /// <summary>The ending of a model's label that says its size, such as <c>-0.5x</c>; empty for the model itself.</summary>
    private static string SizeOf(string model)
    {
        int dash = model.LastIndexOf('-');
        return dash > 0 && model[^1] == 'x' && double.TryParse(model.AsSpan(dash + 1, model.Length - dash - 2), System.Globalization.CultureInfo.InvariantCulture, out _) ? model[dash..] : "";
    }

    private static IEnumerable<FairnessWarning> OfManyTests(TaskSummary task)
    {
        string[] lost = [.. task.Gains.Where(g => g.Seen && g.HolmPValue >= 0.05).Select(g => $"{g.Model} {g.Objective}")];
        if (lost.Length > 0)
            yield return new(
                "many-tests", task.Name,
                $"{task.Gains.Count} gains were tested at 5 % each; corrected for that (Holm), these are no longer seen: {Wording.Join(lost)}.");
    }

    private static IEnumerable<FairnessWarning> OfTuning(TaskSummary task, IReadOnlyList<RunRecord> trials)
    {
        string[] several = [.. task.Aggregates.Where(a => a.LearningRates.Count > 1).Select(a => $"{a.Model} {a.Objective} ({Wording.Rates(a.LearningRates)})")];
        if (several.Length > 0)
            yield return new("lr-differs", task.Name, $"Seeds of one arm used different learning rates: {Wording.Join(several)}.");
        if (trials.Count == 0) yield break;

        Dictionary<string, RunRecord[]> byArm = trials.GroupBy(Arm).ToDictionary(g => g.Key, g => g.ToArray());
        var counts = task.Aggregates.Select(a => (Arm: $"{a.Model} {a.Objective}", Trials: byArm.GetValueOrDefault($"{a.Model} {a.Objective}", []).Length)).ToArray();
        if (counts.Select(c => c.Trials).Distinct().Count() > 1)
            yield return new(
                "trials-differ", task.Name,
                $"Arms were tuned with different numbers of trials: {string.Join("; ", counts.GroupBy(c => c.Trials).Select(g => $"{g.Key} ({Wording.Join([.. g.Select(c => c.Arm)])})"))}.");
        string[] atEdge = [.. task.Aggregates.Where(a => IsAtEdge(a, byArm.GetValueOrDefault($"{a.Model} {a.Objective}", []))).Select(a => $"{a.Model} {a.Objective} ({Wording.Rates(a.LearningRates)})")];
        if (atEdge.Length > 0)
            yield return new("lr-at-edge", task.Name, $"The chosen learning rate lies at the edge of the grid, so a better one may lie outside: {Wording.Join(atEdge)}.");
    }

    private static bool IsAtEdge(Aggregate arm, RunRecord[] trials)
    {
        double[] grid = [.. trials.Select(t => t.Lr).Distinct().Order()];
        return grid.Length > 2 && arm.LearningRates is [var chosen] && (chosen == grid[0] || chosen == grid[^1]);
    }

    private static string Arm(RunRecord cell) => $"{cell.Model} {cell.Objective}";

    private static string? Differing(IEnumerable<RunRecord> cells, Func<RunRecord, string> value, Func<RunRecord, string>? name = null) =>
        Differing<RunRecord>(cells, value, name ?? Arm);

    /// <summary>Each value with those who have it: <c>1,200 (s4d scratch); 1,000 (s4d masked)</c>; null when all agree.</summary>
    private static string? Differing<T>(IEnumerable<T> items, Func<T, string> value, Func<T, string> name)
    {
        IGrouping<string, T>[] values = [.. items.GroupBy(value)];
        if (values.Length < 2) return null;
        return string.Join("; ", values.Select(v => $"{v.Key} ({Wording.Join(Few([.. v.Select(name).Distinct()]))})"));
    }

    private static string[] Few(string[] names) => names.Length <= 4 ? names : [.. names.Take(3), $"{names.Length - 3} more"];
}

using System.Globalization;
using Lengthwise.Experiments;
using Lengthwise.Recipes;
using Lengthwise.Reports;

namespace Lengthwise.Fairness;

/// <summary>Looks at a plan, before anything is trained, for what would let an arm win for another reason than the one compared.</summary>
public static class PlanFairness
{
    /// <summary>All findings, task by task.</summary>
    public static IReadOnlyList<FairnessWarning> Of(ComparisonPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return [.. plan.Arms.GroupBy(a => a.TaskLabel).SelectMany(task => OfTask(task.Key, [.. task]))];
    }

    private static IEnumerable<FairnessWarning> OfTask(string task, ArmPlan[] arms)
    {
        // The arm with equal fine-tuning has less by design, and its name says so.
        ArmPlan[] charged = [.. arms.Where(a => !IsEqualFineTuning(a, arms))];
        if (Differing(charged, Budget) is { } budgets)
            yield return new("unequal-budget", task, $"Arms have different budgets, pretraining included: {budgets}.");
        if (Differing(charged.Where(a => a.Recipe.Budget.Unit == BudgetUnit.Epochs && a.Objective != ObjectiveKind.Scratch && a.Recipe.Data.Fraction < 1), Rows) is { } rows)
            yield return new("unequal-budget", task, $"An epoch of pretraining is not the same in all arms, since they read different rows: {rows}. A budget in steps, tokens or operations is.");
        if (Differing(arms, a => Text(a.Recipe.Budget.Evaluations)) is { } evaluations)
            yield return new("selection-differs", task, $"Arms are evaluated differently often, and the best evaluation is kept: {evaluations}.");
        if (Differing(arms, Trials) is { } trials)
            yield return new("trials-differ", task, $"Arms are tuned differently: {trials}.");
        if (Differing(arms, a => a.Recipe.Labels.Metric is { } metric ? Naming.ToKey(metric) : "the task's") is { } metrics)
            yield return new("metric-differs", task, $"Arms are selected and scored by different metrics: {metrics}.");
        if (Differing(arms, a => $"{Naming.ToKey(a.Recipe.Labels.Sampling)}, {Naming.ToKey(a.Recipe.Labels.ClassWeights)}") is { } labels)
            yield return new("labels-differ", task, $"Arms sample or weigh labels differently: {labels}.");
        if (Differing(arms, a => Text(a.Recipe.Run.Threads)) is { } threads)
            yield return new("threads-differ", task, $"Arms run with different numbers of threads: {threads}. Their times cannot be compared.");
        string[] unmatched = [.. arms.Where(a => IsEqualFineTuning(a, arms) && !arms.Any(m => m.ModelLabel == a.ModelLabel && m.Objective == ObjectiveKind.ScratchMatched)).Select(a => a.ModelLabel).Distinct()];
        if (unmatched.Length > 0)
            yield return new(
                "scratch-not-matched", task,
                $"'scratch' is charged for fine-tuning alone, the pretrained arms for both phases: gains of {string.Join(", ", unmatched)} will not be gains at equal compute. "
                + "'scratch-matched' is the arm that spends both budgets on labels.");
    }

    /// <summary>Whether an arm from scratch gets what the labels have after pretraining; where nothing is pretrained, the arm with both budgets beside it shows that this is meant.</summary>
    private static bool IsEqualFineTuning(ArmPlan arm, ArmPlan[] arms)
    {
        if (arm.Objective != ObjectiveKind.Scratch) return false;
        ArmPlan[] own = [.. arms.Where(a => a.ModelLabel == arm.ModelLabel && a.Recipe.Budget.Unit == arm.Recipe.Budget.Unit)];
        return own.Any(a => a.Objective.Pretrains())
            ? own.Any(a => a.Objective.Pretrains() && a.Recipe.Budget.Finetune == arm.Recipe.Budget.Finetune)
            : own.Any(a => a.Objective == ObjectiveKind.ScratchMatched);
    }

    private static string Budget(ArmPlan arm)
    {
        BudgetSettings budget = arm.Recipe.Budget;
        return string.Create(CultureInfo.InvariantCulture, $"{(float)(budget.Pretrain + budget.Finetune)} {Naming.ToKey(budget.Unit)}");
    }

    private static string Rows(ArmPlan arm) => Naming.ToKey(arm.Recipe.Data.PretrainOn);

    private static string Trials(ArmPlan arm) => arm.Tuning.TrialCount == 0 ? "no trial" : $"{Text(arm.Tuning.TrialCount)} trials{(arm.Tuning.Rounds > 1 ? $" in {Text(arm.Tuning.Rounds)} rounds" : "")}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Each value with the arms that have it; null when all agree.</summary>
    private static string? Differing(IEnumerable<ArmPlan> arms, Func<ArmPlan, string> value)
    {
        IGrouping<string, ArmPlan>[] values = [.. arms.GroupBy(value)];
        return values.Length < 2 ? null : string.Join("; ", values.Select(v => $"{v.Key} ({Few([.. v.Select(a => $"{a.ModelLabel} {a.ObjectiveLabel}")])})"));
    }

    private static string Few(string[] names) => string.Join(", ", names.Length <= 4 ? names : [.. names.Take(3), $"{names.Length - 3} more"]);
}

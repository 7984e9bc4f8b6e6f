using System.Globalization;
using Lengthwise.Experiments;
using Lengthwise.Recipes;

namespace Lengthwise.Cli.Comparing;

/// <summary>The budgets and rules of a plan, as sentences for the plan and the report.</summary>
internal static class PlanNotes
{
    /// <summary>The sentences; they depend on settings only.</summary>
    public static IEnumerable<string> Of(ComparisonPlan plan)
    {
        foreach (IGrouping<string, ArmPlan> same in plan.Arms.GroupBy(Budget))
        {
            string whose = string.Join(", ", same.GroupBy(a => a.TaskLabel).Select(g => $"{g.Key} ({string.Join(", ", g.Select(a => a.ModelLabel).Distinct())})"));
            yield return $"Budget of a run on {whose}: {same.Key}.";
        }
        foreach (string note in Scratch(plan)) yield return note;
        foreach ((string grid, long seed) in plan.Arms.Where(a => a.LrGrid.Count > 1).Select(a => (Rates(a), a.TuningSeed)).Distinct())
            yield return string.Create(CultureInfo.InvariantCulture, $"Each arm's learning rate is the one of {grid} that is best on validation with seed {seed}, which is not compared.");
        foreach ((string rate, _) in plan.Arms.Where(a => a.LrGrid.Count == 1).Select(a => (Rates(a), a.TuningSeed)).Distinct())
            yield return $"The learning rate is {rate} in every arm, without tuning.";
        foreach (string search in plan.Arms.Where(a => a.LrGrid.Count == 0 && a.Tuning.TrialCount > 0).Select(Search).Distinct()) yield return search;
        if (plan.Arms.Any(a => a.Tuning.Points.Count == 0)) yield return "Learning rates are the preset's, without tuning.";
        yield return "Validation selects the weights of each run; the test split is read once, at its end.";
        if (plan.Arms.All(a => a.AllCausal)) yield return "Every model is unidirectional.";
        foreach (string remark in plan.Arms.Select(a => a.Model.Model.Remark).OfType<string>().Distinct()) yield return $"{remark}.";
        yield return string.Create(CultureInfo.InvariantCulture, $"Threads per run: {string.Join(", ", plan.Arms.Select(a => a.Model.Run.Threads).Distinct())}.");
    }

    // Which arm from scratch it is decides what a gain means, so it is said in words.
    private static IEnumerable<string> Scratch(ComparisonPlan plan)
    {
        bool pretrains = plan.Arms.Any(a => a.Objective.Pretrains());
        bool hasPlain = plan.Arms.Any(a => a.Objective == ObjectiveKind.Scratch), hasMatched = plan.Arms.Any(a => a.Objective == ObjectiveKind.ScratchMatched);
        if (pretrains) yield return "Pretraining reads the training inputs only.";
        foreach (string note in Data(plan)) yield return note;
        if (hasMatched) yield return "'scratch-matched' is compute-matched: the labels get the budget of both phases together, so that no arm is charged more than another.";
        if (hasPlain && pretrains) yield return "'scratch' has equal fine-tuning: the labels get the budget that they have after pretraining, and nothing for what pretraining costs.";
        if (hasPlain && hasMatched && pretrains) yield return "Gains are stated over 'scratch-matched' first, then over 'scratch'; which of the two is the stronger is said for each model.";
        if (plan.Arms.Any(a => a.Model.ModelLabel == a.Model.ModelName + "-random"))
            yield return "Models called '-random' begin without structure: every state-space parameter is drawn from N(0, 0.1²). Models without such parameters have one arm.";
    }

    private static IEnumerable<string> Data(ComparisonPlan plan)
    {
        double[] fractions = [.. plan.Arms.Select(a => a.Model.Data.Fraction).Distinct().Order()];
        if (fractions is [1]) yield break;
        string shares = string.Join(", ", fractions.Select(f => (100 * f).ToString("0.####", CultureInfo.InvariantCulture)));
        string rows = string.Join(" or ", plan.Arms.Where(a => a.Objective.Pretrains()).Select(a => Rows(a.Model.Data.PretrainOn)).Distinct());
        yield return $"Labels are those of {shares} % of the labelled training rows, of every class and nested for each seed; validation and test stay whole."
            + (rows.Length > 0 ? $" Pretraining reads {rows}." : "");
    }

    private static string Rows(PretrainingRows rows) => rows switch
    {
        PretrainingRows.Subset => "the rows whose labels are used",
        PretrainingRows.Labelled => "all rows with a label, used or not",
        _ => "all rows, with and without labels",
    };

    private static string Budget(ArmPlan arm)
    {
        BudgetSettings budget = arm.Model.Budget;
        string unit = Naming.ToKey(budget.Unit);
        return budget.Pretrain > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{budget.Pretrain} {unit} of pretraining and {budget.Finetune} on labels, {budget.Pretrain + budget.Finetune} in all")
            : string.Create(CultureInfo.InvariantCulture, $"{budget.Finetune} {unit} on labels");
    }

    private static string Search(ArmPlan arm)
    {
        Tuning tuning = arm.Tuning;
        string rates = string.Join(", ", tuning.Points.Select(p => p.Lr).Distinct().Select(lr => lr.ToString(CultureInfo.InvariantCulture)));
        string batches = string.Join(", ", tuning.Points.Select(p => p.BatchSize).OfType<int>().Distinct());
        string what = batches.Length > 0 ? $"learning rate and batch are the best of {rates} with batches of {batches}" : $"learning rate is the best of {rates}";
        string rounds = string.Join(", ", Enumerable.Range(0, tuning.Rounds).Select(r => string.Create(CultureInfo.InvariantCulture, $"{tuning.PointsIn(r)} with {100 * tuning.ShareIn(r):0.##} % of the budget")));
        string how = tuning.Rounds > 1 ? $", drawn at random and halved ({rounds})" : "";
        return string.Create(CultureInfo.InvariantCulture, $"Each arm's {what}{how}, on validation with seed {arm.TuningSeed}, which is not compared.");
    }

    private static string Rates(ArmPlan arm) => string.Join(", ", arm.LrGrid.Select(lr => lr.ToString(CultureInfo.InvariantCulture)));
}

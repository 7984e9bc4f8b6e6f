using System.Globalization;
using System.Text;
using Lengthwise.Cli.Output;
using Lengthwise.Experiments;
using Lengthwise.Recipes;
using Lengthwise.Reports;

namespace Lengthwise.Cli.Comparing;

/// <summary>The plan as a person reads it before it starts.</summary>
internal static class PlanText
{
    /// <summary>What the comparison's own process needs besides its runs.</summary>
    private const long OwnMemoryBytes = 120L << 20;

    /// <summary>The plan: what is compared, steps, budgets, how it is carried out, and an estimate.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="speeds">Measured speeds; a model without one has no estimate.</param>
    /// <param name="finished">Runs that are finished already.</param>
    /// <param name="width">Columns.</param>
    public static string Render(ComparisonRequest request, IReadOnlyDictionary<(string Task, string Model), Speed> speeds, int finished, int width)
    {
        ComparisonPlan plan = request.Plan;
        var text = new StringBuilder();
        text.AppendLine(Invariant($"{plan.CellCount} cells and {plan.TrialCount} tuning runs:"));
        text.AppendLine();
        text.Append(TextTable.Render(
            ["task", "model", "objective", "pretrain", "labels", "tuning", "seeds"],
            [.. plan.Arms.Select(a => (IReadOnlyList<string>)[
                a.TaskLabel, a.ModelLabel, a.ObjectiveLabel, Phase(a, speeds, a.Objective.Pretrains() ? a.Recipe.Budget.Pretrain : 0),
                Phase(a, speeds, a.Recipe.Budget.Finetune + (a.Objective == ObjectiveKind.ScratchMatched ? a.Recipe.Budget.Pretrain : 0)),
                a.Tuning.TrialCount == 0 ? "-" : a.LrGrid.Count > 0 ? Invariant($"{a.LrGrid.Count} rates") : Invariant($"{a.Tuning.TrialCount} trials"), Seeds(a)]),
             .. plan.NotApplicable.Select(n => (IReadOnlyList<string>)[n.Task, n.Model, n.Objective, "not applicable", "-", "-", "-"])],
            width));
        text.AppendLine();
        foreach (string note in request.Notes) Paragraph(text, note, width);
        foreach (InapplicableArm arm in plan.NotApplicable) Paragraph(text, $"Not applicable: {arm.Model} {arm.Objective} on {arm.Task}: {arm.Reason}.", width);
        Paragraph(text, Invariant($"Carried out {request.Options.Jobs} at a time with {request.Threads} thread(s) each on {Environment.ProcessorCount} cores, in processes of their own; one that crashes is started again up to {RunnerOptions.Retries} times."), width);
        Paragraph(text, Estimate(request, speeds, finished), width);
        foreach (FairnessWarning finding in request.Findings) Paragraph(text, $"{(finding.Refuses ? finding.IsAllowed ? "allowed" : "unfair" : "warning")} [{finding.Code}] {finding.Task}: {finding.Message}", width);
        text.Append("Folder: ").AppendLine(request.Folder.Directory.ToString());
        return text.ToString();
    }

    private static string Estimate(ComparisonRequest request, IReadOnlyDictionary<(string Task, string Model), Speed> speeds, int finished)
    {
        string already = finished > 0 ? Invariant($" {finished} runs are finished already.") : "";
        if (request.Plan.Arms.Any(a => !speeds.ContainsKey(Key(a)))) return $"No estimate: a model's speed could not be measured.{already}";
        double[] seconds = [.. request.Plan.Arms.SelectMany(a => Enumerable.Range(0, a.Tuning.Rounds).SelectMany(r => a.TrialsOf(r, (_, _) => null).Take(a.Tuning.PointsIn(r))).Concat(a.Cells(a.Tuning.Points.Count > 0 ? a.Tuning.Points[0] : null))
            .Where(r => !r.FolderIn(request.Folder).IsFinished).Select(r => speeds[Key(a)].SecondsOf(r.Recipe)))];
        int jobs = request.Options.Jobs;
        double longest = seconds.DefaultIfEmpty(0).Max();
        TimeSpan time = TimeSpan.FromSeconds(Math.Max(longest, seconds.Sum() / jobs));
        long memory = OwnMemoryBytes + speeds.Values.Select(s => s.PeakMemoryBytes).OrderDescending().Take(jobs).Sum() * Math.Max(1, jobs / Math.Max(1, speeds.Count));
        return $"Estimate from a few measured steps: {Amount.Time(time)}, {Amount.Bytes(memory)} of memory.{already}";
    }

    private static string Phase(ArmPlan arm, IReadOnlyDictionary<(string Task, string Model), Speed> speeds, double amount)
    {
        if (amount <= 0) return "-";
        BudgetUnit unit = arm.Recipe.Budget.Unit;
        if (unit != BudgetUnit.Seconds && speeds.TryGetValue(Key(arm), out Speed? speed)) return Invariant($"{speed.Steps(unit, amount)} steps");
        return Invariant($"{amount} {Naming.ToKey(unit)}");
    }

    private static (string, string) Key(ArmPlan arm) => (arm.TaskLabel, arm.ModelLabel);

    private static string Seeds(ArmPlan arm) => arm.Seeds.Count == 1 ? Invariant($"{arm.Seeds[0]}") : Invariant($"{arm.Seeds[0]}-{arm.Seeds[^1]}");

    private static void Paragraph(StringBuilder text, string sentence, int width)
    {
        int column = 0;
        foreach (string word in sentence.Split(' '))
        {
            if (column > 0 && column + 1 + word.Length > width)
            {
                text.AppendLine();
                column = 0;
            }
            if (column > 0) text.Append(' ');
            text.Append(word);
            column += word.Length + 1;
        }
        text.AppendLine();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

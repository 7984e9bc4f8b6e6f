using Lengthwise.Reports.Diagnoses;
using Lengthwise.Reports.Plots;

namespace Lengthwise.Reports.Html;

/// <summary>What arms cost, what they reached for it, and what it cost them to reach the same.</summary>
internal static class CostSection
{
    /// <summary>Writes table and figures.</summary>
    public static void Write(Markup page, TaskSummary task, string id)
    {
        page.Add($"<h3>Cost</h3>\n");
        bool hasFlops = task.Aggregates.Any(a => a.Flops > 0);
        Cell[] headings = ["Model", "Objective", "Parameters", "Pretraining steps", "Label steps", hasFlops ? "FLOPs" : "Total steps", "Time", "Tokens/s", "Peak memory", "Learning rate"];
        Table.Open(
            page, $"Cost on {task.Name}",
            "Mean over seeds; memory is the largest resident memory of the process over seeds. Seconds include evaluation, not the preparation of data."
                + (hasFlops ? " FLOPs are counted from shapes, padding included, evaluation not." : ""),
            headings, 2);
        foreach (IGrouping<string, Aggregate> model in task.Aggregates.GroupBy(a => a.Model))
            Table.Group(page, model.Key, 2,
            [
                .. model.Select(a => (IReadOnlyList<Cell>)
                [
                    a.Objective, Wording.Count(a.Parameters), Wording.Count(a.PretrainSteps), Wording.Count(a.FinetuneSteps),
                    hasFlops ? a.Flops > 0 ? Wording.Flops(a.Flops) : "–" : Wording.Count(a.PretrainSteps + a.FinetuneSteps), Wording.Duration(a.Seconds), Wording.Count(a.TokensPerSecond),
                    Wording.Memory(a.PeakMemoryBytes), Wording.Rates(a.LearningRates),
                ])
            ]);
        Table.Close(page);
        if (task.Aggregates.Count(a => a.Test is not null) > 1) Fronts(page, task, id);
        if (task.TargetCosts.Count > 0) Targets(page, task);
    }

    private static void Fronts(Markup page, TaskSummary task, string id)
    {
        (string Name, CostChart Chart)[] charts =
        [
            .. new (string, CostChart)[]
            {
                ("FLOPs", new CostChart { CostTitle = "floating-point operations of training", Cost = a => a.Flops, CostText = Wording.Flops }),
                ("time", new CostChart { CostTitle = "time", Cost = a => a.Seconds, CostText = Wording.Duration }),
                ("parameters", new CostChart { CostTitle = "parameters", Cost = a => a.Parameters, CostText = Wording.Short }),
            }.Where(c => task.Aggregates.Count(a => a.Test is not null && c.Item2.Cost(a) > 0) > 1),
        ];
        if (charts.Length == 0) return;
        page.Add($"<h4>Score against cost</h4>\n");
        AxisSwitch.Write(page, id + "-cost", "Cost in", [.. charts.Select((c, i) => (c.Name, Markup.Of(pane =>
            pane.Add($"<figure class=\"narrow\">\n{c.Chart.Render($"{id}-cost-chart-{Wording.Count(i)}", task)}<figcaption>Pretraining is charged. The line joins arms that no other beats in score and cost at once.</figcaption>\n</figure>\n"))))]);
    }

    private static void Targets(Markup page, TaskSummary task)
    {
        bool hasFlops = task.TargetCosts.Any(t => t.Flops is not null);
        page.Add($"<h4>Cost to reach a target</h4>\n");
        Table.Open(
            page, $"Cost to reach a target on {task.Name}",
            $"What an arm had spent, pretraining included, when its validation {task.Metric} first reached the target; geometric means over the seeds that did. "
                + "Targets are what the weakest arm and what half of the arms reach.",
            ["Target", "Model", "Objective", "Seeds that reached it", .. hasFlops ? (Cell[])["FLOPs"] : [], "Time", "Steps"], 3);
        foreach (IGrouping<double, TargetCost> target in task.TargetCosts.GroupBy(t => t.Target))
            Table.Group(page, task.Text.Score(target.Key), 3,
            [
                .. target.Select(t => (IReadOnlyList<Cell>)
                [
                    t.Model, t.Objective, $"{Wording.Count(t.Reached)} of {Wording.Count(t.OutOf)}", .. hasFlops ? (Cell[])[t.Flops is { } flops ? Wording.Flops(flops) : "–"] : [],
                    t.Seconds is { } seconds ? Wording.Duration(seconds) : "–", t.Steps is { } steps ? Wording.Count(steps) : "–",
                ])
            ]);
        Table.Close(page);
    }
}

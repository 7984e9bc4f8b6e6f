using Lengthwise.Experiments;
using Lengthwise.Reports.Plots;

namespace Lengthwise.Reports.Html;

/// <summary>The figures of one task: scores before and after, gains and gaps, learning curves of both phases.</summary>
internal static class TaskFigures
{
    private const int PointsOnPage = 40_000;

    /// <summary>Writes the figures that have something to show.</summary>
    public static void Write(Markup page, Summary summary, TaskSummary task, string id)
    {
        if (task.Aggregates.All(a => a.Test is null)) return;
        page.Add($"<div class=\"figures\">\n");
        Figure(page, ScoreChart.Render(id + "-scores", task), "Before and after.",
            "Large marks are means with 95 % intervals, small marks single seeds; hollow marks are models from scratch.");
        Effects(page, task, id);
        page.Add($"</div>\n");
        Curves(page, summary, task, id);
    }

    private static void Effects(Markup page, TaskSummary task, string id)
    {
        IntervalRow[] gains = [.. task.Gains.ByObjective(g => g.Objective).Select(g => new IntervalRow($"{g.Objective} − {g.Baseline}", g.Model, g.Difference, Style(task, g.Model, g.Objective)))];
        IntervalRow[] gaps = [.. task.Gaps.Select(g => new IntervalRow($"{g.Model} − {g.Reference}", g.Objective, g.Difference, Style(task, g.Model, g.Objective)))];
        if (gains.Length + gaps.Length == 0) return;

        string unit = task.Text.IsPercent ? "points" : task.Metric;
        page.Add($"<div>\n");
        if (gains.Length > 0)
            Figure(page, new IntervalChart { Title = $"{task.Name}: gain of pretraining", AxisTitle = $"gain of pretraining, {unit}", Text = task.Text }.Render(id + "-gains", gains),
                "Gain of pretraining.", "Difference to the same model from scratch, paired by seed, with 95 % interval. Right of the line is better.");
        if (gaps.Length > 0)
            Figure(page, new IntervalChart { Title = $"{task.Name}: gap between models", AxisTitle = $"gap, {unit}", Text = task.Text }.Render(id + "-gaps", gaps),
                "Gap between models.", "The same seeds under each objective. An interval across the line means that the order is open.");
        page.Add($"</div>\n");
    }

    private static void Curves(Markup page, Summary summary, TaskSummary task, string id)
    {
        int points = Math.Clamp(PointsOnPage / Math.Max(1, 2 * summary.Data.Cells.Count), 12, 200);
        var labels = task.Models.Select(m => (Heading: m, Series: LabelSeries(summary, task, m))).Where(p => p.Series.Length > 0).ToArray();
        var pretraining = task.Objectives.Where(o => !Arms.IsScratch(o)).Select(o => (Heading: o, Series: PretrainingSeries(summary, task, o))).Where(p => p.Series.Length > 0).ToArray();
        if (labels.Length + pretraining.Length == 0) return;

        page.Add($"<h3>Learning curves</h3>\n<div class=\"figures\">\n");
        for (int i = 0; i < labels.Length; i++)
            Figure(page, new LineChart
            {
                Heading = labels[i].Heading,
                ValueTitle = "validation " + task.Text.Heading,
                StepTitle = "steps on labels",
                Scale = task.Text.IsPercent ? 100 : 1,
                Chance = task.Chance,
                Values = Values(labels.SelectMany(p => p.Series)),
                LastStep = Last(labels.SelectMany(p => p.Series)),
                MostPoints = points,
            }.Render($"{id}-labels-{Wording.Count(i)}", labels[i].Series), "", "");
        page.Add($"<p class=\"note\">Label phase: thin lines are seeds, thick lines their mean. Arms that pretrained start after their pretraining steps, which this axis does not count.</p>\n</div>\n");
        if (pretraining.Length == 0) return;

        page.Add($"<div class=\"figures\">\n");
        for (int i = 0; i < pretraining.Length; i++)
            Figure(page, new LineChart
            {
                Heading = $"{pretraining[i].Heading} pretraining",
                ValueTitle = "validation loss",
                StepTitle = "pretraining steps",
                Values = Values(pretraining[i].Series),
                LastStep = Last(pretraining.SelectMany(p => p.Series)),
                MostPoints = points,
            }.Render($"{id}-pretraining-{Wording.Count(i)}", pretraining[i].Series), "", "");
        page.Add($"<p class=\"note\">Pretraining: thin lines are seeds, thick lines their mean. Losses of different objectives measure different things and are not comparable across panels.</p>\n</div>\n");
    }

    private static Series[] LabelSeries(Summary summary, TaskSummary task, string model) =>
    [
        .. task.Objectives.Select(o => new Series(o, Style(task, model, o), Curves(summary, task, model, o, "finetune", l => l.Metric ?? double.NaN)))
            .Where(s => s.Seeds.Count > 0)
    ];

    private static Series[] PretrainingSeries(Summary summary, TaskSummary task, string objective) =>
    [
        .. task.Models.Select(m => new Series(m, Style(task, m, objective), Curves(summary, task, m, objective, "pretrain", l => l.Loss)))
            .Where(s => s.Seeds.Count > 0)
    ];

    private static IReadOnlyList<(double X, double Y)>[] Curves(
        Summary summary, TaskSummary task, string model, string objective, string phase, Func<MetricLine, double> value) =>
    [
        .. task.Cells.Where(c => c.Model == model && c.Objective == objective)
            .Select(c => (IReadOnlyList<(double X, double Y)>)[.. summary.Data.Curves.GetValueOrDefault(c.Run, [])
                .Where(l => l.Phase == phase && l.Split == "validation").Select(l => ((double)l.Step, value(l))).Where(p => double.IsFinite(p.Item2)).OrderBy(p => p.Item1)])
            .Where(c => c.Count > 0)
    ];

    private static SeriesStyle Style(TaskSummary task, string model, string objective) =>
        new(task.Models.Select((m, i) => (m, i)).First(p => p.m == model).i, objective);

    private static double[] Values(IEnumerable<Series> series) => [.. series.SelectMany(s => s.Seeds).SelectMany(c => c.Select(p => p.Y))];

    private static double Last(IEnumerable<Series> series) => series.SelectMany(s => s.Seeds).Max(c => c[^1].X);

    private static void Figure(Markup page, Markup picture, string lead, string caption)
    {
        page.Add($"<figure>\n{picture}");
        if (lead.Length > 0) page.Add($"<figcaption><b>{lead}</b> {caption}</figcaption>\n");
        page.Add($"</figure>\n");
    }
}

using Lengthwise.Reports.Plots;

namespace Lengthwise.Reports.Html;

/// <summary>The figures of one task: scores before and after, gains and gaps, learning curves.</summary>
internal static class TaskFigures
{
    private const int MostGapsDrawn = 16;

    /// <summary>Writes the figures that have something to show.</summary>
    public static void Write(Markup page, Summary summary, TaskSummary task, string id)
    {
        if (task.Aggregates.All(a => a.Test is null)) return;
        page.Add($"<div class=\"figures\">\n");
        Figure(page, ScoreChart.Render(id + "-scores", task), "Before and after.",
            "Large marks are means with 95 % intervals, small marks single seeds; hollow marks are models from scratch.");
        Effects(page, task, id);
        page.Add($"</div>\n");
        CurveSection.Write(page, summary, task, id);
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
        if (gaps.Length is > 0 and <= MostGapsDrawn)
            Figure(page, new IntervalChart { Title = $"{task.Name}: gap between models", AxisTitle = $"gap, {unit}", Text = task.Text }.Render(id + "-gaps", gaps),
                "Gap between models.", "The same seeds under each objective. An interval across the line means that the order is open.");
        page.Add($"</div>\n");
    }

    private static SeriesStyle Style(TaskSummary task, string model, string objective) =>
        new(task.NumberOf(model), objective);

    private static void Figure(Markup page, Markup picture, string lead, string caption)
    {
        page.Add($"<figure>\n{picture}");
        if (lead.Length > 0) page.Add($"<figcaption><b>{lead}</b> {caption}</figcaption>\n");
        page.Add($"</figure>\n");
    }
}

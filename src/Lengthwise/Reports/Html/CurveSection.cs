using Lengthwise.Experiments;
using Lengthwise.Reports.Plots;

namespace Lengthwise.Reports.Html;

/// <summary>Learning curves of both phases, over steps, FLOPs and time.</summary>
internal static class CurveSection
{
    private const int PointsOnPage = 40_000, MostPanelsInSight = 6;

    private static readonly CurveAxis[] OfLabels =
    [
        new("steps", "steps on labels", (_, l) => l.Step, null),
        new("FLOPs", "floating-point operations, pretraining included", (c, l) => l.Flops > 0 ? c.PretrainFlops + l.Flops : double.NaN, Wording.Flops),
        new("time", "time, pretraining included", (c, l) => l.Seconds > 0 ? c.PretrainSeconds + l.Seconds : double.NaN, Wording.Duration),
    ];

    private static readonly CurveAxis[] OfPretraining =
    [
        new("steps", "pretraining steps", (_, l) => l.Step, null),
        new("FLOPs", "floating-point operations of pretraining", (_, l) => l.Flops > 0 ? l.Flops : double.NaN, Wording.Flops),
        new("time", "time of pretraining", (_, l) => l.Seconds > 0 ? l.Seconds : double.NaN, Wording.Duration),
    ];

    /// <summary>Writes the curves that exist.</summary>
    public static void Write(Markup page, Summary summary, TaskSummary task, string id)
    {
        int points = Math.Clamp(PointsOnPage / Math.Max(1, 6 * summary.Data.Cells.Count), 12, 200);
        (string, Markup)[] labels = Panes(OfLabels, axis => Panels(summary, task, $"{id}-labels", axis, points, isPretraining: false));
        (string, Markup)[] pretraining = Panes(OfPretraining, axis => Panels(summary, task, $"{id}-pretraining", axis, points, isPretraining: true));
        if (labels.Length + pretraining.Length == 0) return;

        page.Add($"<h3>Learning curves</h3>\n");
        bool isFolded = task.Models.Count > MostPanelsInSight;
        if (isFolded) page.Add($"<details class=\"part\">\n<summary>Curves of {Wording.Count(task.Models.Count)} models</summary>\n");
        if (labels.Length > 0)
        {
            AxisSwitch.Write(page, id + "-axis", "Label phase over", labels);
            page.Add($"<p class=\"note\">Label phase: thin lines are seeds, thick lines their mean. Over steps, arms that pretrained start after their pretraining, which that axis does not count; over FLOPs and time it is charged.</p>\n");
        }
        if (pretraining.Length > 0)
        {
            AxisSwitch.Write(page, id + "-pretraining-axis", "Pretraining over", pretraining);
            page.Add($"<p class=\"note\">Pretraining: thin lines are seeds, thick lines their mean. Losses of different objectives measure different things and are not comparable across panels.</p>\n");
        }
        if (isFolded) page.Add($"</details>\n");
    }

    private static (string, Markup)[] Panes(CurveAxis[] axes, Func<CurveAxis, Markup?> panels) =>
        [.. axes.Select(a => (a.Name, Content: panels(a))).Where(p => p.Content is not null).Select(p => (p.Name, p.Content!))];

    private static Markup? Panels(Summary summary, TaskSummary task, string id, CurveAxis axis, int points, bool isPretraining)
    {
        (string Heading, Series[] Series)[] panels = isPretraining
            ? [.. task.Objectives.Where(o => !Arms.IsScratch(o)).Select(o => ($"{o} pretraining", Of(summary, task, axis, task.Models.Select(m => (m, m, o)), "pretrain", l => l.Loss)))]
            : [.. task.Models.Select(m => (m, Of(summary, task, axis, task.Objectives.Select(o => (o, m, o)), "finetune", l => l.Metric ?? double.NaN)))];
        panels = [.. panels.Where(p => p.Series.Length > 0)];
        if (panels.Length == 0) return null;

        double last = panels.SelectMany(p => p.Series).SelectMany(s => s.Seeds).Max(c => c[^1].X);
        double[] shared = [.. panels.SelectMany(p => p.Series).SelectMany(s => s.Seeds).SelectMany(c => c.Select(p => p.Y))];
        return Markup.Of(content =>
        {
            content.Add($"<div class=\"figures\">\n");
            for (int i = 0; i < panels.Length; i++)
            {
                var chart = new LineChart
                {
                    Heading = panels[i].Heading,
                    ValueTitle = isPretraining ? "validation loss" : "validation " + task.Text.Heading,
                    StepTitle = axis.Title,
                    StepText = axis.Text,
                    Scale = !isPretraining && task.Text.IsPercent ? 100 : 1,
                    Chance = isPretraining ? null : task.Chance,
                    Values = isPretraining ? [.. panels[i].Series.SelectMany(s => s.Seeds).SelectMany(c => c.Select(p => p.Y))] : shared,
                    LastStep = last,
                    MostPoints = points,
                };
                content.Add($"<figure>\n{chart.Render($"{id}-{axis.Name}-{Wording.Count(i)}", panels[i].Series)}</figure>\n");
            }
            content.Add($"</div>\n");
        });
    }

    private static Series[] Of(
        Summary summary, TaskSummary task, CurveAxis axis, IEnumerable<(string Name, string Model, string Objective)> arms, string phase, Func<MetricLine, double> value) =>
    [
        .. arms.Select(a => new Series(a.Name, new SeriesStyle(task.NumberOf(a.Model), a.Objective),
        [
            .. task.Cells.Where(c => c.Model == a.Model && c.Objective == a.Objective)
                .Select(c => (IReadOnlyList<(double X, double Y)>)[.. summary.Data.Curves.GetValueOrDefault(c.Run, [])
                    .Where(l => l.Phase == phase && l.Split == "validation").Select(l => (X: axis.At(c, l), Y: value(l))).Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y)).OrderBy(p => p.X)])
                .Where(c => c.Count > 0)
        ])).Where(s => s.Seeds.Count > 0)
    ];

    /// <summary>What a curve is drawn over.</summary>
    /// <param name="Name">Name of the choice.</param>
    /// <param name="Title">Title of the axis.</param>
    /// <param name="At">Place of a line of a run; NaN where it is not known.</param>
    /// <param name="Text">A place in words; null for plain numbers.</param>
    private sealed record CurveAxis(string Name, string Title, Func<RunRecord, MetricLine, double> At, Func<double, string>? Text);
}

using Lengthwise.Experiments;
using Lengthwise.Reports.Html;

namespace Lengthwise.Reports.Plots;

/// <summary>Scores of many models: a group of rows a model, one row an objective, the metric from left to right.</summary>
internal static class ScoreRows
{
    private const double Width = 460, RowHeight = 13, GroupGap = 9, Top = 10, Bottom = 46, Right = 14;

    /// <summary>Draws the chart.</summary>
    public static Markup Render(string id, TaskSummary task)
    {
        double left = Math.Clamp(task.Models.Max(m => m.Length) * 1.15 * Drawing.CharacterWidth, 60, 150) + 66;
        double bottom = Top + task.Aggregates.Count * RowHeight + task.Models.Count * GroupGap;
        var drawing = new Drawing(Width, bottom + Bottom);
        Axis x = ScoreChart.ValueAxis(task, left, Width - Right);

        drawing.Line(x.At(task.Chance), Top, x.At(task.Chance), bottom, "chance");
        drawing.Text(x.At(task.Chance) + 4, Top + 4, "chance", "muted halo");
        drawing.HorizontalAxis(x, bottom, "test " + task.Text.Heading, task.Text.IsPercent ? 100 : 1);
        double y = Top;
        foreach (IGrouping<string, Aggregate> model in task.Aggregates.GroupBy(a => a.Model))
        {
            drawing.Line(0, y, Width - Right, y, "grid");
            drawing.Text(0, y + GroupGap / 2 + RowHeight / 2 + 4, model.Key.Length > 20 ? model.Key[..19] + "…" : model.Key, "strong");
            y += GroupGap / 2;
            foreach (Aggregate arm in model)
            {
                DrawArm(drawing, task, arm, x, y + RowHeight / 2, left);
                y += RowHeight;
            }
            y += GroupGap / 2;
        }
        return drawing.Render(id, $"{task.Name}: test {task.Metric} by model and objective", ScoreChart.Describe(task));
    }

    private static void DrawArm(Drawing drawing, TaskSummary task, Aggregate arm, Axis x, double y, double left)
    {
        drawing.Text(left - 12, y + 4, arm.Objective, "end muted");
        if (arm.Test is not { } test) return;
        var style = new SeriesStyle(task.Models.Select((m, i) => (m, i)).First(p => p.m == arm.Model).i, arm.Objective);
        foreach (RunRecord cell in ScoreChart.Seeds(task, arm)) drawing.Mark(style, x.At(cell.Test!.Value), y + 4, 1.8, "faint");
        if (test is { Low: { } low, High: { } high }) drawing.Line(x.At(low), y, x.At(high), y, $"interval {style.Colour}");
        drawing.Mark(style, x.At(test.Mean), y, 3.8);
    }
}

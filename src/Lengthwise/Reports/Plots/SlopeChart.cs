using Lengthwise.Experiments;
using Lengthwise.Reports.Html;

namespace Lengthwise.Reports.Plots;

/// <summary>Scores of a few models from objective to objective, joined by a line a model.</summary>
internal static class SlopeChart
{
    private const double Width = 460, Left = 46, Top = 34, LabelHeight = 17, PlotHeight = 280, Bottom = 34;

    /// <summary>Draws the chart.</summary>
    public static Markup Render(string id, TaskSummary task)
    {
        double right = Width - Math.Clamp(task.Models.Max(m => m.Length) * Drawing.CharacterWidth + 30, 70, 150);
        double bottom = Top + PlotHeight;
        var drawing = new Drawing(Width, bottom + Bottom);
        Axis y = ScoreChart.ValueAxis(task, bottom, Top);

        drawing.Text(Left, 14, "test " + task.Text.Heading, "muted");
        drawing.VerticalAxis(y, Left, right, task.Text.IsPercent ? 100 : 1);
        drawing.Line(Left, bottom, right, bottom, "axis");
        drawing.Line(Left, y.At(task.Chance), right, y.At(task.Chance), "chance");
        drawing.Text(Left + 4, y.At(task.Chance) - 5, "chance", "muted halo");

        double slot = (right - Left) / task.Objectives.Count;
        for (int o = 0; o < task.Objectives.Count; o++) drawing.Text(Left + slot * (o + 0.5), bottom + 20, task.Objectives[o], "middle");
        double dodge = Math.Min(36, 0.8 * slot / task.Models.Count);
        var ends = new List<(int Model, double Y)>();
        for (int m = 0; m < task.Models.Count; m++)
        {
            double shift = dodge * (m - (task.Models.Count - 1) / 2.0);
            if (DrawModel(drawing, task, m, y, o => Left + slot * (o + 0.5) + shift, dodge) is { } end) ends.Add((m, end));
        }
        DrawLabels(drawing, task, ends, right, bottom);
        return drawing.Render(id, $"{task.Name}: test {task.Metric} by objective", ScoreChart.Describe(task));
    }

    private static double? DrawModel(Drawing drawing, TaskSummary task, int model, Axis y, Func<int, double> x, double dodge)
    {
        Aggregate[] arms = [.. task.Objectives.Select(o => task.Arm(task.Models[model], o)).OfType<Aggregate>().Where(a => a.Test is not null)];
        (double X, double Y)[] means = [.. arms.Select(a => (x(task.Objectives.Select((o, i) => (o, i)).First(p => p.o == a.Objective).i), y.At(a.Test!.Mean)))];
        for (int i = 1; i < arms.Length; i++)
            drawing.Line(means[i - 1].X, means[i - 1].Y, means[i].X, means[i].Y, $"slope {new SeriesStyle(model, "").Colour}");
        for (int i = 0; i < arms.Length; i++)
        {
            var style = new SeriesStyle(model, arms[i].Objective);
            DrawSeeds(drawing, [.. ScoreChart.Seeds(task, arms[i])], style, y, means[i].X, dodge);
            if (arms[i].Test is { Low: { } low, High: { } high }) drawing.Line(means[i].X, y.At(low), means[i].X, y.At(high), $"interval {style.Colour}");
            drawing.Mark(style, means[i].X, means[i].Y, 4.8);
        }
        return means.Length == 0 ? null : means[^1].Y;
    }

    /// <summary>Seeds side by side to the left of their mean, so that equal scores do not hide each other.</summary>
    private static void DrawSeeds(Drawing drawing, RunRecord[] cells, SeriesStyle style, Axis y, double mean, double dodge)
    {
        double step = Math.Min(5.5, (dodge - 14) / Math.Max(1, cells.Length));
        for (int i = 0; i < cells.Length; i++) drawing.Mark(style, mean - 9 - step * i, y.At(cells[i].Test!.Value), 1.9, "faint");
    }

    private static void DrawLabels(Drawing drawing, TaskSummary task, List<(int Model, double Y)> ends, double right, double bottom)
    {
        double[] places = LabelSpread.Apart([.. ends.Select(e => e.Y)], LabelHeight, Top + 4, bottom - 4);
        for (int i = 0; i < ends.Count; i++)
        {
            string name = task.Models[ends[i].Model];
            drawing.Mark(new SeriesStyle(ends[i].Model, "label"), right + 14, places[i], 4.2);
            drawing.Text(right + 24, places[i] + 4, name.Length > 20 ? name[..19] + "…" : name);
        }
    }
}

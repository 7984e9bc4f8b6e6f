using System.Globalization;
using Lengthwise.Reports.Diagnoses;
using Lengthwise.Reports.Html;

namespace Lengthwise.Reports.Plots;

/// <summary>Gain of each pretrained run against the loss at which its pretraining ended.</summary>
internal static class GainChart
{
    private const double Width = 460, PlotHeight = 210, Left = 46, Right = 14, Bottom = 46;

    /// <summary>Draws the runs of one objective.</summary>
    public static Markup Render(string id, TaskSummary task, string objective, IReadOnlyList<PretrainingGain> runs)
    {
        string[] models = [.. runs.Select(r => r.Model).Distinct()];
        double keyWidth = Width - Left - Right, top = 34 + Legend.Height(models, keyWidth) + 10, bottom = top + PlotHeight;
        var drawing = new Drawing(Width, bottom + Bottom);
        var y = Axis.Around(runs.Select(r => r.Gain).Append(0), bottom, top);
        var x = Axis.Around(runs.Select(r => r.Loss), Left, Width - Right);

        drawing.Text(Left, 14, objective, "strong");
        drawing.Text(Left, 30, task.Text.IsPercent ? "gain, points" : $"gain, {task.Metric}", "muted");
        Legend.Draw(drawing, [.. models.Select(m => (m, new SeriesStyle(task.NumberOf(m), objective)))], Left, 36, keyWidth, marked: true);
        drawing.VerticalAxis(y, Left, Width - Right, task.Text.IsPercent ? 100 : 1);
        drawing.HorizontalAxis(x, bottom, "validation loss of pretraining");
        drawing.Line(x.From, y.At(0), x.To, y.At(0), "zero");
        foreach (PretrainingGain run in runs) drawing.Mark(new SeriesStyle(task.NumberOf(run.Model), objective), x.At(run.Loss), y.At(run.Gain), 4);
        return drawing.Render(id, $"{task.Name}, {objective}: gain by pretraining loss", string.Join(" ", runs.GroupBy(r => r.Model).Select(m =>
            string.Create(CultureInfo.InvariantCulture, $"{m.Key}: {m.Count()} seeds, mean loss {m.Average(r => r.Loss):0.###}, mean gain {task.Text.Signed(m.Average(r => r.Gain))}."))));
    }
}

using Lengthwise.Reports.Html;

namespace Lengthwise.Reports.Plots;

/// <summary>Gains over the number of labels, a line a model.</summary>
internal static class TrendChart
{
    private const double Width = 460, PlotHeight = 210, Left = 46, Right = 14, Bottom = 46;

    /// <summary>Draws the trends of one objective.</summary>
    /// <param name="id">Unique on the page.</param>
    /// <param name="heading">Task and objective.</param>
    /// <param name="text">How gains are written.</param>
    /// <param name="trends">At least one.</param>
    /// <param name="numberOf">Place of a model, which its colour follows.</param>
    public static Markup Render(string id, string heading, MetricText text, IReadOnlyList<LabelTrend> trends, Func<string, int> numberOf)
    {
        double keyWidth = Width - Left - Right, top = 34 + Legend.Height(trends.Select(t => t.Model), keyWidth) + 10, bottom = top + PlotHeight;
        var drawing = new Drawing(Width, bottom + Bottom);
        var y = Axis.Around(trends.SelectMany(t => t.Points).SelectMany(p => new[] { p.Gain.Low ?? p.Gain.Mean, p.Gain.High ?? p.Gain.Mean }).Append(0), bottom, top);
        var x = LogAxis.Around(trends.SelectMany(t => t.Points).Select(p => (double)p.Rows), Left, Width - Right);

        drawing.Text(Left, 14, heading, "strong");
        drawing.Text(Left, 30, text.IsPercent ? "gain, points" : $"gain, {text.Metric}", "muted");
        Legend.Draw(drawing, [.. trends.Select(t => (t.Model, Style(t)))], Left, 36, keyWidth, marked: true);
        drawing.VerticalAxis(y, Left, Width - Right, text.IsPercent ? 100 : 1);
        drawing.LogAxis(x, bottom, "labelled rows", Wording.Short);
        drawing.Line(x.From, y.At(0), x.To, y.At(0), "zero");
        foreach (LabelTrend trend in trends) Draw(drawing, x, y, trend, Style(trend));
        return drawing.Render(id, $"{heading}: gain by labelled rows", string.Join(" ", trends.Select(t =>
            $"{t.Model}: {string.Join(", ", t.Points.Select(p => $"{text.SignedRange(p.Gain)} at {Wording.Count(p.Rows)}"))}.")));

        SeriesStyle Style(LabelTrend trend) => new(numberOf(trend.Model), trend.Objective);
    }

    private static void Draw(Drawing drawing, LogAxis x, Axis y, LabelTrend trend, SeriesStyle style)
    {
        for (int i = 1; i < trend.Points.Count; i++)
            drawing.Line(x.At(trend.Points[i - 1].Rows), y.At(trend.Points[i - 1].Gain.Mean), x.At(trend.Points[i].Rows), y.At(trend.Points[i].Gain.Mean), $"mean {style.Colour} {style.Dash}");
        foreach (LabelPoint point in trend.Points)
        {
            if (point.Gain is { Low: { } low, High: { } high }) drawing.Line(x.At(point.Rows), y.At(low), x.At(point.Rows), y.At(high), $"interval {style.Colour}");
            drawing.Mark(style, x.At(point.Rows), y.At(point.Gain.Mean), 4.5);
        }
    }
}

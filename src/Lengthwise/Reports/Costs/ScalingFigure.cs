using System.Globalization;
using System.Text;
using Lengthwise.Reports.Html;
using Lengthwise.Reports.Plots;

namespace Lengthwise.Reports.Costs;

/// <summary>Time at one size.</summary>
/// <param name="Series">What was timed, such as a model.</param>
/// <param name="Size">Value of what grows, more than 0.</param>
/// <param name="Seconds">Time, more than 0.</param>
public sealed record ScalingPoint(string Series, double Size, double Seconds);

/// <summary>Times by a size as one picture that stands alone: a line a series, named at its end, both axes logarithmic.</summary>
public static class ScalingFigure
{
    private const double Width = 760, PlotHeight = 380, Left = 66, Right = 130, Edge = 12, LineHeight = 17, LabelDistance = 14, Bottom = 48;

    /// <summary>The SVG document.</summary>
    /// <param name="title">Heading.</param>
    /// <param name="note">How it was measured, in a line.</param>
    /// <param name="axis">What grows.</param>
    /// <param name="points">Measurements, in any order.</param>
    public static string Render(string title, string note, string axis, IReadOnlyList<ScalingPoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        string[] names = [.. points.GroupBy(p => p.Series).Select(g => g.Key)];
        double top = 34 + LineHeight + 12, bottom = top + PlotHeight;
        var drawing = new Drawing(Width, bottom + Bottom);
        drawing.Body.Add($"<rect class=\"paper\" width=\"{Width}\" height=\"{bottom + Bottom}\"/>");
        drawing.Text(Edge, 24, title, "strong");
        drawing.Text(Edge, 24 + LineHeight, note, "muted");
        if (points.Count > 0) Plot(drawing, axis, names, points, top, bottom);
        string svg = drawing.Render("scaling", title, Describe(names, points)).ToString();
        return svg.Replace("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ", StringComparison.Ordinal)
            .Replace("<title", $"<style>{PageStyle.Css}\n.paper {{ fill: var(--paper); }}</style><title", StringComparison.Ordinal);
    }

    private static void Plot(Drawing drawing, string axis, string[] names, IReadOnlyList<ScalingPoint> points, double top, double bottom)
    {
        double[] sizes = [.. points.Select(p => p.Size).Distinct().Order()];
        var x = new Axis(Math.Log2(sizes[0]), Math.Log2(Math.Max(sizes[^1], 2 * sizes[0])), Left, Width - Right);
        var y = new Axis(Math.Floor(Math.Log10(points.Min(p => p.Seconds))), Math.Ceiling(Math.Log10(points.Max(p => p.Seconds)) + 1e-9), bottom, top);
        for (double power = y.Low; power <= y.High; power++)
        {
            drawing.Line(x.From, y.At(power), x.To, y.At(power), "grid");
            drawing.Text(Left - 8, y.At(power) + 4, Duration(power), "end muted");
        }
        drawing.Line(x.From, bottom, x.To, bottom, "axis");
        foreach (double size in sizes)
        {
            double at = x.At(Math.Log2(size));
            drawing.Line(at, bottom, at, bottom + 4, "axis");
            drawing.Text(at, bottom + 18, size.ToString("N0", CultureInfo.InvariantCulture), "middle muted");
        }
        drawing.Text((x.From + x.To) / 2, bottom + 36, axis, "middle muted");

        ScalingPoint[][] series = [.. names.Select(n => points.Where(p => p.Series == n).OrderBy(p => p.Size).ToArray())];
        double[] ends = LabelSpread.Apart([.. series.Select(s => y.At(Math.Log10(s[^1].Seconds)) + 4)], LabelDistance, top, bottom);
        for (int i = 0; i < series.Length; i++)
        {
            var style = new SeriesStyle(i, "masked");
            var path = new StringBuilder();
            foreach (ScalingPoint p in series[i])
                path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? "M" : "L")}{x.At(Math.Log2(p.Size)):0.#} {y.At(Math.Log10(p.Seconds)):0.#}");
            drawing.Body.Add($"<path class=\"mean {style.Colour}\" d=\"{path.ToString()}\"/>");
            foreach (ScalingPoint p in series[i]) drawing.Mark(style, x.At(Math.Log2(p.Size)), y.At(Math.Log10(p.Seconds)), 3.4);
            drawing.Text(Width - Right + 10, ends[i], names[i]);
        }
    }

    private static string Duration(double power) => power >= 0
        ? Math.Pow(10, power).ToString("0.###", CultureInfo.InvariantCulture) + " s"
        : power >= -3 ? Math.Pow(10, power + 3).ToString("0.###", CultureInfo.InvariantCulture) + " ms"
        : Math.Pow(10, power + 6).ToString("0.###", CultureInfo.InvariantCulture) + " µs";

    private static string Describe(string[] names, IReadOnlyList<ScalingPoint> points) => string.Join(" ", names.Select(name =>
    {
        ScalingPoint[] own = [.. points.Where(p => p.Series == name).OrderBy(p => p.Size)];
        return string.Create(CultureInfo.InvariantCulture, $"{name}: {1e3 * own[0].Seconds:0.#} ms at {own[0].Size:0}, {1e3 * own[^1].Seconds:0.#} ms at {own[^1].Size:0}.");
    }));
}

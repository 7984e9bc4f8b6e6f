using System.Globalization;
using System.Text;
using Lengthwise.Reports.Html;

namespace Lengthwise.Reports.Plots;

/// <summary>One curve with the seeds it is the mean of.</summary>
/// <param name="Name">Name in the key.</param>
/// <param name="Style">Colour, marker and dash.</param>
/// <param name="Seeds">A curve a seed; x is steps.</param>
internal sealed record Series(string Name, SeriesStyle Style, IReadOnlyList<IReadOnlyList<(double X, double Y)>> Seeds);

/// <summary>Curves over steps: every seed thin, the mean thick, and a line for chance.</summary>
internal sealed class LineChart
{
    private const double Width = 460, PlotHeight = 210, Left = 46, Right = 14, Bottom = 46;

    /// <summary>Heading inside the picture.</summary>
    public required string Heading { get; init; }

    /// <summary>What the vertical axis shows, with its unit.</summary>
    public required string ValueTitle { get; init; }

    /// <summary>What the horizontal axis shows.</summary>
    public required string StepTitle { get; init; }

    /// <summary>A place on it in words; null for plain numbers.</summary>
    public Func<double, string>? StepText { get; init; }

    /// <summary>100 where values are shares shown as percent.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>The level of guessing; null where none is known.</summary>
    public double? Chance { get; init; }

    /// <summary>Values that all panels of a row show.</summary>
    public required IReadOnlyList<double> Values { get; init; }

    /// <summary>Last step that all panels of a row show.</summary>
    public required double LastStep { get; init; }

    /// <summary>Points kept of each curve.</summary>
    public int MostPoints { get; init; } = 200;

    /// <summary>Draws the panel.</summary>
    public Markup Render(string id, IReadOnlyList<Series> series)
    {
        double keyWidth = Width - Left - Right;
        double top = 34 + Legend.Height(series.Select(s => s.Name), keyWidth) + 10;
        double bottom = top + PlotHeight;
        var drawing = new Drawing(Width, bottom + Bottom);
        double most = Scale == 100 ? 1 : double.PositiveInfinity;
        var y = Axis.Around(Chance is { } chance ? Values.Append(chance) : Values, bottom, top, 0, most);
        var x = new Axis(0, StepText is null ? Math.Max(1, LastStep) : LastStep, Left, Width - Right);

        drawing.Text(Left, 14, Heading, "strong");
        drawing.Text(Left, 30, ValueTitle, "muted");
        Legend.Draw(drawing, [.. series.Select(s => (s.Name, s.Style))], Left, 36, keyWidth, marked: true);
        drawing.VerticalAxis(y, Left, Width - Right, Scale);
        drawing.HorizontalAxis(x, bottom, StepTitle, text: StepText);
        if (Chance is { } level) DrawChance(drawing, x, y, level);
        foreach (Series s in series)
            foreach (IReadOnlyList<(double X, double Y)> seed in s.Seeds) Draw(drawing, x, y, seed, $"seed {s.Style.Colour} {s.Style.Dash}");
        foreach (Series s in series) DrawMean(drawing, x, y, s);
        return drawing.Render(id, $"{Heading}: {ValueTitle} by {StepTitle}", Describe(series));
    }

    private static void DrawChance(Drawing drawing, Axis x, Axis y, double level)
    {
        drawing.Line(x.From, y.At(level), x.To, y.At(level), "chance");
        drawing.Text(x.To, y.At(level) - 5, "chance", "end muted halo");
    }

    private void DrawMean(Drawing drawing, Axis x, Axis y, Series s)
    {
        IReadOnlyList<(double X, double Y)> mean = MeanCurve.Of(s.Seeds);
        if (mean.Count == 0) return;
        Draw(drawing, x, y, mean, $"mean {s.Style.Colour} {s.Style.Dash}");
        drawing.Mark(s.Style, x.At(mean[^1].X), y.At(mean[^1].Y), 4);
    }

    private void Draw(Drawing drawing, Axis x, Axis y, IReadOnlyList<(double X, double Y)> points, string style)
    {
        var path = new StringBuilder();
        foreach ((double step, double value) in CurveThinning.Thin(points, MostPoints))
            path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? "M" : "L")}{x.At(step):0.#} {y.At(value):0.#}");
        if (path.Length > 0) drawing.Body.Add($"<path class=\"{style}\" d=\"{path.ToString()}\"/>");
    }

    private string Place(double x) => StepText?.Invoke(x) ?? "step " + x.ToString("0", CultureInfo.InvariantCulture);

    private string Describe(IReadOnlyList<Series> series) => string.Join(" ", series.Select(s =>
    {
        IReadOnlyList<(double X, double Y)> mean = MeanCurve.Of(s.Seeds);
        return mean.Count == 0
            ? $"{s.Name}: no curve."
            : string.Create(CultureInfo.InvariantCulture, $"{s.Name}: mean of {s.Seeds.Count} seeds from {Scale * mean[0].Y:0.##} at {Place(mean[0].X)} to {Scale * mean[^1].Y:0.##} at {Place(mean[^1].X)}.");
    }));
}

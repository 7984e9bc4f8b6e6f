using System.Globalization;
using System.Text;
using Lengthwise.Reports;
using Lengthwise.Reports.Html;
using Lengthwise.Reports.Plots;

namespace Lengthwise.Web.Pages;

/// <summary>One curve of a chart.</summary>
/// <param name="Name">Shown when it is pointed at, and read out.</param>
/// <param name="Style">Classes of its line.</param>
/// <param name="Points">Its points; those that are not finite are left out.</param>
internal sealed record Curve(string Name, string Style, IReadOnlyList<(double X, double Y)> Points);

/// <summary>Curves over steps as one picture.</summary>
internal sealed record CurveChart
{
    private const double Width = 460, Left = 50, Right = 12, Top = 12, Bottom = 34;
    private const int VerticalTicks = 4, HorizontalTicks = 5;

    /// <summary>What the picture shows, for people who do not see it.</summary>
    public required string Title { get; init; }

    /// <summary>Height of the plot.</summary>
    public double Height { get; init; } = 190;

    /// <summary>100 where values are shares shown as percent.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Most points drawn of each curve.</summary>
    public int MostPoints { get; init; } = 200;

    /// <summary>Draws the picture.</summary>
    public Markup Render(IReadOnlyList<Curve> curves) => Markup.Of(page =>
    {
        Curve[] shown = [.. curves.Select(c => c with { Points = [.. c.Points.Where(p => double.IsFinite(p.Y))] }).Where(c => c.Points.Count > 0)];
        double bottom = Top + Height;
        var y = Axis.Around(shown.SelectMany(c => c.Points.Select(p => p.Y)), bottom, Top);
        var x = new Axis(0, shown.SelectMany(c => c.Points.Select(p => p.X)).DefaultIfEmpty(1).Max(), Left, Width - Right);
        if (x.High <= 0) x = x with { High = 1 };
        page.Add($"<svg viewBox=\"0 0 {Width} {bottom + Bottom}\" role=\"img\" aria-label=\"{Title}. {Described(shown)}\">");
        foreach (double tick in y.Ticks(VerticalTicks))
            page.Add($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y.At(tick)}\" y2=\"{y.At(tick)}\"/><text class=\"muted end\" x=\"{Left - 6}\" y=\"{y.At(tick) + 4}\">{y.Label(tick, VerticalTicks, Scale)}{(Scale == 100 ? " %" : "")}</text>");
        page.Add($"<line class=\"axis\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{bottom}\" y2=\"{bottom}\"/>");
        foreach (double tick in x.Ticks(HorizontalTicks).Where(t => t == Math.Floor(t)))
            page.Add($"<text class=\"muted middle\" x=\"{x.At(tick)}\" y=\"{bottom + 16}\">{Wording.Short(tick)}</text>");
        page.Add($"<text class=\"muted end\" x=\"{Width - Right}\" y=\"{bottom + 31}\">steps</text>");
        foreach (Curve curve in shown) Draw(page, x, y, curve);
        page.Add($"</svg>");
    });

    private void Draw(Markup page, Axis x, Axis y, Curve curve)
    {
        if (curve.Points.Count == 1 || curve.Style.Contains("dots", StringComparison.Ordinal))
            foreach ((double step, double value) in CurveThinning.Thin(curve.Points, MostPoints))
                page.Add($"<circle class=\"{curve.Style}\" cx=\"{x.At(step)}\" cy=\"{y.At(value)}\" r=\"2.6\"><title>{curve.Name}</title></circle>");
        if (curve.Points.Count == 1) return;
        var path = new StringBuilder();
        foreach ((double step, double value) in CurveThinning.Thin(curve.Points, MostPoints))
            path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? "M" : "L")}{x.At(step):0.#} {y.At(value):0.#}");
        page.Add($"<path class=\"line {curve.Style}\" d=\"{path.ToString()}\"><title>{curve.Name}</title></path>");
    }

    private string Described(Curve[] curves)
    {
        const int mostDescribed = 8;
        string text = string.Join(" ", curves.Take(mostDescribed).Select(c => string.Create(
            CultureInfo.InvariantCulture, $"{c.Name}: {Scale * c.Points[^1].Y:0.###}{(Scale == 100 ? " %" : "")} at step {c.Points[^1].X:0}.")));
        return curves.Length > mostDescribed ? $"{text} And {curves.Length - mostDescribed} more." : text;
    }
}

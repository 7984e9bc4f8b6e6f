using Lengthwise.Reports.Html;

namespace Lengthwise.Reports.Plots;

/// <summary>One inline SVG picture with its title and description for readers who cannot see it. Colours come from the page's style.</summary>
internal sealed class Drawing(double width, double height)
{
    /// <summary>Mean width of a character in the figures' type at its size, for layout.</summary>
    public const double CharacterWidth = 6.6;

    /// <summary>The picture's content.</summary>
    public Markup Body { get; } = new();

    /// <summary>A straight line.</summary>
    public void Line(double x1, double y1, double x2, double y2, string style) =>
        Body.Add($"<line class=\"{style}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>");

    /// <summary>Text; <paramref name="style"/> sets its anchor and tone.</summary>
    public void Text(double x, double y, string text, string style = "") =>
        Body.Add($"<text class=\"{style}\" x=\"{x}\" y=\"{y}\">{text}</text>");

    /// <summary>A marker.</summary>
    public void Mark(SeriesStyle series, double x, double y, double r, string more = "") =>
        Body.Add($"<path class=\"mark {series.Colour} {series.Fill} {more}\" d=\"{Marker.Path(series.Model, x, y, r)}\"/>");

    /// <summary>Ticks, labels and hairlines of a vertical axis.</summary>
    public void VerticalAxis(Axis axis, double left, double right, double scale, int about = 5)
    {
        foreach (double tick in axis.Ticks(about))
        {
            Line(left, axis.At(tick), right, axis.At(tick), "grid");
            Text(left - 7, axis.At(tick) + 4, axis.Label(tick, about, scale), "end muted");
        }
    }

    /// <summary>Ticks and labels of a horizontal axis with its title.</summary>
    public void HorizontalAxis(Axis axis, double bottom, string title, double scale = 1, int about = 4, Func<double, string>? text = null)
    {
        Line(axis.From, bottom, axis.To, bottom, "axis");
        foreach (double tick in axis.Ticks(about))
        {
            Line(axis.At(tick), bottom, axis.At(tick), bottom + 4, "axis");
            Text(axis.At(tick), bottom + 18, tick > 0 && text is not null ? text(tick) : axis.Label(tick, about, scale), "middle muted");
        }
        if (title.Length > 0) Text((axis.From + axis.To) / 2, bottom + 36, title, "middle muted");
    }

    /// <summary>The same on a logarithmic axis.</summary>
    public void LogAxis(LogAxis axis, double bottom, string title, Func<double, string> label)
    {
        Line(axis.From, bottom, axis.To, bottom, "axis");
        foreach (double tick in axis.Ticks())
        {
            Line(axis.At(tick), bottom, axis.At(tick), bottom + 4, "axis");
            Text(axis.At(tick), bottom + 18, label(tick), "middle muted");
        }
        Text((axis.From + axis.To) / 2, bottom + 36, title, "middle muted");
    }

    /// <summary>The whole picture.</summary>
    /// <param name="id">Unique on the page.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="description">What there is to see, with the numbers.</param>
    public Markup Render(string id, string title, string description) => Markup.Of(m => m.Add(
        $"<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{title}</title><desc id=\"{id}-d\">{description}</desc>{Body}</svg>\n"));
}

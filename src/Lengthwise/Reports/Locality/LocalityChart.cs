using System.Globalization;
using System.Text;
using Lengthwise.Diagnoses;
using Lengthwise.Reports.Html;
using Lengthwise.Reports.Plots;
using Lengthwise.Statistics;

namespace Lengthwise.Reports.Locality;

/// <summary>Score by attention window with intervals over seeds; the floors are lines across.</summary>
public sealed class LocalityChart
{
    private const double Width = 460, Height = 330, Left = 46, Right = 352, Top = 40, Bottom = 270, LabelHeight = 16;
    private readonly LocalityDocument _document;
    private readonly MetricText _text;

    /// <summary>Reads nothing yet.</summary>
    public LocalityChart(LocalityDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        (_document, _text) = (document, LocalityWording.Text(document));
    }

    /// <summary>The picture as a document that stands alone.</summary>
    public static string Standalone(LocalityDocument document)
    {
        string svg = new LocalityChart(document).Render("locality").ToString();
        string style = $"<style>{PageStyle.Css}\n.paper {{ fill: var(--paper); }}</style>";
        int body = svg.IndexOf("</desc>", StringComparison.Ordinal) + "</desc>".Length;
        string paper = string.Create(CultureInfo.InvariantCulture, $"<rect class=\"paper\" width=\"{Width}\" height=\"{Height}\"/>");
        string size = string.Create(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Height}\" ");
        return svg.Insert(body, style + paper).Replace("<svg ", size, StringComparison.Ordinal);
    }

    /// <summary>The picture for a page.</summary>
    /// <param name="id">Unique on the page.</param>
    internal Markup Render(string id)
    {
        var drawing = new Drawing(Width, Height);
        LocalityPoint[] curve = [.. _document.Points.Where(p => p.Arm.Kind is LocalityKind.Window or LocalityKind.Whole)];
        LocalityPoint[] floors = [.. _document.Points.Where(p => p.Arm.Kind is LocalityKind.Bag or LocalityKind.Convolution)];
        IEnumerable<double> values = _document.Points.SelectMany(p => new[] { p.Test.Low ?? p.Test.Mean, p.Test.High ?? p.Test.Mean }).Append(_document.Chance);
        var y = Axis.Around(values, Bottom, Top, _text.IsPercent ? 0 : double.NegativeInfinity, _text.IsPercent ? 1 : double.PositiveInfinity);
        var x = new Axis(0, Math.Max(1, curve.Length - 1), Left + 14, Right - 14);

        drawing.Text(Left, 14, $"{_document.Task}: score by attention window", "strong");
        drawing.Text(Left, 30, $"test {_text.Heading}; bars are 95 % intervals over seeds", "muted");
        drawing.VerticalAxis(y, Left, Right, _text.IsPercent ? 100 : 1);
        drawing.Line(Left, Bottom, Right, Bottom, "axis");
        for (int i = 0; i < curve.Length; i++)
        {
            drawing.Line(x.At(i), Bottom, x.At(i), Bottom + 4, "axis");
            drawing.Text(x.At(i), Bottom + 18, curve[i].Arm.Window?.ToString(CultureInfo.InvariantCulture) ?? "all", "middle muted");
        }
        drawing.Text((Left + Right) / 2, Bottom + 36, "steps that each layer's attention sees", "middle muted");
        drawing.Line(Left, y.At(_document.Chance), Right, y.At(_document.Chance), "chance");
        for (int i = 0; i < floors.Length; i++)
            drawing.Body.Add($"<path class=\"mean {FloorStyle(i).Colour} {FloorStyle(i).Dash}\" d=\"{Path(Left, Right, y.At(floors[i].Test.Mean))}\"/>");
        Labels(drawing, y, floors, curve);
        Curve(drawing, x, y, curve);
        return drawing.Render(id, $"{_document.Task}: score by attention window", Describe());
    }

    private static SeriesStyle FloorStyle(int floor) => floor == 0 ? new SeriesStyle(1, Arms.Scratch) : new SeriesStyle(2, "causal");

    private void Labels(Drawing drawing, Axis y, LocalityPoint[] floors, LocalityPoint[] curve)
    {
        List<(string Text, double At)> labels = [("guessing", y.At(_document.Chance)), .. floors.Select(f => (LocalityWording.Name(f.Arm), y.At(f.Test.Mean)))];
        if (curve.Length > 0) labels.Add(("attention", y.At(curve[^1].Test.Mean)));
        double[] places = LabelSpread.Apart([.. labels.Select(l => l.At)], LabelHeight, Top, Bottom);
        for (int i = 0; i < places.Length; i++) drawing.Text(Right + 6, places[i] + 4, labels[i].Text, "muted");
    }

    private static void Curve(Drawing drawing, Axis x, Axis y, LocalityPoint[] curve)
    {
        var style = new SeriesStyle(0, "masked");
        var path = new StringBuilder();
        for (int i = 0; i < curve.Length; i++) path.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "M" : "L")}{x.At(i):0.#} {y.At(curve[i].Test.Mean):0.#}");
        drawing.Body.Add($"<path class=\"mean {style.Colour}\" d=\"{path.ToString()}\"/>");
        for (int i = 0; i < curve.Length; i++)
        {
            if (curve[i].Test is { Low: { } low, High: { } high }) drawing.Line(x.At(i), y.At(low), x.At(i), y.At(high), $"interval {style.Colour}");
            drawing.Mark(style, x.At(i), y.At(curve[i].Test.Mean), 4);
        }
    }

    private static string Path(double from, double to, double y) => string.Create(CultureInfo.InvariantCulture, $"M{from:0.#} {y:0.#}L{to:0.#} {y:0.#}");

    private string Describe() => string.Join(" ", _document.Points.Select(p => $"{Wording.Sentence(LocalityWording.Name(p.Arm))}: {Score(p.Test)}.").Append($"Guessing: {_text.Score(_document.Chance)}."));

    private string Score(Interval test) => $"{_text.Score(test.Mean)} {_text.Range(test)}";
}

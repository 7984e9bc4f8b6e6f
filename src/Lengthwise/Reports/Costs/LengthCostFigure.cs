using System.Globalization;
using System.Text;
using Lengthwise.Reports.Html;
using Lengthwise.Reports.Plots;
using Lengthwise.Statistics;

namespace Lengthwise.Reports.Costs;

/// <summary>
/// Time and memory by length as one picture that stands alone: a small panel a model, its own line before those of all others, both axes
/// logarithmic. A cross marks a length that the model did not get through.
/// </summary>
public static class LengthCostFigure
{
    /// <summary>Lengths that a slope is taken over, the longest: below them fixed costs flatten it.</summary>
    public const int SlopePoints = 3;

    private const int Columns = 6;
    private const double PanelWidth = 152, PanelHeight = 134, PlotLeft = 4, PlotTop = 24, PlotRight = 136, PlotBottom = 108;
    private const double Edge = 12, Labels = 48, Heading = 34, LineHeight = 17;

    /// <summary>The SVG document.</summary>
    /// <param name="title">Heading.</param>
    /// <param name="note">How it was measured, in a line.</param>
    /// <param name="costs">Measurements of models and lengths, in any order.</param>
    public static string Render(string title, string note, IReadOnlyList<LengthCost> costs)
    {
        ArgumentNullException.ThrowIfNull(costs);
        string[] models = [.. costs.GroupBy(c => c.Model).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Key)];
        int rows = (models.Length + Columns - 1) / Columns;
        double block = Heading + rows * PanelHeight, width = 2 * Edge + Labels + Columns * PanelWidth;
        string[] notes = [.. Lines(note, (int)((width - 2 * Edge) / Drawing.CharacterWidth))];
        double top = 34 + notes.Length * LineHeight, height = top + 2 * block + Edge;
        var drawing = new Drawing(width, height);
        drawing.Body.Add($"<rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>");
        drawing.Text(Edge, 24, title, "strong");
        for (int i = 0; i < notes.Length; i++) drawing.Text(Edge, 42 + i * LineHeight, notes[i], "muted");
        Block(drawing, "Time of one training step", "t", top, models, costs, c => c.Seconds, SecondsLabel);
        Block(drawing, "Memory of one training step", "m", top + block, models, costs, c => c.Bytes, BytesLabel);
        string svg = drawing.Render("costs", title, Describe(models, costs)).ToString();
        return svg.Replace("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ", StringComparison.Ordinal).Replace("<title", $"<style>{PageStyle.Css}\n{OwnStyle}</style><title", StringComparison.Ordinal);
    }

    /// <summary>The power with which a model's cost grows with the length; null where it was measured at fewer than two.</summary>
    public static double? Slope(IEnumerable<LengthCost> costs, string model, Func<LengthCost, double?> value) =>
        LogSlope.OfLast(costs.Where(c => c.Model == model && value(c) is > 0).Select(c => ((double)c.Length, value(c)!.Value)), SlopePoints);

    private static string OwnStyle => ".paper { fill: var(--paper); } .other { stroke: var(--rule); stroke-width: 1; fill: none; } .cross { stroke: var(--s1); stroke-width: 1.6; }";

    private static void Block(
        Drawing drawing, string heading, string id, double top, string[] models, IReadOnlyList<LengthCost> costs, Func<LengthCost, double?> value, Func<double, string> label)
    {
        double[] values = [.. costs.Select(value).OfType<double>().Where(v => v > 0)];
        var x = new Axis(Math.Log2(costs.Min(c => c.Length)), Math.Log2(Math.Max(costs.Max(c => c.Length), 2 * costs.Min(c => c.Length))), PlotLeft, PlotRight);
        var y = new Axis(Math.Floor(Math.Log10(values.DefaultIfEmpty(1).Min())), Math.Ceiling(Math.Log10(values.DefaultIfEmpty(10).Max()) + 1e-9), PlotBottom, PlotTop);
        drawing.Text(Edge, top + 22, heading, "strong");

        // What all panels share is drawn once and repeated.
        var shared = new Markup();
        for (double power = y.Low; power <= y.High; power++) shared.Add($"<line class=\"grid\" x1=\"{PlotLeft}\" y1=\"{y.At(power)}\" x2=\"{PlotRight}\" y2=\"{y.At(power)}\"/>");
        foreach (string model in models) shared.Add($"<path class=\"other\" d=\"{Line(x, y, costs, model, value)}\"/>");
        drawing.Body.Add($"<defs><g id=\"{id}\">{shared}</g></defs>");
        for (int i = 0; i < models.Length; i++)
        {
            double left = Edge + Labels + i % Columns * PanelWidth, panelTop = top + Heading + i / Columns * PanelHeight;
            drawing.Body.Add($"<g transform=\"translate({left} {panelTop})\"><use href=\"#{id}\"/>");
            if (i % Columns == 0)
                for (double power = y.Low; power <= y.High; power++) drawing.Text(PlotLeft - 6, y.At(power) + 4, label(power), "end muted");
            Panel(drawing, x, y, models[i], costs, value);
            drawing.Body.Add($"</g>");
        }
    }

    private static void Panel(Drawing drawing, Axis x, Axis y, string model, IReadOnlyList<LengthCost> costs, Func<LengthCost, double?> value)
    {
        var style = new SeriesStyle(0, "masked");
        drawing.Text(PlotLeft, 15, model, "strong");
        drawing.Text(PlotLeft - 3, PlotBottom + 15, LengthLabel(costs.Min(c => c.Length)), "muted");
        drawing.Text(PlotRight + 3, PlotBottom + 15, LengthLabel(costs.Max(c => c.Length)), "end muted");
        if (Slope(costs, model, value) is { } slope)
            drawing.Text((PlotLeft + PlotRight) / 2, PlotBottom + 15, string.Create(CultureInfo.InvariantCulture, $"∝ L^{slope:0.00}"), "middle");
        drawing.Body.Add($"<path class=\"mean {style.Colour}\" d=\"{Line(x, y, costs, model, value)}\"/>");
        foreach (LengthCost cost in costs.Where(c => c.Model == model))
        {
            double at = x.At(Math.Log2(cost.Length));
            if (value(cost) is { } v and > 0) drawing.Mark(style, at, y.At(Math.Log10(v)), 2.6);
            else drawing.Body.Add($"<path class=\"cross\" d=\"M{at - 3} {PlotTop - 3}l6 6m0 -6l-6 6\"/>");
        }
    }

    private static IEnumerable<string> Lines(string text, int characters)
    {
        string line = "";
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > characters)
            {
                yield return line;
                line = "";
            }
            line += line.Length > 0 ? $" {word}" : word;
        }
        if (line.Length > 0) yield return line;
    }

    private static string Line(Axis x, Axis y, IReadOnlyList<LengthCost> costs, string model, Func<LengthCost, double?> value)
    {
        var path = new StringBuilder();
        foreach (LengthCost cost in costs.Where(c => c.Model == model && value(c) is > 0).OrderBy(c => c.Length))
            path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? "M" : "L")}{x.At(Math.Log2(cost.Length)):0.#} {y.At(Math.Log10(value(cost)!.Value)):0.#}");
        return path.ToString();
    }

    private static string Describe(string[] models, IReadOnlyList<LengthCost> costs) => string.Join(" ", models.Select(model =>
    {
        LengthCost[] measured = [.. costs.Where(c => c.Model == model && c.Seconds is not null).OrderBy(c => c.Length)];
        int[] missed = [.. costs.Where(c => c.Model == model && c.Seconds is null).Select(c => c.Length).Order()];
        string text = measured.Length == 0 ? $"{model}: nothing measured." : string.Create(
            CultureInfo.InvariantCulture,
            $"{model}: {1000 * measured[^1].Seconds:0.#} ms and {Wording.Memory((long)(measured[^1].Bytes ?? 0))} at {measured[^1].Length} steps.");
        return missed.Length == 0 ? text : $"{text} Not through {string.Join(", ", missed.Select(LengthLabel))}.";
    }));

    private static string LengthLabel(int length) => length % 1024 == 0 ? string.Create(CultureInfo.InvariantCulture, $"{length / 1024}k") : length.ToString(CultureInfo.InvariantCulture);

    private static string SecondsLabel(double power) => power >= 0 ? Scaled(power, " s") : power >= -3 ? Scaled(power + 3, " ms") : Scaled(power + 6, " µs");

    private static string BytesLabel(double power) => power >= 9 ? Scaled(power - 9, " GB") : power >= 6 ? Scaled(power - 6, " MB") : Scaled(power - 3, " kB");

    private static string Scaled(double power, string unit) => Math.Pow(10, power).ToString("0.###", CultureInfo.InvariantCulture) + unit;
}

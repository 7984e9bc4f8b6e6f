using System.Globalization;
using System.Text;
using Lengthwise.Reports.Html;
using Lengthwise.Statistics;

namespace Lengthwise.Reports.Plots;

/// <summary>Share of right items against the probability that a model gave its choice; a calibrated model lies on the diagonal.</summary>
internal static class ReliabilityChart
{
    private const double Width = 460, Side = 240, Left = 46, Bottom = 46;

    /// <summary>Draws the arms of one model.</summary>
    public static Markup Render(string id, TaskSummary task, string model)
    {
        Aggregate[] arms = [.. task.Aggregates.Where(a => a.Model == model && a.Calibration is not null)];
        double keyWidth = Width - Left - 14, top = 34 + Legend.Height(arms.Select(a => a.Objective), keyWidth) + 10, bottom = top + Side;
        var drawing = new Drawing(Width, bottom + Bottom);
        // A model that is always sure and always right still needs an axis.
        double least = Math.Min(0.9, Math.Floor(10.0 * arms.SelectMany(a => Filled(a.Calibration!)).Min(b => Math.Min(b.Accuracy, b.Confidence))) / 10);
        var y = new Axis(least, 1, bottom, top);
        var x = new Axis(least, 1, Left, Width - 14);

        drawing.Text(Left, 14, model, "strong");
        drawing.Text(Left, 30, "right, %", "muted");
        Legend.Draw(drawing, [.. arms.Select(a => (a.Objective, new SeriesStyle(task.NumberOf(model), a.Objective)))], Left, 36, keyWidth, marked: true);
        drawing.VerticalAxis(y, Left, Width - 14, 100);
        drawing.HorizontalAxis(x, bottom, "probability of the choice, %", 100);
        drawing.Line(x.At(least), y.At(least), x.At(1), y.At(1), "chance");
        foreach (Aggregate arm in arms) Draw(drawing, x, y, new SeriesStyle(task.NumberOf(model), arm.Objective), arm.Calibration!);
        return drawing.Render(id, $"{task.Name}, {model}: reliability", string.Join(" ", arms.Select(a => $"{a.Objective}: expected calibration error {Percent(a.Calibration!.Error)}.")));
    }

    /// <summary>A share in percent.</summary>
    internal static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private static void Draw(Drawing drawing, Axis x, Axis y, SeriesStyle style, Calibration calibration)
    {
        double items = calibration.Bins.Sum(b => b.Items);
        var path = new StringBuilder();
        foreach (CalibrationBin bin in Filled(calibration))
            path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? "M" : "L")}{x.At(bin.Confidence):0.#} {y.At(bin.Accuracy):0.#}");
        drawing.Body.Add($"<path class=\"mean {style.Colour} {style.Dash}\" d=\"{path.ToString()}\"/>");
        // Area by the number of items, so that an empty corner does not draw the eye.
        foreach (CalibrationBin bin in Filled(calibration)) drawing.Mark(style, x.At(bin.Confidence), y.At(bin.Accuracy), 1.5 + 5 * Math.Sqrt(bin.Items / items));
    }

    private static IEnumerable<CalibrationBin> Filled(Calibration calibration) => calibration.Bins.Where(b => b.Items > 0);
}

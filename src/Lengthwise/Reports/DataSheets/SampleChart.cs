using System.Globalization;
using System.Text;
using Lengthwise.Reports.Html;
using Lengthwise.Reports.Plots;

namespace Lengthwise.Reports.DataSheets;

/// <summary>The channels of one row over its steps.</summary>
internal static class SampleChart
{
    private const double Width = 460, Height = 150, Left = 36, Right = 450, Top = 8, Bottom = 116;
    private const int MostPoints = 400, MostChannels = 8;

    /// <summary>The picture.</summary>
    public static Markup Render(DataSheetSample sample, int index)
    {
        var drawing = new Drawing(Width, Height);
        int steps = sample.Channels[0].Count;
        var x = new Axis(0, Math.Max(1, steps - 1), Left, Right);
        Axis y = Axis.Around(sample.Channels.SelectMany(c => c).Select(v => (double)v), Bottom, Top);
        drawing.VerticalAxis(y, Left, Right, 1, 3);
        for (int c = 0; c < Math.Min(MostChannels, sample.Channels.Count); c++)
            drawing.Body.Add($"<path class=\"mean c{c.ToString(CultureInfo.InvariantCulture)}\" style=\"stroke-width:1.2\" d=\"{Line(sample.Channels[c], x, y)}\"/>");
        drawing.HorizontalAxis(x, Bottom, "");
        string id = "sample" + index.ToString(CultureInfo.InvariantCulture);
        return drawing.Render(id, $"A row of class {sample.Label}", $"{Wording.Count(sample.Channels.Count)} channels over {Wording.Count(steps)} steps, normalised.");
    }

    // Where there are more steps than pixels, the extremes of each pixel's steps are drawn, so that no peak is lost.
    private static string Line(IReadOnlyList<float> values, Axis x, Axis y)
    {
        var path = new StringBuilder();
        int stride = Math.Max(1, values.Count / MostPoints);
        for (int start = 0; start < values.Count; start += stride)
        {
            float[] piece = [.. values.Skip(start).Take(stride)];
            Add(path, x.At(start), y.At(piece.Min()));
            if (stride > 1) Add(path, x.At(start), y.At(piece.Max()));
        }
        return path.ToString();
    }

    private static void Add(StringBuilder path, double x, double y) =>
        path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? 'M' : 'L')}{x:0.#},{y:0.#}");
}

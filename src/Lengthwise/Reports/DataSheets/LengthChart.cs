using Lengthwise.Reports.Html;
using Lengthwise.Reports.Plots;

namespace Lengthwise.Reports.DataSheets;

/// <summary>Histogram of lengths.</summary>
internal static class LengthChart
{
    private const double Width = 460, Height = 220, Left = 52, Right = 440, Top = 14, Bottom = 172;
    private const int MostBars = 30;

    /// <summary>The picture.</summary>
    public static Markup Render(IReadOnlyList<int> lengths)
    {
        var drawing = new Drawing(Width, Height);
        (int least, int most) = (lengths.Min(), lengths.Max());
        int bars = most == least ? 1 : Math.Min(MostBars, most - least + 1);
        double step = Math.Max(1, most - least + 1) / (double)bars;
        var counts = new int[bars];
        foreach (int length in lengths) counts[Math.Min(bars - 1, (int)((length - least) / step))]++;

        var x = new Axis(least, Math.Max(most, least + 1), Left, Right);
        var y = new Axis(0, counts.Max() * 1.05, Bottom, Top);
        drawing.VerticalAxis(y, Left, Right, 1, 4);
        double width = (Right - Left) / bars;
        for (int i = 0; i < bars; i++)
        {
            double height = Bottom - y.At(counts[i]);
            drawing.Body.Add($"<rect class=\"mark c0\" x=\"{Left + i * width + 0.5}\" y=\"{Bottom - height}\" width=\"{Math.Max(1, width - 1)}\" height=\"{height}\"/>");
        }
        drawing.HorizontalAxis(x, Bottom, "steps");
        int[] sorted = [.. lengths.Order()];
        string description = $"{Wording.Count(lengths.Count)} rows of {Wording.Count(least)} to {Wording.Count(most)} steps, median {Wording.Count(sorted[sorted.Length / 2])}.";
        return drawing.Render("lengths", "Lengths of the training rows", description);
    }
}

using Lengthwise.Reports.Html;
using Lengthwise.Statistics;

namespace Lengthwise.Reports.Plots;

/// <summary>A row of <see cref="IntervalChart"/>.</summary>
/// <param name="Group">Heading above the first row of its group.</param>
/// <param name="Name">Name of the row.</param>
/// <param name="Interval">What is drawn.</param>
/// <param name="Style">Colour and marker.</param>
internal sealed record IntervalRow(string Group, string Name, Interval Interval, SeriesStyle Style);

/// <summary>Differences as dots with their 95 % intervals beside a line at zero; the numbers stand at the right.</summary>
internal sealed class IntervalChart
{
    private const double Width = 460, RowHeight = 24, GroupHeight = 26, NumberWidth = 136, Top = 8, Bottom = 46;

    /// <summary>What the picture shows, for its title.</summary>
    public required string Title { get; init; }

    /// <summary>Title of the horizontal axis, with its unit.</summary>
    public required string AxisTitle { get; init; }

    /// <summary>How numbers are written.</summary>
    public required MetricText Text { get; init; }

    /// <summary>Draws the rows.</summary>
    public Markup Render(string id, IReadOnlyList<IntervalRow> rows)
    {
        double left = Math.Clamp(rows.Max(r => r.Name.Length) * Drawing.CharacterWidth + 18, 76, 150);
        double height = rows.Count * RowHeight + rows.Select(r => r.Group).Distinct().Count() * GroupHeight;
        double bottom = Top + height;
        var drawing = new Drawing(Width, bottom + Bottom);
        var x = Axis.Around(rows.SelectMany(r => new[] { r.Interval.Low ?? r.Interval.Mean, r.Interval.High ?? r.Interval.Mean }).Append(0), left, Width - NumberWidth);

        drawing.Line(x.At(0), Top, x.At(0), bottom, "zero");
        drawing.HorizontalAxis(x, bottom, AxisTitle, Text.IsPercent ? 100 : 1);
        double y = Top;
        string group = "";
        foreach (IntervalRow row in rows)
        {
            if (row.Group != group || y == Top)
            {
                group = row.Group;
                drawing.Text(0, y + 17, group, "strong halo");
                y += GroupHeight;
            }
            Draw(drawing, x, row, y + RowHeight / 2);
            y += RowHeight;
        }
        return drawing.Render(id, Title, string.Join(" ", rows.Select(r => $"{r.Group}, {r.Name}: {Text.SignedRange(r.Interval)}.")));
    }

    private void Draw(Drawing drawing, Axis x, IntervalRow row, double y)
    {
        drawing.Text(8, y + 4, row.Name.Length > 21 ? row.Name[..20] + "…" : row.Name);
        if (row.Interval is { Low: { } low, High: { } high }) drawing.Line(x.At(low), y, x.At(high), y, $"interval {row.Style.Colour}");
        drawing.Mark(row.Style, x.At(row.Interval.Mean), y, 4.5);
        drawing.Text(Width, y + 4, Typography.Minus(Text.SignedRange(row.Interval)), row.Interval.ExcludesZero ? "end number" : "end number muted");
    }
}

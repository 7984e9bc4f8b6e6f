namespace Lengthwise.Reports.Plots;

/// <summary>A key in rows: a piece of the line, its marker where one is drawn, and the name.</summary>
internal static class Legend
{
    private const double RowHeight = 17;
    private const double SampleWidth = 24;
    private const double Gap = 14;

    /// <summary>Height of the rows that these names need in that width.</summary>
    public static double Height(IEnumerable<string> names, double width) => (Places(names, width).LastOrDefault().Row + 1) * RowHeight;

    /// <summary>Draws the rows.</summary>
    public static void Draw(Drawing drawing, IReadOnlyList<(string Name, SeriesStyle Style)> entries, double left, double top, double width, bool marked)
    {
        (double X, int Row)[] places = [.. Places(entries.Select(e => e.Name), width)];
        for (int i = 0; i < entries.Count; i++)
        {
            (string name, SeriesStyle style) = entries[i];
            double x = left + places[i].X, y = top + places[i].Row * RowHeight + RowHeight / 2;
            drawing.Line(x, y, x + SampleWidth, y, $"mean {style.Colour} {style.Dash}");
            if (marked) drawing.Mark(style, x + SampleWidth / 2, y, 3.6);
            drawing.Text(x + SampleWidth + 5, y + 4, name);
        }
    }

    private static IEnumerable<(double X, int Row)> Places(IEnumerable<string> names, double width)
    {
        double x = 0;
        int row = 0;
        foreach (string name in names)
        {
            double needed = SampleWidth + 5 + name.Length * Drawing.CharacterWidth;
            if (x > 0 && x + needed > width) (x, row) = (0, row + 1);
            yield return (x, row);
            x += needed + Gap;
        }
    }
}

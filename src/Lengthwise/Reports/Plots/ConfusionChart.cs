using Lengthwise.Reports.Html;
using Lengthwise.Statistics;

namespace Lengthwise.Reports.Plots;

/// <summary>A confusion matrix as shaded squares: a row a true class, shares of the row in percent.</summary>
internal static class ConfusionChart
{
    private const double Width = 460, Top = 34, Bottom = 8;
    private const int Named = 3;

    /// <summary>Draws one matrix.</summary>
    public static Markup Render(string id, string heading, ConfusionMatrix matrix)
    {
        int classes = matrix.Classes.Count;
        double left = Math.Clamp(matrix.Classes.Max(c => Math.Min(c.Length, 12)) * Drawing.CharacterWidth + 10, 30, 90);
        double side = Math.Min(56, (Width - left) / classes), top = Top + 18;
        var drawing = new Drawing(Width, top + classes * side + Bottom);
        drawing.Text(0, 14, heading, "strong");
        for (int k = 0; k < classes; k++)
        {
            drawing.Text(left - 6, top + (k + 0.5) * side + 4, Short(matrix.Classes[k], 12), "end small");
            drawing.Text(left + (k + 0.5) * side, top - 6, Short(matrix.Classes[k], Math.Max(1, (int)(side / Drawing.CharacterWidth))), "middle small");
        }
        for (int actual = 0; actual < classes; actual++)
        {
            int items = matrix.Actual(actual);
            for (int predicted = 0; predicted < classes; predicted++)
            {
                double share = items == 0 ? 0 : matrix.Count(actual, predicted) / (double)items, x = left + predicted * side, y = top + actual * side;
                drawing.Body.Add($"<rect class=\"{(actual == predicted ? "hit" : "miss")}\" x=\"{x}\" y=\"{y}\" width=\"{side}\" height=\"{side}\" fill-opacity=\"{Math.Round(0.5 * share, 2)}\"/>");
                if (share >= 0.005 && side >= 18) drawing.Text(x + side / 2, y + side / 2 + 4, Wording.Count(Math.Round(100 * share)), "middle small");
            }
        }
        return drawing.Render(id, $"{heading}: confusion", Describe(matrix));
    }

    private static string Describe(ConfusionMatrix matrix)
    {
        var worst = from actual in Enumerable.Range(0, matrix.Classes.Count)
                    from predicted in Enumerable.Range(0, matrix.Classes.Count)
                    where actual != predicted && matrix.Count(actual, predicted) > 0
                    let share = 100.0 * matrix.Count(actual, predicted) / matrix.Actual(actual)
                    orderby share descending
                    select $"{matrix.Classes[actual]} was taken for {matrix.Classes[predicted]} in {Wording.Count(Math.Round(share))} % of its items.";
        string[] most = [.. worst.Take(Named)];
        return most.Length == 0 ? $"No class was taken for another in {Wording.Count(matrix.Counts.Sum())} predictions." : string.Join(" ", most);
    }

    private static string Short(string text, int most) => text.Length <= most ? text : most < 3 ? text[..most] : text[..(most - 1)] + "…";
}

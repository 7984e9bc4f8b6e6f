using Lengthwise.Reports.Html;

namespace Lengthwise.Reports.Plots;

/// <summary>Average ranks on a line, best at the left, with bars under models that cannot be told apart (Demšar, 2006, figure 1).</summary>
internal static class RankDiagram
{
    private const double Width = 460, Top = 52, LabelHeight = 17, CliqueHeight = 9, Left = 16, Right = 16;

    /// <summary>Draws one comparison.</summary>
    public static Markup Render(string id, RankComparison comparison)
    {
        int models = comparison.Models.Count;
        IReadOnlyList<IReadOnlyList<int>> cliques = comparison.Ranks.Cliques();
        int[] order = [.. Enumerable.Range(0, models).OrderBy(j => comparison.Ranks.Ranks[j])];
        int onLeft = (models + 1) / 2;
        double firstLabel = Top + 22 + cliques.Count * CliqueHeight, bottom = firstLabel + onLeft * LabelHeight;
        var drawing = new Drawing(Width, bottom + 6);
        double reserved = Math.Clamp((comparison.Models.Max(m => m.Length) + 6) * Drawing.CharacterWidth, 70, 116);
        double at(double rank) => Left + reserved + 8 + (Width - Left - Right - 2 * (reserved + 8)) * (rank - 1) / (models - 1);

        drawing.Line(at(1), Top, at(models), Top, "axis");
        for (int rank = 1; rank <= models; rank += Math.Max(1, models / 10))
        {
            drawing.Line(at(rank), Top, at(rank), Top - 5, "axis");
            drawing.Text(at(rank), Top - 9, Wording.Count(rank), "middle muted");
        }
        double wide = Math.Min(comparison.Ranks.CriticalDifference, models - 1);
        drawing.Line(at(1), 14, at(1 + wide), 14, "mean c0");
        drawing.Text(at(1 + wide) + 6, 18, $"critical difference {Number(comparison.Ranks.CriticalDifference)}{(wide < comparison.Ranks.CriticalDifference ? ", wider than the scale" : "")}", "muted");
        for (int c = 0; c < cliques.Count; c++)
        {
            double y = Top + 10 + c * CliqueHeight;
            drawing.Line(at(comparison.Ranks.Ranks[cliques[c][0]]) - 4, y, at(comparison.Ranks.Ranks[cliques[c][^1]]) + 4, y, "clique");
        }
        for (int place = 0; place < models; place++)
        {
            bool isLeft = place < onLeft;
            double x = at(comparison.Ranks.Ranks[order[place]]), y = firstLabel + (isLeft ? place : models - 1 - place) * LabelHeight + 8;
            double end = isLeft ? Left + reserved : Width - Right - reserved;
            drawing.Line(x, Top, x, y, "rank");
            drawing.Line(x, y, end, y, "rank");
            drawing.Text(isLeft ? end - 4 : end + 4, y + 4, Name(comparison, order[place]), isLeft ? "end" : "");
        }
        return drawing.Render(id, $"Average ranks, {comparison.Objective}", Describe(comparison, order));
    }

    private static string Name(RankComparison comparison, int model)
    {
        string name = comparison.Models[model];
        return $"{(name.Length > 11 ? name[..10] + "…" : name)} {Number(comparison.Ranks.Ranks[model])}";
    }

    private static string Describe(RankComparison comparison, int[] order) =>
        $"{string.Join(", ", order.Select(j => $"{comparison.Models[j]} {Number(comparison.Ranks.Ranks[j])}"))}; critical difference {Number(comparison.Ranks.CriticalDifference)}."
        + string.Concat(comparison.Ranks.Cliques().Select(c => $" Not told apart: {Wording.Join([.. c.Select(j => comparison.Models[j])])}."));

    private static string Number(double rank) => rank.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture);
}

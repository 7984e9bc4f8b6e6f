using System.Globalization;
using Lengthwise.Reports.Html;
using Lengthwise.Reports.Plots;

namespace Lengthwise.Reports.DataSheets;

/// <summary>Share of each class in each split, a row a class; the largest classes where there are many.</summary>
internal static class ClassChart
{
    private const double Width = 460, Left = 130, Right = 440, Top = 14, RowHeight = 22;
    private const int MostRows = 24;

    /// <summary>The picture.</summary>
    public static Markup Render(DataSheet sheet)
    {
        DataSheetSplit[] splits = [.. sheet.Splits.Where(s => s.RowsPerClass.Sum() > 0)];
        int[] shown = [.. Enumerable.Range(0, sheet.Classes.Count).OrderByDescending(c => splits[0].RowsPerClass[c]).Take(MostRows)];
        double bottom = Top + shown.Length * RowHeight;
        var drawing = new Drawing(Width, bottom + 62);
        double[] all = [.. splits.SelectMany(s => shown.Select(c => Share(s, c)))];
        var x = new Axis(0, all.Max() * 1.08, Left, Right);
        for (int row = 0; row < shown.Length; row++)
        {
            double y = Top + (row + 0.5) * RowHeight;
            drawing.Text(Left - 8, y + 4, Short(sheet.Classes[shown[row]]), "end");
            drawing.Line(Left, y, Right, y, "grid");
            for (int s = 0; s < splits.Length; s++)
                drawing.Body.Add($"<circle class=\"mark c{s.ToString(CultureInfo.InvariantCulture)}{(s == 0 ? "" : " hollow")}\" cx=\"{x.At(Share(splits[s], shown[row]))}\" cy=\"{y}\" r=\"{(s == 0 ? 5 : 4)}\"/>");
        }
        drawing.HorizontalAxis(x, bottom, "", 100);
        double at = Left;
        for (int s = 0; s < splits.Length; s++)
        {
            drawing.Body.Add($"<circle class=\"mark c{s.ToString(CultureInfo.InvariantCulture)}{(s == 0 ? "" : " hollow")}\" cx=\"{at}\" cy=\"{bottom + 40}\" r=\"4\"/>");
            drawing.Text(at + 9, bottom + 44, splits[s].Name, "muted");
            at += 34 + splits[s].Name.Length * Drawing.CharacterWidth;
        }
        drawing.Text(Right, bottom + 44, "% of the split", "end muted");
        string description = string.Join("; ", shown.Select(c => $"{sheet.Classes[c]} {Share(splits[0], c).ToString("P1", CultureInfo.InvariantCulture)}")) + $" of {splits[0].Name}.";
        return drawing.Render("classes", "Share of each class", description);
    }

    private static double Share(DataSheetSplit split, int label) => split.RowsPerClass[label] / (double)Math.Max(1, split.RowsPerClass.Sum());

    private static string Short(string name) => name.Length <= 18 ? name : name[..17] + "…";
}

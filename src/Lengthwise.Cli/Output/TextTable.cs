using System.Text;

namespace Lengthwise.Cli.Output;

/// <summary>Plain columns; the last one takes what is left of the width and wraps.</summary>
internal static class TextTable
{
    private const int Gap = 2, NarrowestLast = 20;

    /// <summary>Draws the rows below a header.</summary>
    public static string Render(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows, int width)
    {
        int last = header.Count - 1;
        int[] widths = [.. Enumerable.Range(0, header.Count).Select(c => rows.Select(r => r[c].Length).Append(header[c].Length).Max())];
        int before = widths[..last].Sum(w => w + Gap);
        widths[last] = Math.Max(NarrowestLast, Math.Min(widths[last], width - before));

        var text = new StringBuilder();
        Line(text, header, widths);
        foreach (IReadOnlyList<string> row in rows) Line(text, row, widths);
        return text.ToString();
    }

    private static void Line(StringBuilder text, IReadOnlyList<string> cells, int[] widths)
    {
        int last = cells.Count - 1;
        string start = string.Concat(cells.Take(last).Select((c, i) => c.PadRight(widths[i] + Gap)));
        foreach (string part in Wrap(cells[last], widths[last]))
        {
            text.AppendLine((start + part).TrimEnd());
            start = new string(' ', start.Length);
        }
    }

    private static IEnumerable<string> Wrap(string cell, int width)
    {
        while (cell.Length > width)
        {
            int at = cell.LastIndexOf(' ', width);
            if (at <= 0) at = width;
            yield return cell[..at];
            cell = cell[at..].TrimStart();
        }
        yield return cell;
    }
}

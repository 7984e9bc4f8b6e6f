using System.Text;

namespace Lengthwise.Reports;

/// <summary>
/// A plain text table that fits a width: columns are as wide as their content; when that is too much they move together, and then names give way.
/// </summary>
internal sealed class TextTable(int width, params string[] headings)
{
    private const int WideGutter = 2, NarrowGutter = 1;
    private const int LeastNameWidth = 6;
    private readonly List<string[]> _rows = [];

    /// <summary>Number of leading columns that hold names: aligned left, the rest right.</summary>
    public int NameColumns { get; init; } = 1;

    /// <summary>Adds a row.</summary>
    public void Add(params string[] cells)
    {
        if (cells.Length != headings.Length) throw new ArgumentException($"expected {headings.Length} cells, got {cells.Length}");
        _rows.Add(cells);
    }

    /// <summary>The lines, without trailing spaces.</summary>
    public IEnumerable<string> Lines()
    {
        int[] natural = [.. headings.Select((h, i) => _rows.Select(r => r[i].Length).Append(h.Length).Max())];
        int gutter = natural.Sum() + WideGutter * (natural.Length - 1) > width ? NarrowGutter : WideGutter;
        int[] widths = Fitted(natural, gutter);
        yield return Line(headings, widths, gutter);
        yield return new string('-', widths.Sum() + gutter * (widths.Length - 1));
        foreach (string[] row in _rows) yield return Line(row, widths, gutter);
    }

    private int[] Fitted(int[] widths, int gutter)
    {
        for (int column = 0; column < NameColumns; column++)
        {
            int excess = widths.Sum() + gutter * (widths.Length - 1) - width;
            if (excess > 0) widths[column] = Math.Max(LeastNameWidth, widths[column] - excess);
        }
        return widths;
    }

    private string Line(string[] cells, int[] widths, int gutter)
    {
        var line = new StringBuilder();
        for (int i = 0; i < cells.Length; i++)
        {
            if (i > 0) line.Append(' ', gutter);
            string cell = cells[i].Length <= widths[i] ? cells[i] : cells[i][..(widths[i] - 1)] + "~";
            line.Append(i < NameColumns ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]));
        }
        return line.ToString().TrimEnd();
    }
}

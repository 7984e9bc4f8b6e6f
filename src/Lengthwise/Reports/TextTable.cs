using System.Text;

namespace Lengthwise.Reports;

/// <summary>A plain text table that fits a width: columns are as wide as their content, the first gives way when that is too much.</summary>
internal sealed class TextTable(int width, params string[] headings)
{
    private const int Gutter = 2;
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
        int[] widths = Widths();
        yield return Line(headings, widths);
        yield return new string('-', widths.Sum() + Gutter * (widths.Length - 1));
        foreach (string[] row in _rows) yield return Line(row, widths);
    }

    private int[] Widths()
    {
        int[] widths = [.. headings.Select((h, i) => _rows.Select(r => r[i].Length).Append(h.Length).Max())];
        for (int column = 0; column < NameColumns; column++)
        {
            int excess = widths.Sum() + Gutter * (widths.Length - 1) - width;
            if (excess > 0) widths[column] = Math.Max(LeastNameWidth, widths[column] - excess);
        }
        return widths;
    }

    private string Line(string[] cells, int[] widths)
    {
        var line = new StringBuilder();
        for (int i = 0; i < cells.Length; i++)
        {
            if (i > 0) line.Append(' ', Gutter);
            string cell = cells[i].Length <= widths[i] ? cells[i] : cells[i][..(widths[i] - 1)] + "~";
            line.Append(i < NameColumns ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]));
        }
        return line.ToString().TrimEnd();
    }
}

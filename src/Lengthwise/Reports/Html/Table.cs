namespace Lengthwise.Reports.Html;

/// <summary>A table that scrolls sideways on its own where the screen is narrow; its explanation above it does not scroll.</summary>
internal static class Table
{
    /// <summary>Opens the table up to its body.</summary>
    /// <param name="page">The page.</param>
    /// <param name="label">Name for readers who cannot see it.</param>
    /// <param name="explanation">What the columns hold.</param>
    /// <param name="headings">Column headings; the first <paramref name="names"/> are aligned left.</param>
    /// <param name="names">Columns of names.</param>
    public static void Open(Markup page, string label, string explanation, IReadOnlyList<Cell> headings, int names)
    {
        page.Add($"<p class=\"note scroll-note\">{explanation}</p>\n");
        page.Add($"<div class=\"scroll\" role=\"region\" aria-label=\"{label}\" tabindex=\"0\">\n<table>\n<thead><tr>");
        for (int i = 0; i < headings.Count; i++) page.Add($"<th scope=\"col\"{headings[i].Attribute(i < names)}>{headings[i].Text}</th>");
        page.Add($"</tr></thead>\n");
    }

    /// <summary>Rows under one heading, which stands once before them.</summary>
    /// <param name="page">The page.</param>
    /// <param name="heading">First column of all rows.</param>
    /// <param name="names">Columns of names, the heading's included.</param>
    /// <param name="rows">The further cells of each row.</param>
    public static void Group(Markup page, string heading, int names, IReadOnlyList<IReadOnlyList<Cell>> rows)
    {
        page.Add($"<tbody>\n");
        for (int r = 0; r < rows.Count; r++)
        {
            page.Add($"<tr>");
            if (r == 0) page.Add($"<th scope=\"rowgroup\" class=\"left\" rowspan=\"{rows.Count}\">{heading}</th>");
            for (int i = 0; i < rows[r].Count; i++) page.Add($"<td{rows[r][i].Attribute(i + 1 < names)}>{Typography.Minus(rows[r][i].Text)}</td>");
            page.Add($"</tr>\n");
        }
        page.Add($"</tbody>\n");
    }

    /// <summary>Closes it.</summary>
    public static void Close(Markup page) => page.Add($"</table>\n</div>\n");
}

/// <summary>A cell of a table.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Style">Classes; none for a plain number.</param>
internal sealed record Cell(string Text, string Style = "")
{
    /// <summary>A plain cell.</summary>
    public static implicit operator Cell(string text) => new(text);

    /// <summary>The class attribute, or nothing.</summary>
    public Markup Attribute(bool isName) => Markup.Of(m =>
    {
        string style = isName ? $"left {Style}".TrimEnd() : Style;
        if (style.Length > 0) m.Add($" class=\"{style}\"");
    });
}

namespace Lengthwise.Reports.Html;

/// <summary>The same figures over several axes, of which a reader picks one: radio buttons and style sheet, no script. Arrow keys move between them.</summary>
internal static class AxisSwitch
{
    /// <summary>Writes the choices and what each shows; a single one needs no switch.</summary>
    /// <param name="page">The page.</param>
    /// <param name="id">Unique on the page.</param>
    /// <param name="legend">What is chosen.</param>
    /// <param name="panes">Name and content of each choice; the first is shown at first, at most four.</param>
    public static void Write(Markup page, string id, string legend, IReadOnlyList<(string Name, Markup Content)> panes)
    {
        if (panes.Count == 1)
        {
            page.Add($"{panes[0].Content}");
            return;
        }
        page.Add($"<fieldset class=\"switch\">\n<legend>{legend}</legend>\n");
        for (int i = 0; i < panes.Count; i++)
        {
            string choice = $"{id}-{Wording.Count(i)}";
            page.Add($"<input type=\"radio\" name=\"{id}\" id=\"{choice}\"{Markup.Trusted(i == 0 ? " checked=\"checked\"" : "")}/><label for=\"{choice}\">{panes[i].Name}</label>\n");
        }
        foreach ((_, Markup content) in panes) page.Add($"<div class=\"pane\">\n{content}</div>\n");
        page.Add($"</fieldset>\n");
    }
}

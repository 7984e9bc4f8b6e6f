using Lengthwise.Diagnoses;
using Lengthwise.Reports.Html;

namespace Lengthwise.Reports.Reach;

/// <summary>How far layers look, as one page that needs nothing else, <c>reach.html</c>.</summary>
public static class ReachPage
{
    /// <summary>The page.</summary>
    public static string Render(ReachDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var page = new Markup();
        page.Add($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
            <meta name="generator" content="Lengthwise"/>
            <title>Where it looks: {document.Title}</title>
            <style>
            {PageStyle.Css}
            </style>
            </head>
            <body>
            <header>
            <h1>{document.Title}</h1>

            """);
        foreach (string answer in ReachWording.Answers(document)) page.Add($"<p class=\"answer\">{Typography.Minus(answer)}</p>\n");
        page.Add($"</header>\n<main>\n");
        ReachSection.Write(page, document, "reach");
        page.Add($"</main>\n<footer><p>Made by Lengthwise; the same numbers are in {ReachDocument.FileName} beside this page.</p></footer>\n</body>\n</html>\n");
        return page.ToString();
    }
}

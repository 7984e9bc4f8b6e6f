using Lengthwise.Reports.Html;
using Lengthwise.Web.Access;

namespace Lengthwise.Web.Pages;

/// <summary>The document around a page's parts. It can be read without script, which then renews it every few seconds.</summary>
internal static class PageShell
{
    /// <summary>The whole document.</summary>
    /// <param name="state">The page.</param>
    /// <param name="path">What it shows, as in its address.</param>
    /// <param name="above">Pages above it, outermost first.</param>
    /// <param name="message">What became of a button that was pressed without script; empty otherwise.</param>
    public static string Render(PageState state, string path, IReadOnlyList<(string Path, string Name)> above, string message)
    {
        var page = new Markup();
        page.Add($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <title>{state.Title}</title>
            <link rel="icon" href="/assets/icon.svg"/>
            <link rel="stylesheet" href="/assets/watch.css"/>
            <script type="module" src="/assets/watch.js"></script>
            <noscript><meta http-equiv="refresh" content="5"/></noscript>
            </head>
            <body data-at="{path}">
            <a class="skip" href="#content">Skip to the content</a>
            <header>

            """);
        if (above.Count > 0)
        {
            page.Add($"<nav aria-label=\"Above\"><ul>");
            foreach ((string up, string name) in above) page.Add($"<li><a href=\"{Address(up)}\">{name}</a></li>");
            page.Add($"</ul></nav>\n");
        }
        page.Add($"<h1>{state.Heading}</h1>\n<p id=\"connection\" class=\"notice\" role=\"alert\" hidden=\"hidden\"></p>\n<p id=\"message\" class=\"notice\" role=\"status\"{(message.Length == 0 ? Hidden : Markup.Of(_ => { }))}>{message}</p>\n");
        page.Add($"<p id=\"announcement\" class=\"unseen\" aria-live=\"polite\"></p>\n</header>\n<main id=\"content\" tabindex=\"-1\">\n");
        foreach (Part part in state.Parts) page.Add($"{Markup.Trusted(part.Html)}\n");
        page.Add($"</main>\n<footer><p>Read from the files of the runs; closing this page, or ending <code>lengthwise watch</code>, stops no training.</p></footer>\n</body>\n</html>\n");
        return page.ToString();
    }

    /// <summary>The address of a page.</summary>
    public static string Address(string path) => path.Length == 0 ? "/" : "/?at=" + Uri.EscapeDataString(path);

    /// <summary>A button with its form.</summary>
    /// <param name="page">Where it goes.</param>
    /// <param name="action">Path that it posts to, and id of the button.</param>
    /// <param name="label">What stands on it.</param>
    /// <param name="path">What it is about.</param>
    /// <param name="token">The page's secret.</param>
    public static void Button(Markup page, string action, string label, string path, AccessToken token) =>
        page.Add($"<form method=\"post\" action=\"/{action}\"><input type=\"hidden\" name=\"at\" value=\"{path}\"/><input type=\"hidden\" name=\"{RequestGuard.TokenField}\" value=\"{token.Text}\"/><button id=\"{action}\">{label}</button></form>");

    private static Markup Hidden { get; } = Markup.Trusted(" hidden=\"hidden\"");
}

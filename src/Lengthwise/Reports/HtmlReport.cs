using Lengthwise.Reports.Html;

namespace Lengthwise.Reports;

/// <summary>
/// The comparison as one HTML file that needs nothing else: no network, no script. Light and dark, on paper and on a phone. Well-formed
/// as XML too, which the tests use.
/// </summary>
public static class HtmlReport
{
    private const int MostLargeAnswers = 4;

    /// <summary>The page.</summary>
    public static string Render(Summary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        var page = new Markup();
        page.Add($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
            <meta name="generator" content="Lengthwise"/>
            <title>{summary.Data.Title}</title>
            <style>
            {PageStyle.Css}
            </style>
            </head>
            <body>
            <a class="skip" href="#results">Skip to the results</a>

            """);
        Header(page, summary);
        page.Add($"<main id=\"results\">\n");
        for (int t = 0; t < summary.Tasks.Count; t++) TaskSection.Write(page, summary, summary.Tasks[t], Anchor(t));
        AcrossSection.Write(page, summary);
        WhereItLooks.Write(page, summary);
        ConditionsSection.Write(page, summary);
        RunsSection.Write(page, summary);
        Reproduce(page, summary);
        page.Add($"</main>\n<footer><p>Made by Lengthwise {Versions(summary)}from the runs listed above; the same numbers are in the JSON and CSV files beside this page.</p></footer>\n</body>\n</html>\n");
        return page.ToString();
    }

    private static void Header(Markup page, Summary summary)
    {
        page.Add($"<header{Markup.Trusted(summary.Tasks.Count > MostLargeAnswers ? " class=\"many\"" : "")}>\n<h1>{summary.Data.Title}</h1>\n");
        if (summary.Tasks.Count == 0) page.Add($"<p class=\"answer\">{summary.Answer}</p>\n");
        foreach (TaskSummary task in summary.Tasks)
            page.Add($"<p class=\"answer\">{TaskName(summary, task)}{Typography.Minus(task.Answers[0])}</p>\n");
        page.Add($"<p class=\"facts\">{Facts(summary)}</p>\n");
        if (summary.Warnings.Count > 0)
            page.Add($"<p class=\"notice\">⚠ {summary.Warnings.Count} {(summary.Warnings.Count == 1 ? "thing limits" : "things limit")} this comparison: <a href=\"#conditions\">read {(summary.Warnings.Count == 1 ? "it" : "them")} first</a></p>\n");
        page.Add($"<nav aria-label=\"Sections\"><ul>\n");
        for (int t = 0; t < summary.Tasks.Count; t++) page.Add($"<li><a href=\"#{Anchor(t)}\">{summary.Tasks[t].Name}</a></li>\n");
        if (AcrossSection.Has(summary)) page.Add($"<li><a href=\"#across\">Over {(summary.Tasks.Count > 1 ? "tasks" : "models")}</a></li>\n");
        WhereItLooks.Links(page, summary);
        page.Add($"<li><a href=\"#conditions\">Fairness and settings</a></li>\n<li><a href=\"#runs\">Runs</a></li>\n<li><a href=\"#reproduce\">Reproduce</a></li>\n</ul></nav>\n</header>\n");
    }

    private static Markup TaskName(Summary summary, TaskSummary task) => Markup.Of(m =>
    {
        if (summary.Tasks.Count > 1) m.Add($"<b>{task.Name}</b> ");
    });

    private static string Facts(Summary summary)
    {
        ComparisonData data = summary.Data;
        var facts = new List<string>
        {
            $"{Wording.Count(data.Cells.Count)} finished runs",
            $"brackets hold 95 % intervals ({string.Join("; ", summary.Tasks.Select(t => t.Uncertainty).Distinct())}; gains and gaps paired by seed and item)",
            "an effect is called seen when its interval excludes zero",
        };
        if (data.Trials.Count > 0) facts.Insert(1, $"{Wording.Count(data.Trials.Count)} tuning runs");
        if (data.Preset.Length > 0) facts.Insert(0, $"preset {data.Preset}");
        return Wording.Sentence(string.Join("; ", facts)) + ".";
    }

    private static void Reproduce(Markup page, Summary summary)
    {
        page.Add($"<section aria-labelledby=\"reproduce\">\n<h2 id=\"reproduce\">How to reproduce</h2>\n");
        if (summary.Data.Command.Length > 0) page.Add($"<p>The whole comparison:</p>\n<pre tabindex=\"0\">{summary.Data.Command}</pre>\n");
        page.Add($"<p>One cell: save its resolved recipe (under <a href=\"#runs\">Runs</a>) as a file and train from it.</p>\n<pre tabindex=\"0\">lengthwise train cell.toml</pre>\n");
        page.Add($"<p class=\"note\">With the same recipe, seed, number of threads and kind of machine every score repeats to the last digit; times and memory do not.</p>\n</section>\n");
    }

    private static string Versions(Summary summary)
    {
        string[] versions = [.. summary.Data.Cells.Select(c => c.Machine.Lengthwise).Where(v => v.Length > 0).Distinct()];
        return versions.Length == 0 ? "" : string.Join(", ", versions) + " ";
    }

    private static string Anchor(int task) => "task-" + Wording.Count(task + 1);
}

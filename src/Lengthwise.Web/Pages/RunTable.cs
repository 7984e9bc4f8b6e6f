using System.Globalization;
using Lengthwise.Experiments;
using Lengthwise.Reports.Html;
using Lengthwise.Web.Tracking;

namespace Lengthwise.Web.Pages;

/// <summary>All runs of a comparison: a row an arm, a column a seed.</summary>
internal static class RunTable
{
    /// <summary>The table; each row is a part of its own.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <param name="hasOneTask">Whether the task need not be said.</param>
    /// <param name="addressOf">Address of a run's page.</param>
    public static Part Of(WatchedComparison comparison, bool hasOneTask, Func<WatchedRun, string> addressOf)
    {
        int trials = comparison.Arms.Select(a => a.Trials.Count).DefaultIfEmpty(0).Max();
        long[] seeds = [.. comparison.Arms.SelectMany(a => a.Cells).Select(c => c.Identity.Outline.Seed).Distinct().Order()];
        Part[] rows = [.. comparison.Arms.Select((arm, i) => Row(string.Create(CultureInfo.InvariantCulture, $"arm-{i}"), arm, trials, seeds, hasOneTask, addressOf))];
        Part table = Part.Of("runs", page =>
        {
            page.Add($"<section id=\"runs\" aria-labelledby=\"runs-heading\">\n<h2 id=\"runs-heading\">All runs</h2>\n");
            if (rows.Length == 0) page.Add($"<p class=\"note\">No run is planned yet.</p>\n");
            else Table(page, comparison, trials, seeds, hasOneTask, rows);
            page.Add($"</section>");
        });
        return table with { Inner = rows };
    }

    private static void Table(Markup page, WatchedComparison comparison, int trials, long[] seeds, bool hasOneTask, Part[] rows)
    {
        page.Add($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"runs-heading\"><table>\n<thead><tr>");
        if (!hasOneTask) page.Add($"<th scope=\"col\" class=\"left\">task</th>");
        page.Add($"<th scope=\"col\" class=\"left\">model</th><th scope=\"col\" class=\"left\">objective</th>");
        if (trials > 0) page.Add($"<th scope=\"colgroup\" class=\"left\" colspan=\"{trials}\">tuning</th>");
        foreach (long seed in seeds) page.Add($"<th scope=\"col\" class=\"left\">seed {seed}</th>");
        page.Add($"</tr></thead>\n<tbody>\n");
        foreach (Part row in rows) page.Add($"{Markup.Trusted(row.Html)}\n");
        foreach (InapplicableArm arm in comparison.NotApplicable)
        {
            page.Add($"<tr>");
            if (!hasOneTask) page.Add($"<td class=\"left\">{arm.Task}</td>");
            page.Add($"<th scope=\"row\" class=\"left\">{arm.Model}</th><td class=\"left\">{arm.Objective}</td><td class=\"left muted\" colspan=\"{Math.Max(1, trials + seeds.Length)}\">not applicable: {arm.Reason}</td></tr>\n");
        }
        page.Add($"</tbody></table></div>\n<p class=\"note\">Scores are those of the test split; of tuning runs, of the validation split.</p>\n");
    }

    private static Part Row(string id, WatchedArm arm, int trials, long[] seeds, bool hasOneTask, Func<WatchedRun, string> addressOf) => Part.Of(id, page =>
    {
        page.Add($"<tr id=\"{id}\">");
        if (!hasOneTask) page.Add($"<td class=\"left\">{arm.Task}</td>");
        page.Add($"<th scope=\"row\" class=\"left\">{arm.Model}</th><td class=\"left\">{arm.Objective}</td>");
        for (int t = 0; t < trials; t++) Cell(page, t < arm.Trials.Count ? arm.Trials[t] : null, addressOf);
        foreach (long seed in seeds) Cell(page, arm.Cells.FirstOrDefault(c => c.Identity.Outline.Seed == seed), addressOf);
        page.Add($"</tr>");
    });

    private static void Cell(Markup page, WatchedRun? run, Func<WatchedRun, string> addressOf)
    {
        if (run is null)
        {
            page.Add($"<td></td>");
            return;
        }
        (string sign, string word) = RunText.Of(run.Standing);
        string value = run.Standing switch
        {
            Standing.Finished => RunText.Score(run),
            Standing.Running or Standing.Paused when run.Share is { } share => RunText.Percent(share),
            _ => word,
        };
        string label = run.Identity.IsTrial ? run.Identity.Label : "";
        page.Add($"<td class=\"left run {word}\">");
        var content = Markup.Of(m => m.Add($"<span aria-hidden=\"true\" class=\"sign\">{sign}</span> {value}{(value == word ? Nothing : Unseen($", {word}"))}"));
        if (run.Standing == Standing.Queued) page.Add($"{content}");
        else page.Add($"<a id=\"{(run.Identity.IsTrial ? "trial" : "cell")}-{run.Identity.Name}\" href=\"{addressOf(run)}\" title=\"{word}\">{content}</a>");
        if (label.Length > 0) page.Add($" <span class=\"muted\">{label}</span>");
        page.Add($"</td>");
    }

    private static Markup Nothing { get; } = Markup.Of(_ => { });

    private static Markup Unseen(string text) => Markup.Of(m => m.Add($"<span class=\"unseen\">{text}</span>"));
}

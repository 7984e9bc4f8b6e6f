using System.Globalization;
using Lengthwise.Literature;
using Lengthwise.Reports.Plots;

namespace Lengthwise.Reports.Html;

/// <summary>What is said over several models and tasks at once: average ranks, and averages over Long Range Arena.</summary>
internal static class AcrossSection
{
    private const int MostPublished = 12;

    /// <summary>Whether there is anything to say.</summary>
    public static bool Has(Summary summary) => summary.Ranks.Count + summary.ArenaAverages.Count + summary.LabelTrends.Count > 0;

    /// <summary>Writes the section; nothing where there is nothing to say.</summary>
    public static void Write(Markup page, Summary summary)
    {
        if (!Has(summary)) return;
        page.Add($"<section aria-labelledby=\"across\">\n<h2 id=\"across\">Over {(summary.Tasks.Count > 1 ? "tasks" : "models")}</h2>\n");
        if (summary.Ranks.Count > 0) Ranks(page, summary.Ranks);
        IGrouping<string, LabelTrend>[] trends = [.. summary.LabelTrends.GroupBy(t => t.Task)];
        for (int i = 0; i < trends.Length; i++) Trends(page, summary, trends[i], "trend-" + Wording.Count(i));
        foreach (IGrouping<ArenaConvention, ArenaAverage> convention in summary.ArenaAverages.GroupBy(a => a.Convention).OrderBy(g => g.Key)) Average(page, convention);
        page.Add($"</section>\n");
    }

    private static void Ranks(Markup page, IReadOnlyList<RankComparison> ranks)
    {
        page.Add($"<h3>Average ranks</h3>\n<p>Models ranked within each {(ranks[0].AreTasks ? "task" : "seed")}, 1 is best. Models under one bar cannot be told apart "
            + $"(Friedman's test, Nemenyi's critical difference at 5 %).{(ranks[0].AreTasks ? "" : " The seeds of one task say nothing about other tasks.")}</p>\n<div class=\"figures\">\n");
        for (int i = 0; i < ranks.Count; i++)
        {
            RankComparison r = ranks[i];
            string verdict = r.Ranks.PValue < 0.05 ? "Not all models are alike" : "That all models are alike cannot be excluded";
            page.Add($"<figure>\n{RankDiagram.Render("ranks-" + Wording.Count(i), r)}<figcaption><b>{Wording.Sentence(r.Objective)}.</b> {verdict} (p {P(r.Ranks.PValue)}, "
                + $"{Wording.Count(r.Blocks.Count)} {(r.AreTasks ? "tasks" : "seeds")}).</figcaption>\n</figure>\n");
        }
        page.Add($"</div>\n");
    }

    private static void Trends(Markup page, Summary summary, IGrouping<string, LabelTrend> trends, string id)
    {
        TaskSummary task = summary.Tasks.First(t => t.Name.StartsWith(trends.Key, StringComparison.Ordinal));
        string[] models = [.. trends.Select(t => t.Model).Distinct().ByModel(m => m)];
        page.Add($"<h3>Gain by number of labels: {trends.Key}</h3>\n<div class=\"figures\">\n");
        int number = 0;
        foreach (IGrouping<string, LabelTrend> objective in trends.GroupBy(t => t.Objective).ByObjective(g => g.Key))
            page.Add($"<figure>\n{TrendChart.Render($"{id}-{Wording.Count(number++)}", objective.Key, task.Text, [.. objective.ByModel(t => t.Model)], m => Array.IndexOf(models, m))}</figure>\n");
        page.Add($"</div>\n");
        Table.Open(
            page, $"Gain by number of labels on {trends.Key}",
            "What ten times as many labels add to the gain (least squares over the logarithm, seed by seed and item by item). Below zero, gains grow as labels shrink.",
            ["Model", "Objective", "Sizes", task.Text.IsPercent ? "Points per tenfold" : "Per tenfold", "95 % interval", new Cell("Seen", "left")], 2);
        foreach (IGrouping<string, LabelTrend> model in trends.GroupBy(t => t.Model).ByModel(g => g.Key))
            Table.Group(page, model.Key, 2,
            [
                .. model.Select(t => (IReadOnlyList<Cell>)
                [
                    t.Objective, Wording.Count(t.Points.Count), task.Text.Signed(t.Slope.Mean), new(task.Text.Range(t.Slope), "range"),
                    new(t.Slope.ExcludesZero ? "● seen" : "○ not seen", t.Slope.ExcludesZero ? "left seen" : "left unseen"),
                ])
            ]);
        Table.Close(page);
    }

    private static void Average(Markup page, IGrouping<ArenaConvention, ArenaAverage> convention)
    {
        var text = new MetricText("accuracy", true, 1);
        string name = ArenaAverage.Name(convention.Key);
        page.Add($"<h3>Average over Long Range Arena: {name}</h3>\n");
        Table.Open(page, $"Averages, {name}", "Ours, at the sizes, lengths and labels of this comparison. The conventions of the literature differ by up to nine points for the same models and are never mixed.",
            ["Model", "Objective", "Tasks", "Average, %", "95 % interval"], 2);
        foreach (IGrouping<string, ArenaAverage> model in convention.GroupBy(a => a.Model))
            Table.Group(page, model.Key, 2, [.. model.Select(a => (IReadOnlyList<Cell>)[a.Objective, Tasks(a), text.Number(a.Accuracy.Mean), new(text.Range(a.Accuracy), "range")])]);
        Table.Close(page);
        if (ArenaAverage.Published(convention.Key) is not { Count: > 0 } published) return;
        Table.Open(page, $"Published averages, {name}", $"The best {Wording.Count(MostPublished)} published averages under the same convention.", ["Model", "Average, %", new("Trained", "left"), new("Source", "left")], 1);
        foreach (PublishedResult r in published.OrderByDescending(r => r.Value).Take(MostPublished))
            Table.Group(page, r.Model, 1, [[LiteratureText.Score(r), new(r.Variant, "left"), new(LiteratureText.Source(r), "left wrap")]]);
        Table.Close(page);
    }

    private static string Tasks(ArenaAverage average) => average.Convention == ArenaConvention.Finished ? string.Join(", ", average.Tasks) : Wording.Count(average.Tasks.Count);

    private static string P(double p) => p < 0.0005 ? "< 0.001" : "= " + p.ToString("0.000", CultureInfo.InvariantCulture);
}

using Lengthwise.Literature;

namespace Lengthwise.Reports.Html;

/// <summary>Published scores of the compared models, with our own beside them.</summary>
internal static class LiteratureSection
{
    /// <summary>Writes it; nothing where nothing was published.</summary>
    public static void Write(Markup page, TaskSummary task)
    {
        IReadOnlyList<PublishedResult> published = task.Published;
        if (published.Count == 0) return;
        page.Add($"<h3>Beside the literature</h3>\n");
        Table.Open(
            page, $"Published scores on {task.Name}",
            $"Published test scores ({LiteratureText.Metric(published)}), the best few of each model. {LiteratureText.Conditions(task)}",
            ["Model", "As published", "Published", new("Trained", "left"), "Ours, same training", new("Source", "left")], 2);
        foreach (IGrouping<string, PublishedResult> model in published.GroupBy(r => ModelFamily.Of(r.Model)))
            Table.Group(page, model.Key, 2,
            [
                .. model.Select(r => (IReadOnlyList<Cell>)
                [
                    LiteratureText.Name(r), LiteratureText.Score(r), new(r.Variant, "left"), new(LiteratureText.Ours(task, r), "range"), new(LiteratureText.Source(r), "left wrap"),
                ])
            ]);
        Table.Close(page);
    }
}

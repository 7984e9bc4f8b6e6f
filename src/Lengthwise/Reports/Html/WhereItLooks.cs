using Lengthwise.Diagnoses;
using Lengthwise.Reports.Locality;
using Lengthwise.Reports.Reach;

namespace Lengthwise.Reports.Html;

/// <summary>What <c>lengthwise diagnose</c> found in a comparison: how far the task needs models to look, and how far these look.</summary>
internal static class WhereItLooks
{
    private const string ReachId = "where-it-looks", LocalityId = "locality";

    /// <summary>Links to what there is.</summary>
    public static void Links(Markup page, Summary summary)
    {
        if (summary.Data.Diagnoses.Locality is not null) page.Add($"<li><a href=\"#{LocalityId}\">Locality</a></li>\n");
        if (summary.Data.Diagnoses.Reach is not null) page.Add($"<li><a href=\"#{ReachId}\">Where it looks</a></li>\n");
    }

    /// <summary>Writes the sections that there are.</summary>
    public static void Write(Markup page, Summary summary)
    {
        if (summary.Data.Diagnoses.Locality is { } locality) Locality(page, locality);
        if (summary.Data.Diagnoses.Reach is { } reach) ReachSection.Write(page, reach, ReachId);
    }

    private static void Locality(Markup page, LocalityDocument document)
    {
        page.Add($"<section aria-labelledby=\"{LocalityId}\">\n<h2 id=\"{LocalityId}\">How far {document.Task} needs a model to look</h2>\n<p>{Typography.Minus(LocalityWording.Answer(document))}</p>\n");
        page.Add($"<div class=\"figures\">\n<figure>\n{new LocalityChart(document).Render($"{LocalityId}-chart")}<figcaption><b>Score by attention window</b>, beside a bag without order and a small CNN.</figcaption>\n</figure>\n</div>\n");
        Table.Open(page, "Score by attention window", LocalityWording.Explanation(document), [.. LocalityWording.Headings(document).Select(h => (Cell)Wording.Sentence(h))], 1);
        foreach (LocalityPoint point in document.Points)
        {
            string[] cells = LocalityWording.Cells(document, point);
            Table.Group(page, cells[0], 1, [[.. cells.Skip(1).Select(c => (Cell)c)]]);
        }
        Table.Close(page);
        page.Add($"</section>\n");
    }
}

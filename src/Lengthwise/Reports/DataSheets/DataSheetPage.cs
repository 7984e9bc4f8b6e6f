using Lengthwise.Reports.Html;

namespace Lengthwise.Reports.DataSheets;

/// <summary>A data sheet as one HTML file that needs nothing else, in the style of the report.</summary>
public static class DataSheetPage
{
    /// <summary>The page.</summary>
    public static string Render(DataSheet sheet)
    {
        ArgumentNullException.ThrowIfNull(sheet);
        var page = new Markup();
        page.Add($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
            <meta name="generator" content="Lengthwise"/>
            <title>{sheet.Title}</title>
            <style>
            {PageStyle.Css}
            </style>
            </head>
            <body>
            <header>
            <h1>{sheet.Title}</h1>
            <p class="answer">{sheet.Answer}</p>

            """);
        if (sheet.Warnings.Count > 0)
        {
            page.Add($"<p class=\"notice\">⚠ Look at this before training</p>\n<ul>\n");
            foreach (string warning in sheet.Warnings) page.Add($"<li>{warning}</li>\n");
            page.Add($"</ul>\n");
        }
        page.Add($"</header>\n<main>\n");
        Understood(page, sheet);
        Splits(page, sheet);
        Figures(page, sheet);
        Samples(page, sheet);
        Costs(page, sheet);
        Next(page, sheet);
        page.Add($"</main>\n<footer><p>Made by Lengthwise.</p></footer>\n</body>\n</html>\n");
        return page.ToString();
    }

    private static void Understood(Markup page, DataSheet sheet)
    {
        page.Add($"<section aria-labelledby=\"facts\">\n<h2 id=\"facts\">What it holds</h2>\n");
        if (sheet.Inferred.Count > 0)
        {
            page.Add($"<ul>\n");
            foreach (string line in sheet.Inferred) page.Add($"<li>{line}</li>\n");
            page.Add($"</ul>\n");
        }
        page.Add($"<dl>");
        foreach ((string name, string value) in sheet.Facts) page.Add($"<dt>{name}</dt><dd>{value}</dd>");
        page.Add($"</dl>\n</section>\n");
    }

    private static void Splits(Markup page, DataSheet sheet)
    {
        page.Add($"<section aria-labelledby=\"splits\">\n<h2 id=\"splits\">Splits</h2>\n");
        Table.Open(page, "Splits", "Validation selects, test is read once; unlabelled rows are pretrained on.", ["Split", "Rows", "Steps"], 1);
        foreach (DataSheetSplit split in sheet.Splits) Table.Group(page, split.Name, 1, [[Wording.Count(split.Rows), Wording.Count(split.Steps)]]);
        Table.Close(page);
        page.Add($"</section>\n");
    }

    private static void Figures(Markup page, DataSheet sheet)
    {
        page.Add($"<section aria-labelledby=\"figures\">\n<h2 id=\"figures\">Lengths and classes</h2>\n<div class=\"figures\">\n");
        if (sheet.Lengths.Distinct().Count() == 1)
            page.Add($"<p>Every training row has {sheet.Lengths[0]} steps.</p>\n");
        else
            page.Add($"<figure>\n{LengthChart.Render(sheet.Lengths)}<figcaption><b>Lengths</b> of the training rows, as a model sees them.</figcaption>\n</figure>\n");
        if (sheet.Classes.Count > 0)
            page.Add($"<figure>\n{ClassChart.Render(sheet)}<figcaption><b>Classes</b> by their share of each split.</figcaption>\n</figure>\n");
        page.Add($"</div>\n</section>\n");
    }

    private static void Samples(Markup page, DataSheet sheet)
    {
        if (sheet.Samples.Count == 0) return;
        page.Add($"<section aria-labelledby=\"samples\">\n<h2 id=\"samples\">Some training rows</h2>\n");
        if (sheet.Samples[0].Channels.Count > 0)
        {
            page.Add($"<div class=\"figures\">\n");
            for (int i = 0; i < sheet.Samples.Count; i++)
                page.Add($"<figure>\n{SampleChart.Render(sheet.Samples[i], i)}<figcaption><b>{sheet.Samples[i].Label}</b></figcaption>\n</figure>\n");
            page.Add($"</div>\n");
        }
        else
        {
            foreach (DataSheetSample sample in sheet.Samples) page.Add($"<h3>{sample.Label}</h3>\n<pre tabindex=\"0\">{sample.Text}</pre>\n");
        }
        page.Add($"</section>\n");
    }

    private static void Costs(Markup page, DataSheet sheet)
    {
        if (sheet.Costs.Count == 0) return;
        page.Add($"<section aria-labelledby=\"costs\">\n<h2 id=\"costs\">What training costs here</h2>\n");
        Table.Open(page, "Costs", "Measured in a few steps on this machine, one thread a run; busy machines are slower.", ["Model", "One epoch", "Peak memory"], 1);
        foreach (DataSheetCost cost in sheet.Costs) Table.Group(page, cost.Model, 1, [[cost.EpochSeconds is { } epoch ? Wording.Duration(epoch) : cost.Problem, cost.PeakMemoryBytes is { } bytes ? Wording.Memory(bytes) : "-"]]);
        Table.Close(page);
        page.Add($"</section>\n");
    }

    private static void Next(Markup page, DataSheet sheet)
    {
        if (sheet.Command.Length == 0) return;
        page.Add($"<section aria-labelledby=\"next\">\n<h2 id=\"next\">Compare models on it</h2>\n<pre tabindex=\"0\">{sheet.Command}</pre>\n");
        page.Add($"<p>The recipe that this uses:</p>\n<pre tabindex=\"0\">{sheet.Recipe}</pre>\n</section>\n");
    }
}

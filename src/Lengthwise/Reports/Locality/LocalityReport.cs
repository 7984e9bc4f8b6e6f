using Lengthwise.Diagnoses;

namespace Lengthwise.Reports.Locality;

/// <summary>A locality profile for a terminal, as Markdown, and as files beside each other: <c>locality.json</c>, <c>.svg</c> and <c>.md</c>.</summary>
public static class LocalityReport
{
    private const int Width = 100;

    /// <summary>Table and answer.</summary>
    public static string Text(LocalityDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var table = new TextTable(Width, LocalityWording.Headings(document));
        foreach (LocalityPoint point in document.Points) table.Add(LocalityWording.Cells(document, point));
        return Lines([.. table.Lines(), "", LocalityWording.Answer(document), .. Without(document)]);
    }

    /// <summary>The same as Markdown, with the figure.</summary>
    public static string Markdown(LocalityDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        string[] headings = LocalityWording.Headings(document);
        return Lines([
            $"# How far {document.Task} needs a model to look",
            "",
            LocalityWording.Answer(document),
            "",
            "![Score by attention window](locality.svg)",
            "",
            LocalityWording.Explanation(document),
            "",
            Row(headings),
            $"|---{string.Concat(Enumerable.Repeat("|---:", headings.Length - 1))}|",
            .. document.Points.Select(p => Row(LocalityWording.Cells(document, p))),
            .. Without(document).SelectMany(w => new[] { "", w }),
        ]);
    }

    /// <summary>Writes all files, each whole or not at all, and returns the path of the Markdown.</summary>
    /// <param name="document">What they show.</param>
    /// <param name="folder">Made when it is missing.</param>
    public static string Write(LocalityDocument document, DirectoryInfo folder)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(folder);
        string json = Path.Combine(folder.FullName, LocalityDocument.FileName), markdown = Path.ChangeExtension(json, ".md");
        AtomicFile.WriteText(Path.ChangeExtension(json, ".svg"), LocalityChart.Standalone(document));
        AtomicFile.WriteText(markdown, Markdown(document));
        AtomicFile.WriteText(json, document.ToJson());
        return markdown;
    }

    private static IEnumerable<string> Without(LocalityDocument document) => document.Without.Select(w => $"Without a result: {w.Run}: {w.Reason}");

    private static string Row(string[] cells) => $"| {string.Join(" | ", cells)} |";

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(l => l + "\n"));
}

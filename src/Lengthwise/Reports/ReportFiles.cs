namespace Lengthwise.Reports;

/// <summary>The files of a report beside each other: <c>report.html</c>, <c>.md</c>, <c>.csv</c>, <c>.json</c> and <c>.tex</c>.</summary>
public static class ReportFiles
{
    /// <summary>Writes all, each whole or not at all, and returns the path of the page.</summary>
    /// <param name="summary">What they show.</param>
    /// <param name="folder">Made when it is missing.</param>
    public static string Write(Summary summary, DirectoryInfo folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string page = Path.Combine(folder.FullName, "report.html");
        AtomicFile.WriteText(Path.ChangeExtension(page, ".json"), JsonReport.Render(summary));
        AtomicFile.WriteText(Path.ChangeExtension(page, ".csv"), CsvReport.Render(summary));
        AtomicFile.WriteText(Path.ChangeExtension(page, ".md"), MarkdownReport.Render(summary));
        AtomicFile.WriteText(Path.ChangeExtension(page, ".tex"), LatexReport.Render(summary));
        AtomicFile.WriteText(page, HtmlReport.Render(summary));
        return page;
    }
}

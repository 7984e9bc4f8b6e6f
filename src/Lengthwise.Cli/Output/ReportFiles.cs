using Lengthwise.Reports;

namespace Lengthwise.Cli.Output;

/// <summary>Writes every form of a report into a folder.</summary>
internal static class ReportFiles
{
    /// <summary>Writes <c>report.md</c>, <c>.csv</c> and <c>.json</c>; returns the path of the first.</summary>
    public static string Write(Summary summary, DirectoryInfo folder)
    {
        string markdown = Path.Combine(folder.FullName, "report.md");
        AtomicFile.WriteText(markdown, MarkdownReport.Render(summary));
        AtomicFile.WriteText(Path.Combine(folder.FullName, "report.csv"), CsvReport.Render(summary));
        AtomicFile.WriteText(Path.Combine(folder.FullName, "report.json"), JsonReport.Render(summary));
        return markdown;
    }
}

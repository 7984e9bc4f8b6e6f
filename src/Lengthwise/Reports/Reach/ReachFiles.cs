using Lengthwise.Diagnoses;

namespace Lengthwise.Reports.Reach;

/// <summary>The files of a document beside each other: <c>reach.json</c>, <c>.svg</c> and <c>.html</c>.</summary>
public static class ReachFiles
{
    /// <summary>Writes all three, each whole or not at all, and returns the path of the page.</summary>
    /// <param name="document">What they show.</param>
    /// <param name="folder">Made when it is missing.</param>
    public static string Write(ReachDocument document, DirectoryInfo folder)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(folder);
        string json = Path.Combine(folder.FullName, ReachDocument.FileName), page = Path.ChangeExtension(json, ".html");
        AtomicFile.WriteText(Path.ChangeExtension(json, ".svg"), ReachFigure.Render(document));
        AtomicFile.WriteText(page, ReachPage.Render(document));
        AtomicFile.WriteText(json, document.ToJson());
        return page;
    }
}

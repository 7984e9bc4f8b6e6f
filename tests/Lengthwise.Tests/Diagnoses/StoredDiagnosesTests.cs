using System.Xml.Linq;
using Lengthwise.Diagnoses;
using Lengthwise.Reports;
using Lengthwise.Tests.Reports;

namespace Lengthwise.Tests.Diagnoses;

public sealed class StoredDiagnosesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lengthwise-diagnoses-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_comparison_without_diagnoses_has_none()
    {
        StoredDiagnoses found = StoredDiagnoses.Read(_folder);

        Assert.Equal((null, null, 0), (found.Reach, found.Locality, found.Problems.Count));
    }

    [Fact]
    public void A_damaged_file_is_named_and_the_other_is_read()
    {
        string folder = _folder.CreateSubdirectory(StoredDiagnoses.FolderName).FullName;
        File.WriteAllText(Path.Combine(folder, ReachDocument.FileName), ReachExample.Document().ToJson());
        File.WriteAllText(Path.Combine(folder, LocalityDocument.FileName), "{ \"task\":");

        StoredDiagnoses found = StoredDiagnoses.Read(_folder);

        Assert.Equal(4, found.Reach!.Runs.Count);
        Assert.Null(found.Locality);
        Assert.Contains(LocalityDocument.FileName, Assert.Single(found.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_shows_what_was_found_under_links_of_its_own()
    {
        LocalityDocument locality = LocalityDocumentTests.Document(("window-1", 0.4), ("whole", 0.9));
        ComparisonData data = SampleComparison.Small() with { Diagnoses = new StoredDiagnoses(ReachExample.Document(), locality, []) };

        XDocument page = XDocument.Parse(HtmlReport.Render(Summary.From(data)).Replace("<!DOCTYPE html>", "", StringComparison.Ordinal));

        string[] ids = [.. page.Descendants().Attributes("id").Select(a => a.Value)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(page.Descendants("nav").Single().Descendants("a"), link => Assert.Contains(link.Attribute("href")!.Value[1..], ids));
        Assert.Contains("Where it looks", page.Descendants("h2").Select(h => h.Value));
        Assert.Contains("How far example needs a model to look", page.Descendants("h2").Select(h => h.Value));
    }
}

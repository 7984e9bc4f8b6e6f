using System.Xml.Linq;
using Lengthwise.Experiments;
using Lengthwise.Reports;

namespace Lengthwise.Tests.Reports;

public sealed class LiteratureTests
{
    private static readonly Summary Comparison = Of("listops");

    [Fact]
    public void Published_scores_of_the_compared_models_stand_beside_ours()
    {
        string page = HtmlReport.Render(Comparison), text = MarkdownReport.Render(Comparison);

        XElement table = XDocument.Parse(page).Descendants().Single(e => e.Attribute("aria-label")?.Value == "Published scores on listops");
        Assert.Contains("36.37", table.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("Performer", table.Value, StringComparison.Ordinal);
        Assert.Contains("| transformer | Transformer | scratch | Tay et al. 2021 (Long Range Arena, arXiv 2011.04006), Table 1 | 36.37 |", text, StringComparison.Ordinal);
        Assert.Contains("'lengthwise leaderboard listops' lists all", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Ours_stands_only_beside_scores_of_the_same_training()
    {
        string[] rows = MarkdownReport.Render(Comparison).Split('\n');

        Assert.Contains(rows, r => r.Contains("Transformer | scratch", StringComparison.Ordinal) && r.Contains("40.0 [", StringComparison.Ordinal));
        Assert.All(rows.Where(r => r.Contains("| causal |", StringComparison.Ordinal)), r => Assert.EndsWith("|  |", r, StringComparison.Ordinal));
    }

    [Fact]
    public void A_task_that_nobody_published_on_has_no_such_section() =>
        Assert.DoesNotContain("Beside the literature", HtmlReport.Render(Of("markov-sources")), StringComparison.Ordinal);

    private static Summary Of(string task)
    {
        RunRecord[] cells = [.. Enumerable.Range(1, 3).Select(seed => SampleComparison.Cell(task, "transformer", "scratch", seed, 0.39 + 0.01 * (seed - 1)))];
        return Summary.From(new ComparisonData { Title = "t", Cells = cells });
    }
}

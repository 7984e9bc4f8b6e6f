using System.Text.RegularExpressions;
using Lengthwise.Reports;

namespace Lengthwise.Tests.Reports;

public sealed partial class LatexReportTests
{
    [Fact]
    public void The_fragment_is_the_approved_one() => Approval.Check(LatexReport.Render(Summary.From(SampleComparison.Small())), "small.tex");

    [Fact]
    public void Every_row_has_as_many_cells_as_the_table_has_columns()
    {
        string page = LatexReport.Render(Summary.From(SampleComparison.Full()));

        Match[] tables = [.. Table().Matches(page).Cast<Match>()];

        Assert.Equal(4, tables.Length);
        Assert.All(tables, t => Assert.All(t.Groups[2].Value.Split('\n').Where(l => l.EndsWith(@"\\", StringComparison.Ordinal)),
            row => Assert.Equal(t.Groups[1].Length, row.Split(" & ").Length)));
    }

    [Fact]
    public void Names_cannot_become_commands()
    {
        var data = new ComparisonData { Title = "a\n\\input{x}", Cells = [SampleComparison.Cell(@"\input{secret} 50% & more_$#^~", "[model]", "<scratch>", 1, 0.5)] };

        string page = LatexReport.Render(Summary.From(data));

        Assert.StartsWith("% a \\input{x}\n", page, StringComparison.Ordinal);
        Assert.Contains(@"\textbackslash{}input\{secret\} 50\% \& more\_\$\#\textasciicircum{}\textasciitilde{}: test accuracy", page, StringComparison.Ordinal);
        Assert.Contains(@"{[}model{]} & \textless{}scratch\textgreater{} & ", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_longer_than_a_page_is_a_long_one()
    {
        var data = new ComparisonData { Title = "t", Cells = [.. Enumerable.Range(0, 41).Select(i => SampleComparison.Cell("t", $"m{i}", "scratch", 1, 0.5))] };

        string page = LatexReport.Render(Summary.From(data));

        Assert.Contains("\\begin{longtable}{llrrlrl}", page, StringComparison.Ordinal);
        Assert.Equal(page.Split("\\begin{").Length, page.Split("\\end{").Length);
    }

    [GeneratedRegex(@"\\begin\{tabular\}\{(\w+)\}(.*?)\\end\{tabular\}", RegexOptions.Singleline)]
    private static partial Regex Table();
}

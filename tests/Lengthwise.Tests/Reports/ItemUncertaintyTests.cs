using Lengthwise.Experiments;
using Lengthwise.Reports;
using Lengthwise.Statistics;

namespace Lengthwise.Tests.Reports;

/// <summary>Small test sets do not look certain.</summary>
public sealed class ItemUncertaintyTests
{
    [Fact]
    public void Seeds_that_happen_to_agree_do_not_make_a_gain_seen()
    {
        // Every seed gains 4 of 100 items, not the same ones.
        Gain seedsAlone = Assert.Single(Of(withItems: false).Tasks[0].Gains), both = Assert.Single(Of(withItems: true).Tasks[0].Gains);

        Assert.True(seedsAlone.Seen, "equal gains of all seeds leave no doubt to the seeds");
        Assert.False(both.Seen);
        Assert.Equal(seedsAlone.Difference.Mean, both.Difference.Mean, 1e-12);
        Assert.InRange(both.PValue!.Value, 0.05, 1);
    }

    [Fact]
    public void All_items_right_by_all_seeds_still_leaves_the_other_items()
    {
        Interval test = Summary.From(Data([Run("scratch", 1, [.. Enumerable.Repeat(1.0, 100)]), Run("scratch", 2, [.. Enumerable.Repeat(1.0, 100)])], true)).Tasks[0].Aggregates[0].Test!;

        Assert.Equal((Math.Pow(0.025, 0.01), 1.0), (test.Low!.Value, test.High!.Value));
    }

    [Fact]
    public void The_report_says_what_its_intervals_count()
    {
        Assert.Contains("95 % intervals (over seeds and test items;", HtmlReport.Render(Of(withItems: true)), StringComparison.Ordinal);
        Assert.Contains("95 %, over seeds alone, since not all runs stored their predictions;", MarkdownReport.Render(Of(withItems: false)), StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_on_other_items_are_paired_by_seed_alone()
    {
        (RunRecord Record, double[] Right)[] runs = Runs();
        ComparisonData data = Data(runs, true);
        string moved = runs[^1].Record.Run;
        var items = new Dictionary<string, TestItems>(data.TestItems) { [moved] = data.TestItems[moved] with { Rows = [.. Enumerable.Range(5, 100)] } };

        Assert.True(Assert.Single(Summary.From(data with { TestItems = items }).Tasks[0].Gains).Seen);
    }

    private static Summary Of(bool withItems) => Summary.From(Data(Runs(), withItems));

    private static (RunRecord Record, double[] Right)[] Runs() =>
    [
        .. Enumerable.Range(1, 3).Select(seed => Run("scratch", seed, [.. Enumerable.Range(0, 100).Select(i => i % 10 < 6 ? 1.0 : 0)])),
        // Other items are right, in all four more.
        .. Enumerable.Range(1, 3).Select(seed => Run("masked", seed, [.. Enumerable.Range(0, 100).Select(i => i % 10 >= 4 ? i < 100 ? 1.0 : 0 : i is 0 or 1 or 2 or 3 ? 1.0 : 0)])),
    ];

    private static (RunRecord Record, double[] Right) Run(string objective, long seed, double[] right) =>
        (SampleComparison.Cell("sorting", "transformer", objective, seed, right.Average()) with { Run = $"{objective}-{seed}", TestItems = right.Length }, right);

    private static ComparisonData Data((RunRecord Record, double[] Right)[] runs, bool withItems) => new()
    {
        Title = "t",
        Cells = [.. runs.Select(r => r.Record)],
        TestItems = withItems
            ? runs.ToDictionary(r => r.Record.Run, r => new TestItems([.. Enumerable.Range(0, r.Right.Length)], [.. r.Right.Select(x => x - r.Right.Average())]))
            : [],
    };
}

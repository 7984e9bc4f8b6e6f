using Lengthwise.Experiments;
using Lengthwise.Reports;

namespace Lengthwise.Tests.Reports;

/// <summary>What stands behind the differences of a report.</summary>
public sealed class EvidenceTests
{
    [Fact]
    public void Items_of_one_group_do_not_count_as_independent()
    {
        Gain byItem = Assert.Single(Of(groupSize: 1).Tasks[0].Gains), byGroup = Assert.Single(Of(groupSize: 10).Tasks[0].Gains);

        Assert.Equal(byItem.Difference.Mean, byGroup.Difference.Mean, 1e-12);
        Assert.True(Width(byGroup) > 1.5 * Width(byItem), $"{Width(byGroup)} and {Width(byItem)}");
        Assert.True(byGroup.Evidence!.IsGrouped);
        Assert.Equal(20, byGroup.Evidence.Estimate.Items);
        Assert.Contains("over seeds and 20 groups of test items;", MarkdownReport.Render(Of(groupSize: 10)), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_seed_is_tested_item_by_item_unless_items_come_in_groups()
    {
        Gain byItem = Assert.Single(Of(groupSize: 1).Tasks[0].Gains), byGroup = Assert.Single(Of(groupSize: 10).Tasks[0].Gains);

        Assert.Equal([1L, 2, 3], byItem.Evidence!.Seeds.Select(s => s.Seed));
        Assert.All(byItem.Evidence.Seeds, s => Assert.Equal(s.Difference, s.Test!.Difference, 1e-12));
        Assert.All(byGroup.Evidence!.Seeds, s => Assert.Null(s.Test));
    }

    [Fact]
    public void Both_bootstraps_lie_about_the_difference()
    {
        EffectEvidence evidence = Assert.Single(Of(groupSize: 1).Tasks[0].Gains).Evidence!;

        Assert.Equal(evidence.Estimate.Mean, evidence.Bootstrap!.Interval.Mean, 1e-12);
        Assert.InRange(evidence.Bootstrap.StandardError / Math.Sqrt(evidence.Estimate.Variance), 0.8, Math.Sqrt(3));
        Assert.True(evidence.OfItems!.StandardError <= evidence.Bootstrap.StandardError * 1.05);
    }

    [Fact]
    public void An_effect_that_is_not_seen_says_how_many_seeds_it_would_take()
    {
        RunRecord[] cells = [.. new[] { 0.50, 0.53, 0.49 }.Select((t, i) => Cell("scratch", i + 1, t)), .. new[] { 0.53, 0.54, 0.53 }.Select((t, i) => Cell("masked", i + 1, t))];

        Gain gain = Assert.Single(Summary.From(new ComparisonData { Title = "t", Cells = cells }).Tasks[0].Gains);

        Assert.False(gain.Seen);
        Assert.InRange(gain.Evidence!.Needed!.More!.Value, 1, 10);
    }

    [Fact]
    public void Arms_that_agree_on_every_item_are_not_certain_to_agree_on_others()
    {
        bool[] right = [.. Enumerable.Repeat(true, 200)];
        RunRecord[] cells = [.. new[] { "scratch", "masked" }.SelectMany(o => new[] { 1, 2, 3 }.Select(s => Cell(o, s, 1)))];
        var items = cells.ToDictionary(c => c.Run, _ => new TestItems([.. Enumerable.Range(0, 200)], new double[200]) { Right = right });

        Gain gain = Assert.Single(Summary.From(new ComparisonData { Title = "t", Cells = cells, TestItems = items }).Tasks[0].Gains);

        Assert.Equal(1 - Math.Pow(0.025, 1 / 200.0), gain.Difference.High!.Value, 1e-12);
        Assert.False(gain.Seen);
    }

    [Fact]
    public void A_difference_of_shares_stays_within_what_shares_can_differ()
    {
        RunRecord[] cells = [Cell("scratch", 1, 0.1), Cell("scratch", 2, 0.2), Cell("masked", 1, 0.2), Cell("masked", 2, 0.9)];

        Gain gain = Assert.Single(Summary.From(new ComparisonData { Title = "t", Cells = cells }).Tasks[0].Gains);

        Assert.Equal((-1.0, 1.0), (gain.Difference.Low!.Value, gain.Difference.High!.Value));
    }

    [Fact]
    public void A_single_seed_has_no_interval_over_seeds_but_one_over_items()
    {
        bool[] none = new bool[200], half = [.. Enumerable.Range(0, 200).Select(i => i % 2 == 0)];
        RunRecord[] cells = [Cell("scratch", 1, 0), Cell("masked", 1, 0.5)];
        var items = new Dictionary<string, TestItems>
        {
            [cells[0].Run] = new([.. Enumerable.Range(0, 200)], new double[200]) { Right = none },
            [cells[1].Run] = new([.. Enumerable.Range(0, 200)], [.. half.Select(r => r ? 0.5 : -0.5)]) { Right = half },
        };

        EffectEvidence evidence = Assert.Single(Summary.From(new ComparisonData { Title = "t", Cells = cells, TestItems = items }).Tasks[0].Gains).Evidence!;

        Assert.Null(evidence.Bootstrap);
        Assert.Null(evidence.Needed);
        Assert.InRange(evidence.OfItems!.Interval.Low!.Value, 0.40, 0.46);
        Assert.True(evidence.Seeds[0].Test!.PValue < 1e-20);
    }

    [Fact]
    public void Gaps_are_corrected_for_their_number()
    {
        TaskSummary task = Summary.From(SampleComparison.Full()).Tasks.Single(t => t.Name == "markov-sources");

        Assert.All(task.Gaps, g => Assert.InRange(g.HolmPValue!.Value, g.PValue!.Value, 1));
    }

    private static double Width(Gain gain) => gain.Difference.High!.Value - gain.Difference.Low!.Value;

    private static Summary Of(int groupSize)
    {
        var random = new RandomStream(1, "evidence");
        double[] easy = [.. Enumerable.Range(0, 20).Select(_ => random.NextDouble())], hard = [.. Enumerable.Range(0, 200).Select(_ => random.NextDouble())];
        var items = new Dictionary<string, TestItems>();
        var cells = new List<RunRecord>();
        foreach ((string objective, double more) in new[] { ("scratch", 0.0), ("masked", 0.4) })
            for (int seed = 1; seed <= 3; seed++)
            {
                // Ten items at a time gain together, and seeds are right on nearly the same ones.
                bool[] right = [.. Enumerable.Range(0, 200).Select(i => 0.9 * hard[i] + 0.1 * random.NextDouble() < 0.4 + more * (easy[i / 10] > 0.5 ? 1 : 0))];
                double accuracy = right.Average(r => r ? 1.0 : 0);
                RunRecord cell = Cell(objective, seed, accuracy);
                cells.Add(cell);
                items[cell.Run] = new TestItems([.. Enumerable.Range(0, 200)], [.. right.Select(r => (r ? 1 : 0) - accuracy)])
                {
                    Right = right,
                    Groups = groupSize == 1 ? null : [.. Enumerable.Range(0, 200).Select(i => i / groupSize)],
                };
            }
        return Summary.From(new ComparisonData { Title = "t", Cells = cells, TestItems = items });
    }

    private static RunRecord Cell(string objective, long seed, double test) => SampleComparison.Cell("sorting", "transformer", objective, seed, test) with { TestItems = 200 };
}

using Lengthwise.Statistics;

namespace Lengthwise.Tests.Statistics;

public sealed class CrossedEstimateTests
{
    [Fact]
    public void Without_items_it_is_students_interval()
    {
        double[] scores = [0.71, 0.78, 0.80, 0.74];

        Interval expected = StudentInterval.OfMean(scores), found = CrossedEstimate.Of(scores, null).Interval();

        Assert.Equal(expected.Low!.Value, found.Low!.Value, 1e-12);
        Assert.Equal(expected.High!.Value, found.High!.Value, 1e-12);
    }

    [Fact]
    public void The_p_value_is_that_of_the_t_test()
    {
        // t = 3.33734; Student's distribution with three degrees of freedom has a closed form.
        Assert.Equal(0.0444755, CrossedEstimate.Of([1.2, 0.4, 2.1, 1.0], null).PValue()!.Value, 1e-6);
        Assert.Null(CrossedEstimate.Of([1.2], null).PValue());
        Assert.Equal(0, CrossedEstimate.Of([2, 2, 2], null).PValue());
        Assert.Equal(1, CrossedEstimate.Of([0, 0, 0], null).PValue());
    }

    [Fact]
    public void Equal_seeds_leave_the_uncertainty_of_the_items()
    {
        // 60 of 100 right by every seed: p (1 - p) / (n - 1).
        double[] influence = [.. Enumerable.Range(0, 100).Select(i => (i < 60 ? 1 : 0) - 0.6)];

        CrossedEstimate found = CrossedEstimate.Of([0.6, 0.6, 0.6], [influence, influence, influence]);

        Assert.Equal(0.6 * 0.4 / 99, found.Variance, 1e-12);
        Assert.Equal(99, found.DegreesOfFreedom, 1e-9);
    }

    [Fact]
    public void Items_that_only_differ_by_chance_add_nothing_to_the_seeds()
    {
        // Right and wrong drawn anew for every seed: the spread of the seeds holds all of it.
        var random = new RandomStream(1, "test");
        double[][] right = [.. Enumerable.Range(0, 40).Select(_ => Enumerable.Range(0, 400).Select(_ => random.NextDouble() < 0.7 ? 1.0 : 0).ToArray())];
        double[] scores = [.. right.Select(r => r.Average())];

        CrossedEstimate found = CrossedEstimate.Of(scores, [.. right.Select((r, s) => r.Select(x => x - scores[s]).ToArray())]);

        Assert.InRange(Math.Sqrt(found.Variance / CrossedEstimate.Of(scores, null).Variance), 1, 1.1);
    }

    [Fact]
    public void A_single_seed_has_no_bounds() => Assert.False(CrossedEstimate.Of([0.5], [[0.5, -0.5]]).Interval().HasBounds);

    [Theory]
    [InlineData(3, 100, 0.05, 0.0)]
    [InlineData(3, 100, 0.0, 0.3)]
    [InlineData(3, 50, 0.08, 0.3)]
    [InlineData(5, 200, 0.03, 0.3)]
    [InlineData(3, 20, 0.05, 0.2)]
    public void Intervals_of_a_mean_cover_the_truth_as_often_as_they_say(int seeds, int items, double ofSeeds, double ofItems)
    {
        const int comparisons = 1000;
        var random = new RandomStream(7, "coverage");
        int covered = 0, coveredBySeedsAlone = 0;
        for (int c = 0; c < comparisons; c++)
        {
            (double[] scores, double[][] influences) = SimulatedRuns.Draw(random, seeds, items, ofSeeds, ofItems);
            if (CrossedEstimate.Of(scores, influences).Interval() is { Low: <= 0.7, High: >= 0.7 }) covered++;
            if (StudentInterval.OfMean(scores) is { Low: <= 0.7, High: >= 0.7 }) coveredBySeedsAlone++;
        }

        Assert.InRange(covered / (double)comparisons, 0.935, 0.995);
        if (ofItems > 0.2 && ofSeeds < 0.05) Assert.True(coveredBySeedsAlone < 0.9 * comparisons, "seeds alone should be too sure here");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Coverage_holds_over_seeds_items_groups_and_what_varies()
    {
        const int comparisons = 2000;
        var random = new RandomStream(21, "coverage-grid");
        var low = new List<string>();
        foreach (int seeds in new[] { 2, 3, 5, 10 })
            foreach (int items in new[] { 20, 60, 240 })
                foreach ((double ofSeeds, double ofItems) in new[] { (0.0, 0.0), (0.05, 0.0), (0.0, 0.28), (0.05, 0.2) })
                    foreach (int groupSize in new[] { 1, 2, 6 }.Where(g => items / g >= 10))
                    {
                        int[] groups = [.. Enumerable.Range(0, items).Select(i => i / groupSize)];
                        int covered = 0;
                        for (int c = 0; c < comparisons; c++)
                        {
                            (double[] scores, double[][] influences) = SimulatedRuns.Draw(random, seeds, items, ofSeeds, ofItems, groupSize);
                            if (CrossedEstimate.Of(scores, [.. influences.Select(i => ItemGroups.Influence(i, groups)!)]).Interval() is { Low: <= 0.7, High: >= 0.7 }) covered++;
                        }
                        // Two seeds can agree by luck, and Satterthwaite's degrees of freedom then trust them.
                        if (covered < (seeds == 2 ? 0.9 : 0.93) * comparisons) low.Add($"{seeds} seeds, {items} items in groups of {groupSize}, {ofSeeds}, {ofItems}: {covered / (double)comparisons:0.000}");
                    }

        Assert.True(low.Count == 0, string.Join("\n", low));
    }
}

using Lengthwise.Statistics;

namespace Lengthwise.Tests.Statistics;

public sealed class ItemGroupsTests
{
    [Fact]
    public void Groups_of_one_item_are_the_items()
    {
        double[] influence = [0.5, -0.25, 0.75, -1.0];

        Assert.Equal(influence, ItemGroups.Influence(influence, [3, 5, 8, 9]));
    }

    [Fact]
    public void The_variance_is_the_cluster_robust_one()
    {
        // Four items in three groups, sums 0.5, -0.25 and -0.25: 3 / 2 · (0.25 + 0.0625 + 0.0625) / 16. The same as
        // statsmodels' OLS with cov_type='cluster'.
        double[] influence = [0.25, 0.25, -0.25, -0.25];
        double[] grouped = ItemGroups.Influence(influence, [0, 0, 1, 2])!;

        double found = grouped.Sum(x => x * x) / (grouped.Length * (grouped.Length - 1));

        Assert.Equal(1.5 * 0.375 / 16, found, 1e-12);
    }

    [Fact]
    public void One_group_says_nothing_about_others() => Assert.Null(ItemGroups.Influence([0.5, -0.5], [1, 1]));

    [Fact]
    public void Names_are_numbered_as_they_come() => Assert.Equal([0, 1, 0, 2], ItemGroups.Number(["p7", "p2", "p7", "p1"]));

    [Theory]
    [InlineData(3, 120, 6, 0.04)]
    [InlineData(5, 150, 5, 0.0)]
    [InlineData(3, 30, 3, 0.08)]
    public void Intervals_that_count_groups_cover_where_those_that_count_items_do_not(int seeds, int items, int groupSize, double ofSeeds)
    {
        const int comparisons = 400;
        var random = new RandomStream(13, "groups");
        int[] groups = [.. Enumerable.Range(0, items).Select(i => i / groupSize)];
        int byGroup = 0, byItem = 0;
        for (int c = 0; c < comparisons; c++)
        {
            (double[] scores, double[][] influences) = SimulatedRuns.Draw(random, seeds, items, ofSeeds, 0.28, groupSize);
            if (CrossedEstimate.Of(scores, [.. influences.Select(i => ItemGroups.Influence(i, groups)!)]).Interval() is { Low: <= 0.7, High: >= 0.7 }) byGroup++;
            if (CrossedEstimate.Of(scores, influences).Interval() is { Low: <= 0.7, High: >= 0.7 }) byItem++;
        }

        Assert.InRange(byGroup / (double)comparisons, 0.925, 0.995);
        if (ofSeeds < 0.05) Assert.True(byItem < 0.88 * comparisons, $"{byItem} of {comparisons}");
    }
}

using Lengthwise.Statistics;

namespace Lengthwise.Tests.Statistics;

public sealed class AverageRanksTests
{
    // Demšar (2006), table 6: ranks of C4.5 with and without tuning of m and cf on 14 data sets.
    private static readonly double[][] DecisionTrees =
    [
        [4, 3, 2, 1], [1, 2, 3, 4], [4, 1, 2, 3], [4, 1, 3, 2], [4, 2, 3, 1], [1, 2.5, 4, 2.5], [3, 2, 4, 1],
        [2.5, 2.5, 4, 1], [4, 3, 2, 1], [2.5, 2.5, 2.5, 2.5], [4, 2.5, 1, 2.5], [3, 2, 4, 1], [4, 1, 2, 3], [3, 1, 4, 2],
    ];

    [Fact]
    public void Ranks_and_critical_difference_are_those_of_the_article()
    {
        AverageRanks found = AverageRanks.Of(DecisionTrees, higherIsBetter: false);

        Assert.Equal([3.143, 2.000, 2.893, 1.964], found.Ranks.Select(r => Math.Round(r, 3)));
        Assert.Equal(1.25, found.CriticalDifference, 0.005);
        // The article's 9.28 leaves ties uncorrected; they divide by 1 - 78 / 840.
        Assert.Equal(9.28 / (1 - 78 / 840.0), found.Statistic, 0.01);
    }

    [Fact]
    public void The_test_is_that_of_hollander_and_wolfe()
    {
        // Rounding first base (Hollander and Wolfe, 1973, p. 140), the example of R's friedman.test: chi-squared = 11.1429.
        double[][] times =
        [
            [5.40, 5.50, 5.55], [5.85, 5.70, 5.75], [5.20, 5.60, 5.50], [5.55, 5.50, 5.40], [5.90, 5.85, 5.70], [5.45, 5.55, 5.60],
            [5.40, 5.40, 5.35], [5.45, 5.50, 5.35], [5.25, 5.15, 5.00], [5.85, 5.80, 5.70], [5.25, 5.20, 5.10], [5.65, 5.55, 5.45],
            [5.60, 5.35, 5.45], [5.05, 5.00, 4.95], [5.50, 5.50, 5.40], [5.45, 5.55, 5.50], [5.55, 5.55, 5.35], [5.45, 5.50, 5.55],
            [5.50, 5.45, 5.25], [5.65, 5.60, 5.40], [5.70, 5.65, 5.55], [6.30, 6.30, 6.25],
        ];

        AverageRanks found = AverageRanks.Of(times, higherIsBetter: false);

        Assert.Equal(11.1429, found.Statistic, 1e-4);
        // Iman and Davenport's F of it, 7.1217 with 2 and 42 degrees of freedom (scipy).
        Assert.Equal(0.0021713, found.PValue, 1e-6);
    }

    [Theory]
    // Demšar (2006), table 5a: q over the root of 2 at 5 %; the last is scipy's.
    [InlineData(2, 1.960)]
    [InlineData(3, 2.343)]
    [InlineData(4, 2.569)]
    [InlineData(5, 2.728)]
    [InlineData(6, 2.850)]
    [InlineData(7, 2.949)]
    [InlineData(8, 3.031)]
    [InlineData(9, 3.102)]
    [InlineData(10, 3.164)]
    [InlineData(20, 3.5438)]
    public void Critical_values_are_those_of_the_table(int models, double expected) =>
        Assert.Equal(expected, StudentizedRange.Quantile(0.95, models) / Math.Sqrt(2), 0.001);

    [Fact]
    public void Models_that_are_close_are_joined_once()
    {
        var ranks = new AverageRanks([1.2, 2.0, 3.5, 4.1, 4.2], 10, 0, 0, 1.0);

        IReadOnlyList<IReadOnlyList<int>> cliques = ranks.Cliques();

        Assert.Equal([[0, 1], [2, 3, 4]], cliques.Select(c => c.ToArray()));
    }

    [Fact]
    public void Equal_scores_share_a_rank_and_show_nothing()
    {
        AverageRanks found = AverageRanks.Of([[1, 1, 1], [2, 2, 2]]);

        Assert.Equal([2, 2, 2], found.Ranks);
        Assert.Equal((0, 1), (found.Statistic, found.PValue));
    }

    [Fact]
    public void Models_that_are_alike_are_told_apart_no_oftener_than_claimed()
    {
        var random = new RandomStream(11, "ranks");
        int byTest = 0, byPairs = 0;
        for (int c = 0; c < 1000; c++)
        {
            AverageRanks found = AverageRanks.Of([.. Enumerable.Range(0, 12).Select(_ => Enumerable.Range(0, 4).Select(_ => random.NextNormal()).ToArray())]);
            if (found.PValue < 0.05) byTest++;
            if (found.Ranks.Max() - found.Ranks.Min() > found.CriticalDifference) byPairs++;
        }

        Assert.InRange(byTest / 1000.0, 0.02, 0.07);
        Assert.InRange(byPairs / 1000.0, 0.01, 0.07);
    }
}

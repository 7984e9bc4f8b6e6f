using Lengthwise.Statistics;

namespace Lengthwise.Tests.Statistics;

public sealed class HierarchicalBootstrapTests
{
    [Theory]
    [InlineData(25, 200, 0.06, 0.25)]
    [InlineData(25, 200, 0.00, 0.45)]
    [InlineData(12, 60, 0.10, 0.30)]
    public void It_agrees_with_the_crossed_estimate_where_both_are_valid(int seeds, int items, double ofSeeds, double ofItems)
    {
        (double[] scores, double[][] influences) = SimulatedRuns.Draw(new RandomStream(4, "agree"), seeds, items, ofSeeds, ofItems);

        Interval crossed = CrossedEstimate.Of(scores, influences).Interval();
        HierarchicalBootstrap bootstrap = HierarchicalBootstrap.Of(scores, influences, replicates: 4000)!;

        Assert.InRange((bootstrap.Interval.High!.Value - bootstrap.Interval.Low!.Value) / (crossed.High!.Value - crossed.Low!.Value), 0.85, 1.15);
        Assert.Equal(crossed.Low!.Value, bootstrap.Interval.Low!.Value, 0.015);
        Assert.Equal(crossed.High!.Value, bootstrap.Interval.High!.Value, 0.015);
    }

    [Fact]
    public void Its_standard_error_does_not_shrink_with_few_seeds()
    {
        double[] scores = [0.70, 0.76, 0.73];

        // s / √3, where drawing three of three would give √(2 / 3) of it.
        Assert.Equal(0.03 / Math.Sqrt(3), HierarchicalBootstrap.Of(scores, null, replicates: 20_000)!.StandardError, 3e-4);
    }

    [Fact]
    public void One_seed_leaves_the_uncertainty_of_the_items()
    {
        double[] influence = [.. Enumerable.Range(0, 100).Select(i => (i < 60 ? 1 : 0) - 0.6)];

        HierarchicalBootstrap found = HierarchicalBootstrap.Of([0.6], [influence], replicates: 10_000)!;

        Assert.Equal(Math.Sqrt(0.6 * 0.4 / 99), found.StandardError, 1e-3);
        Assert.Equal(0.6 - 1.96 * Math.Sqrt(0.6 * 0.4 / 99), found.Interval.Low!.Value, 0.011);
        Assert.Null(HierarchicalBootstrap.Of([0.6], null));
    }

    [Fact]
    public void Equal_input_gives_equal_bounds()
    {
        (double[] scores, double[][] influences) = SimulatedRuns.Draw(new RandomStream(9, "repeat"), 3, 50, 0.05, 0.2);

        Assert.Equal(HierarchicalBootstrap.Of(scores, influences), HierarchicalBootstrap.Of(scores, influences));
        Assert.Equal(0.531, Math.Round(HierarchicalBootstrap.Of(scores, influences)!.Interval.Low!.Value, 3));
    }

    [Fact]
    public void Percentiles_are_too_narrow_for_three_seeds_which_is_why_tables_do_not_show_them()
    {
        var random = new RandomStream(7, "narrow");
        int byBootstrap = 0, crossed = 0;
        for (int c = 0; c < 300; c++)
        {
            (double[] scores, double[][] influences) = SimulatedRuns.Draw(random, 3, 200, 0.1, 0);
            if (HierarchicalBootstrap.Of(scores, influences, replicates: 200)!.Interval is { Low: <= 0.7, High: >= 0.7 }) byBootstrap++;
            if (CrossedEstimate.Of(scores, influences).Interval() is { Low: <= 0.7, High: >= 0.7 }) crossed++;
        }

        Assert.True(byBootstrap < 0.9 * 300, $"{byBootstrap} of 300");
        Assert.True(crossed > 0.93 * 300, $"{crossed} of 300");
    }
}

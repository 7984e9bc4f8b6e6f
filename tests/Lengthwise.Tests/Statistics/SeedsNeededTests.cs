using Lengthwise.Statistics;

namespace Lengthwise.Tests.Statistics;

public sealed class SeedsNeededTests
{
    [Theory]
    // Size, pairs, power at 5 %, two-sided: the first is G*Power's (Faul et al., 2007), all are statsmodels' TTestPower.
    [InlineData(0.5, 34, 0.8077775)]
    [InlineData(0.5, 33, 0.7953658)]
    [InlineData(0.8, 15, 0.8213105)]
    [InlineData(1.2, 5, 0.5302213)]
    [InlineData(0.3, 3, 0.0624224)]
    public void The_power_is_that_of_the_t_test(double size, int pairs, double expected)
    {
        var difference = new CrossedEstimate(size, 1.0 / pairs, pairs - 1, pairs) { SeedVariance = 1 };

        Assert.Equal(expected, SeedsNeeded.PowerAt(difference, size, pairs, 0), 2e-5);
    }

    [Fact]
    public void Seeds_are_counted_from_those_at_hand()
    {
        // dz = 0.5 needs 34 pairs for a power of 80 %.
        CrossedEstimate difference = new(0.5, 1 / 5.0, 4, 5) { SeedVariance = 1 };

        Assert.Equal(new SeedsNeeded(29, null), SeedsNeeded.Of(difference));
        Assert.Equal(new SeedsNeeded(29, null), SeedsNeeded.Of(difference with { Mean = -0.3 }, margin: 0.2));
    }

    [Fact]
    public void A_clear_difference_needs_no_more_seeds() => Assert.Equal(0, SeedsNeeded.Of(new(10, 1 / 5.0, 4, 5) { SeedVariance = 1 })!.More);

    [Fact]
    public void Where_items_set_the_limit_no_number_of_seeds_is_promised()
    {
        // Half a point must be (1.96 + 0.84) standard errors: a variance of 3.19e-6, of which a thousand seeds take 5e-7. Items leave 0.16 / n.
        SeedsNeeded found = SeedsNeeded.Of(new(0.005, 0.0016 + 0.0001, 10, 5) { SeedVariance = 0.0005, ItemVariance = 0.0016, Items = 100 })!;

        Assert.True(found.IsLimitedByItems);
        Assert.Null(found.More);
        Assert.InRange(found.Items!.Value, 59_000, 60_200);
    }

    [Fact]
    public void No_difference_at_all_is_found_by_no_number_of_seeds()
    {
        Assert.Equal(new SeedsNeeded(null, null), SeedsNeeded.Of(new(0, 0.1, 4, 5) { SeedVariance = 0.5 }));
        Assert.Null(SeedsNeeded.Of(new(0.3, 0, 0, 1)));
    }

    [Fact]
    public void The_promised_seeds_find_the_difference_as_often_as_promised()
    {
        var random = new RandomStream(5, "power");
        CrossedEstimate truth = new(0.02, 0, 2, 3) { SeedVariance = 0.02 * 0.02 };
        int seeds = 3 + SeedsNeeded.Of(truth)!.More!.Value, found = 0;
        for (int c = 0; c < 2000; c++)
            if (CrossedEstimate.Of([.. Enumerable.Range(0, seeds).Select(_ => 0.02 + 0.02 * random.NextNormal())], null).Interval().ExcludesZero) found++;

        Assert.InRange(found / 2000.0, 0.78, 0.88);
    }
}

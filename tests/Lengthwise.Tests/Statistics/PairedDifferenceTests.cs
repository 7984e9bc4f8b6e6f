using Lengthwise.Statistics;

namespace Lengthwise.Tests.Statistics;

public sealed class PairedDifferenceTests
{
    [Fact]
    public void Only_seeds_of_both_arms_are_paired()
    {
        var before = new Dictionary<long, double> { [1] = 0.50, [2] = 0.60, [3] = 0.70 };
        var after = new Dictionary<long, double> { [3] = 0.95, [1] = 0.80, [4] = 0.10 };

        SortedDictionary<long, double> differences = PairedDifference.BySeed(before, after);

        Assert.Equal([1, 3], differences.Keys);
        Assert.Equal(0.30, differences[1], 1e-12);
        Assert.Equal(0.25, differences[3], 1e-12);
    }

    [Fact]
    public void What_a_seed_does_to_both_arms_cancels()
    {
        var before = new Dictionary<long, double> { [1] = 0.10, [2] = 0.50, [3] = 0.90 };
        var after = before.ToDictionary(b => b.Key, b => b.Value + 0.05);

        Interval interval = PairedDifference.OfMeans(before, after)!;

        Assert.Equal(0.05, interval.Mean, 1e-12);
        Assert.True(interval.ExcludesZero);
        Assert.Equal(3, interval.N);
    }

    [Fact]
    public void One_common_seed_gives_a_difference_without_an_interval()
    {
        var before = new Dictionary<long, double> { [1] = 0.5, [2] = 0.5 };
        var after = new Dictionary<long, double> { [1] = 0.9 };

        Interval interval = PairedDifference.OfMeans(before, after)!;

        Assert.Equal(0.4, interval.Mean, 1e-12);
        Assert.False(interval.HasBounds);
    }

    [Fact]
    public void Arms_without_a_common_seed_have_no_difference()
    {
        var before = new Dictionary<long, double> { [1] = 0.5 };
        var after = new Dictionary<long, double> { [2] = 0.9 };

        Assert.Null(PairedDifference.OfMeans(before, after));
    }
}

using Lengthwise.Statistics;

namespace Lengthwise.Tests.Statistics;

public sealed class FiellerRatioTests
{
    private static readonly double[] Numerator = [1.2, 0.7, 1.9, 1.1, 0.4];

    private static readonly double[] Denominator = [4.1, 3.6, 5.2, 4.4, 2.9];

    [Fact]
    public void Each_bound_is_the_ratio_at_which_students_t_is_just_reached()
    {
        Interval interval = FiellerRatio.Of(Numerator, Denominator)!;

        Assert.Equal(Numerator.Average() / Denominator.Average(), interval.Mean, 1e-12);
        foreach (double ratio in new[] { interval.Low!.Value, interval.High!.Value })
        {
            double[] differences = [.. Numerator.Zip(Denominator, (a, b) => a - ratio * b)];
            Assert.Equal(0.05, CrossedEstimate.Of(differences, null).PValue()!.Value, 1e-9);
        }
    }

    [Fact]
    public void A_denominator_that_may_be_zero_gives_no_ratio()
    {
        Assert.Null(FiellerRatio.Of([1, 2, 3], [0.1, -0.1, 0.05]));
        Assert.Null(FiellerRatio.Of([1], [1]));
    }

    [Fact]
    public void A_proportional_numerator_has_its_ratio_exactly()
    {
        Interval interval = FiellerRatio.Of([.. Denominator.Select(d => d / 4)], Denominator)!;

        Assert.Equal(0.25, interval.Low!.Value, 1e-7);
        Assert.Equal(0.25, interval.High!.Value, 1e-7);
    }

    [Fact]
    public void An_interval_of_95_percent_covers_the_ratio_95_times_in_100()
    {
        const int trials = 3000;
        var random = new RandomStream(11, "coverage");
        int covered = 0;

        for (int trial = 0; trial < trials; trial++)
        {
            double[] denominator = [.. Enumerable.Range(0, 5).Select(_ => 10 + random.NextNormal())];
            double[] numerator = [.. denominator.Select(d => 3 + 0.5 * (d - 10) + random.NextNormal())];
            Interval interval = FiellerRatio.Of(numerator, denominator)!;
            if (interval.Low <= 0.3 && 0.3 <= interval.High) covered++;
        }

        Assert.InRange((double)covered / trials, 0.938, 0.962);
    }
}

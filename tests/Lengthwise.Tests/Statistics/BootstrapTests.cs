using Lengthwise.Statistics;

namespace Lengthwise.Tests.Statistics;

public sealed class BootstrapTests
{
    private static readonly double[] Values = [.. Enumerable.Range(1, 50).Select(i => (double)(i * i % 17))];

    [Fact]
    public void Equal_streams_give_equal_intervals()
    {
        Interval first = Bootstrap.Percentile(Values, v => v.Average(), new RandomStream(1, "bootstrap"));
        Interval again = Bootstrap.Percentile(Values, v => v.Average(), new RandomStream(1, "bootstrap"));
        Interval other = Bootstrap.Percentile(Values, v => v.Average(), new RandomStream(2, "bootstrap"));

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void On_many_values_the_interval_of_a_mean_is_near_students()
    {
        Interval student = StudentInterval.OfMean(Values);

        Interval bootstrap = Bootstrap.Percentile(Values, v => v.Average(), new RandomStream(1, "bootstrap"), resamples: 8000);

        double width = student.High!.Value - student.Low!.Value;
        Assert.Equal(student.Mean, bootstrap.Mean, 1e-12);
        Assert.Equal(student.Low!.Value, bootstrap.Low!.Value, 0.06 * width);
        Assert.Equal(student.High!.Value, bootstrap.High!.Value, 0.06 * width);
    }

    [Fact]
    public void An_interval_of_95_percent_covers_the_median_near_95_times_in_100()
    {
        const int trials = 300;
        var random = new RandomStream(3, "coverage");
        int covered = 0;

        for (int trial = 0; trial < trials; trial++)
        {
            double[] sample = [.. Enumerable.Range(0, 41).Select(_ => random.NextNormal())];
            Interval interval = Bootstrap.Percentile(sample, Median, new RandomStream(3, "resamples", trial), resamples: 400);
            if (interval.Low <= 0 && 0 <= interval.High) covered++;
        }

        // Three standard errors of a share of 0.95 over 300 trials are 0.038.
        Assert.InRange((double)covered / trials, 0.91, 0.985);
    }

    [Fact]
    public void One_value_has_no_interval()
    {
        Interval interval = Bootstrap.Percentile([2.5], v => v.Average(), new RandomStream(1, "bootstrap"));

        Assert.Equal(new Interval(null, 2.5, null, 1), interval);
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}

using Lengthwise.Statistics;

namespace Lengthwise.Tests.Statistics;

public sealed class StudentIntervalTests
{
    /// <summary>Student's sleep data: extra hours of ten patients under two drugs (Student, 1908, Biometrika 6).</summary>
    private static readonly double[] FirstDrug = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];

    private static readonly double[] SecondDrug = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

    private static readonly double[] Differences = [.. SecondDrug.Zip(FirstDrug, (b, a) => b - a)];

    [Fact]
    public void Students_sleep_data_has_its_published_interval()
    {
        Interval interval = StudentInterval.OfMean(Differences);

        Assert.Equal(1.58, interval.Mean, 1e-12);
        Assert.Equal(0.7001142, interval.Low!.Value, 1e-6);
        Assert.Equal(2.4598858, interval.High!.Value, 1e-6);
        Assert.Equal(10, interval.N);
        Assert.True(interval.ExcludesZero);
    }

    [Fact]
    public void Students_sleep_data_has_its_published_p_value()
    {
        double? p = CrossedEstimate.Of(Differences, null).PValue();

        Assert.Equal(0.002832890, p!.Value, 1e-8);
    }

    [Theory]
    [InlineData(1, 0.95, 12.706)]
    [InlineData(2, 0.95, 4.303)]
    [InlineData(4, 0.95, 2.776)]
    [InlineData(9, 0.99, 3.250)]
    [InlineData(30, 0.90, 1.697)]
    public void Critical_values_are_those_of_the_printed_table(int degreesOfFreedom, double confidence, double expected)
    {
        double t = StudentInterval.CriticalValue(degreesOfFreedom, confidence);

        Assert.Equal(expected, t, 5e-4);
    }

    [Fact]
    public void One_value_has_a_mean_and_no_interval()
    {
        Interval interval = StudentInterval.OfMean([0.75]);

        Assert.Equal(new Interval(null, 0.75, null, 1), interval);
        Assert.False(interval.HasBounds);
        Assert.False(interval.ExcludesZero);
        Assert.Null(CrossedEstimate.Of([0.75], null).PValue());
    }

    [Fact]
    public void Values_without_spread_have_an_interval_without_width()
    {
        Interval interval = StudentInterval.OfMean([0.5, 0.5, 0.5]);

        Assert.Equal(new Interval(0.5, 0.5, 0.5, 3), interval);
        Assert.Equal(0, CrossedEstimate.Of([0.5, 0.5, 0.5], null).PValue());
        Assert.Equal(1, CrossedEstimate.Of([0.0, 0.0], null).PValue());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    public void An_interval_of_95_percent_covers_the_mean_95_times_in_100(int n)
    {
        const int trials = 4000;
        var random = new RandomStream(7, "coverage", n);
        int covered = 0;

        for (int trial = 0; trial < trials; trial++)
        {
            double[] sample = [.. Enumerable.Range(0, n).Select(_ => 3 + 2 * random.NextNormal())];
            Interval interval = StudentInterval.OfMean(sample);
            if (interval.Low <= 3 && 3 <= interval.High) covered++;
        }

        // Three standard errors of a share of 0.95 over 4,000 trials are 0.0103.
        Assert.InRange((double)covered / trials, 0.9397, 0.9603);
    }

    [Fact]
    public void Values_that_are_no_numbers_are_refused()
    {
        Assert.Throws<ArgumentException>(() => StudentInterval.OfMean([]));
        Assert.Throws<ArgumentException>(() => StudentInterval.OfMean([1, double.NaN]));
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentInterval.OfMean([1, 2], confidence: 95));
    }

    [Fact]
    public void An_accuracy_cannot_reach_beyond_one()
    {
        Interval interval = new Interval(0.97, 0.99, 1.01, 3).Within(0, 1);

        Assert.Equal(new Interval(0.97, 0.99, 1, 3), interval);
    }
}

using Lengthwise.Statistics;

namespace Lengthwise.Tests.Statistics;

public sealed class LogSlopeTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2)]
    public void The_slope_of_a_power_is_its_exponent(double exponent) =>
        Assert.Equal(exponent, LogSlope.OfLast(((double[])[4, 1, 2, 8]).Select(x => (x, 3 * Math.Pow(x, exponent))), 4)!.Value, 12);

    [Fact]
    public void Only_the_largest_count()
    {
        (double, double)[] points = [(1, 100), (8, 64), (2, 100), (4, 16)];

        Assert.Equal(2, LogSlope.OfLast(points, 2)!.Value, 12);
    }

    [Fact]
    public void One_point_has_no_slope() => Assert.Null(LogSlope.OfLast([(1, 1)], 3));
}

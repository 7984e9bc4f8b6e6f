using Lengthwise.Statistics;

namespace Lengthwise.Tests.Statistics;

public sealed class EquivalenceTests
{
    [Fact]
    public void It_is_shown_exactly_where_the_ninety_percent_interval_lies_inside_the_margin()
    {
        CrossedEstimate difference = CrossedEstimate.Of([0.010, -0.004, 0.006, 0.001, 0.003], null);
        Interval ninety = difference.Interval(0.90);
        double edge = Math.Max(Math.Abs(ninety.Low!.Value), Math.Abs(ninety.High!.Value));

        Assert.Equal(0.05, Equivalence.PValue(difference, edge)!.Value, 1e-9);
        Assert.True(Equivalence.PValue(difference, edge * 1.01) < 0.05);
        Assert.True(Equivalence.PValue(difference, edge * 0.99) > 0.05);
    }

    [Fact]
    public void A_difference_beyond_the_margin_is_never_equivalent() =>
        Assert.True(Equivalence.PValue(CrossedEstimate.Of([0.05, 0.06, 0.055], null), 0.02) > 0.95);

    [Fact]
    public void A_single_seed_shows_nothing() => Assert.Null(Equivalence.PValue(CrossedEstimate.Of([0.0], null), 0.02));
}

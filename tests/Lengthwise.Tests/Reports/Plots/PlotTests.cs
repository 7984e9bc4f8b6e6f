using CsCheck;
using Lengthwise.Reports.Plots;

namespace Lengthwise.Tests.Reports.Plots;

public sealed class PlotTests
{
    [Fact]
    public void Ticks_are_round_and_lie_on_the_axis()
    {
        Gen.Select(Gen.Double[-1e6, 1e6], Gen.Double[1e-6, 1e6], Gen.Int[2, 8]).Sample((low, width, about) =>
        {
            var axis = new Axis(low, low + width, 0, 100);

            IReadOnlyList<double> ticks = axis.Ticks(about);

            Assert.InRange(ticks.Count, 1, 2 * about + 2);
            Assert.All(ticks, t => Assert.InRange(t, low - 1e-6 * width, low + width * (1 + 1e-6)));
        }, threads: 1);
    }

    [Theory]
    [InlineData(0.0, 1.0, 5, new[] { "0", "20", "40", "60", "80", "100" })]
    [InlineData(-0.02, 0.03, 4, new[] { "−2", "−1", "0", "1", "2", "3" })]
    [InlineData(0.98, 1.0, 5, new[] { "98.0", "98.5", "99.0", "99.5", "100.0" })]
    public void Percent_labels_have_as_many_digits_as_they_need(double low, double high, int about, string[] expected)
    {
        var axis = new Axis(low, high, 0, 100);

        Assert.Equal(expected, axis.Ticks(about).Select(t => axis.Label(t, about, 100)));
    }

    [Fact]
    public void An_axis_of_one_value_still_has_a_width()
    {
        Axis axis = Axis.Around([0.5, 0.5], 0, 100);

        Assert.Equal(50, axis.At(0.5), 1e-9);
    }

    [Fact]
    public void An_axis_of_shares_ends_at_one()
    {
        Axis axis = Axis.Around([0.2, 0.99], 0, 100, 0, 1);

        Assert.Equal(1, axis.High);
    }

    [Fact]
    public void An_axis_without_values_can_be_drawn()
    {
        Axis axis = Axis.Around([double.NaN], 0, 100);

        Assert.NotEmpty(axis.Ticks(4));
    }

    [Fact]
    public void Labels_are_moved_apart_in_order()
    {
        double[] places = LabelSpread.Apart([100, 50, 101, 99], 16, 0, 110);

        double[] sorted = [.. places.Order()];
        Assert.Equal(50, places[1]);
        Assert.True(places[3] < places[0] && places[0] < places[2]);
        Assert.All(sorted.Zip(sorted.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 16 - 1e-9));
        Assert.True(sorted[^1] <= 110);
    }

    [Fact]
    public void A_thinned_curve_keeps_its_ends_and_its_peak()
    {
        (double X, double Y)[] curve = [.. Enumerable.Range(0, 1000).Select(i => ((double)i, i == 437 ? 10.0 : Math.Sin(i / 100.0)))];

        IReadOnlyList<(double X, double Y)> thin = CurveThinning.Thin(curve, 20);

        Assert.Equal(20, thin.Count);
        Assert.Equal(curve[0], thin[0]);
        Assert.Equal(curve[^1], thin[^1]);
        Assert.Contains((437, 10.0), thin);
        Assert.Equal(thin.OrderBy(p => p.X), thin);
    }

    [Fact]
    public void A_curve_of_any_length_can_be_thinned_to_any_number()
    {
        Gen.Select(Gen.Int[1, 300], Gen.Int[3, 60]).Sample((length, most) =>
        {
            (double X, double Y)[] curve = [.. Enumerable.Range(0, length).Select(i => ((double)i, (double)(i * 7 % 11)))];

            IReadOnlyList<(double X, double Y)> thin = CurveThinning.Thin(curve, most);

            Assert.Equal(Math.Min(length, most), thin.Count);
        }, threads: 1);
    }

    [Fact]
    public void The_mean_of_curves_with_different_steps_is_interpolated_where_all_are_defined()
    {
        IReadOnlyList<(double X, double Y)> mean = MeanCurve.Of([[(0, 0), (10, 10)], [(5, 1), (20, 1)]]);

        Assert.Equal([(5.0, 3.0), (10.0, 5.5)], mean);
    }

    [Fact]
    public void Models_far_apart_in_number_still_look_different()
    {
        var looks = Enumerable.Range(0, 56).Select(m => (new SeriesStyle(m, "masked").Colour, Marker.Path(m, 0, 0, 4))).ToArray();

        Assert.Equal(56, looks.Distinct().Count());
    }
}

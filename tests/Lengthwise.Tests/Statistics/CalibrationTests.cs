using Lengthwise.Statistics;

namespace Lengthwise.Tests.Statistics;

public sealed class CalibrationTests
{
    [Fact]
    public void The_error_is_the_mean_distance_of_the_bins()
    {
        // Two bins: three items at 0.6, one right; two items at 0.9, both right.
        Calibration found = Calibration.Of(Of([(0.6f, true), (0.6f, false), (0.6f, false), (0.9f, true), (0.9f, true)]), 10)!;

        Assert.Equal(0.6 * (0.6 - 1 / 3.0) + 0.4 * 0.1, found.Error, 1e-6);
        Assert.Equal([3, 2], found.Bins.Where(b => b.Items > 0).Select(b => b.Items));
    }

    [Fact]
    public void A_bin_holds_its_upper_end()
    {
        Calibration found = Calibration.Of(Of([(0.5f, true), (1.0f, true)]), 2)!;

        Assert.Equal([1, 1], found.Bins.Select(b => b.Items));
    }

    [Fact]
    public void A_calibrated_model_on_few_items_shows_about_the_error_that_chance_expects()
    {
        var random = new RandomStream(2, "calibration");
        double found = 0, expected = 0;
        for (int c = 0; c < 200; c++)
        {
            (float, bool)[] items = [.. Enumerable.Range(0, 200).Select(_ => (float)(0.5 + 0.5 * random.NextDouble())).Select(p => (p, random.NextDouble() < p))];
            Calibration calibration = Calibration.Of(Of(items))!;
            (found, expected) = (found + calibration.Error / 200, expected + calibration.ExpectedByChance / 200);
        }

        Assert.InRange(found, 0.04, 0.12);
        Assert.InRange(expected / found, 0.9, 1.1);
    }

    [Fact]
    public void Seeds_are_put_together_by_their_counts()
    {
        Calibration one = Calibration.Of(Of([(0.6f, true), (0.9f, false)]), 10)!, two = Calibration.Of(Of([(0.6f, false), (0.9f, true)]), 10)!;

        Calibration found = Calibration.Of([one, two])!;

        Assert.Equal(4, found.Bins.Sum(b => b.Items));
        Assert.Equal(0.5 * 0.1 + 0.5 * 0.4, found.Error, 1e-6);
    }

    [Fact]
    public void Confusion_is_counted_by_true_class_then_predicted()
    {
        var predictions = new ClassPredictions([0, 1, 2], [0, 1, 1], ["a", "b"], [0.9f, 0.1f, 0.8f, 0.2f, 0.3f, 0.7f]);

        ConfusionMatrix found = ConfusionMatrix.Of(predictions)!, both = ConfusionMatrix.Sum([found, found])!;

        Assert.Equal([1, 0, 1, 1], found.Counts);
        Assert.Equal((2, 4), (both.Count(1, 0), both.Actual(1)));
        Assert.Null(ConfusionMatrix.Sum([found, found with { Classes = ["a", "c"] }]));
    }

    [Fact]
    public void Thousands_of_classes_have_no_matrix()
    {
        string[] classes = [.. Enumerable.Range(0, 5_000).Select(k => $"class {k}")];

        Assert.Null(ConfusionMatrix.Of(new ClassPredictions([0], [3], classes, new float[5_000])));
    }

    private static ClassPredictions Of((float Probability, bool IsRight)[] items) => new(
        [.. Enumerable.Range(0, items.Length)], [.. items.Select(i => i.IsRight ? 0 : 1)], ["a", "b"], [.. items.SelectMany(i => new[] { i.Probability, 1 - i.Probability })]);
}

using Lengthwise.Statistics;

namespace Lengthwise.Tests.Statistics;

public sealed class ItemInfluenceTests
{
    private static readonly RandomStream Random = new(3, "influence");

    public static TheoryData<MetricKind> OfClasses => [.. Metrics.OfClasses];

    public static TheoryData<MetricKind> OfValues => [.. Metrics.OfValues];

    [Theory]
    [MemberData(nameof(OfClasses))]
    public void Variance_of_a_score_of_classes_is_that_of_a_bootstrap_over_items(MetricKind metric) => Compare(Classes(400), metric);

    [Theory]
    [MemberData(nameof(OfValues))]
    public void Variance_of_a_score_of_values_is_that_of_a_bootstrap_over_items(MetricKind metric) => Compare(Values(400), metric);

    [Fact]
    public void Influence_has_mean_zero()
    {
        foreach (MetricKind metric in Metrics.OfClasses) Assert.Equal(0, ItemInfluence.Of(Classes(100), metric)!.Average(), 1e-9);
        foreach (MetricKind metric in Metrics.OfValues) Assert.Equal(0, ItemInfluence.Of(Values(100), metric)!.Average(), 1e-6);
    }

    [Fact]
    public void Area_under_the_curve_has_the_variance_of_delong()
    {
        // Two positives above all but one of three others: components 1, 2/3 and 1, 1, 1/2.
        var p = new ClassPredictions([0, 1, 2, 3, 4], [1, 1, 0, 0, 0], ["a", "b"], [.1f, .9f, .4f, .6f, .9f, .1f, .8f, .2f, .3f, .7f]);

        double[] influence = ItemInfluence.Of(p, MetricKind.Auroc)!;

        double area = 5 / 6.0;
        double[] expected = [(1 - area) * 2.5, (2 / 3.0 - area) * 2.5, (1 - area) * 5 / 3, (1 - area) * 5 / 3, (0.5 - area) * 5 / 3];
        Assert.All(influence.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-9));
    }

    private static void Compare(Predictions predictions, MetricKind metric)
    {
        double[] influence = ItemInfluence.Of(predictions, metric)!;
        double expected = BootstrapDeviation(predictions, metric);

        double found = Math.Sqrt(influence.Sum(x => x * x) / ((double)influence.Length * (influence.Length - 1)));

        Assert.InRange(found / expected, 0.88, 1.14);
    }

    private static double BootstrapDeviation(Predictions predictions, MetricKind metric)
    {
        const int resamples = 600;
        int n = predictions.Rows.Count;
        double[] scores = [.. Enumerable.Range(0, resamples).Select(_ => Resampled(predictions, [.. Enumerable.Range(0, n).Select(_ => (int)Random.Next(n))]).Score(metric))];
        double mean = scores.Average();
        return Math.Sqrt(scores.Sum(s => (s - mean) * (s - mean)) / (resamples - 1));
    }

    private static Predictions Resampled(Predictions predictions, int[] items) => predictions switch
    {
        ClassPredictions p => new ClassPredictions(p.Rows, [.. items.Select(i => p.Labels[i])], p.Classes, [.. items.SelectMany(i => p.Outputs[(i * p.Classes.Count)..((i + 1) * p.Classes.Count)])]),
        ValuePredictions p => new ValuePredictions(
            p.Rows, [.. items.SelectMany(i => p.Targets[(i * p.Names.Count)..((i + 1) * p.Names.Count)])], p.Names, [.. items.SelectMany(i => p.Outputs[(i * p.Names.Count)..((i + 1) * p.Names.Count)])], p.Means),
        _ => throw new ArgumentException("unknown kind", nameof(predictions)),
    };

    private static ClassPredictions Classes(int n)
    {
        int[] labels = [.. Enumerable.Range(0, n).Select(i => i % 10 < 6 ? 0 : i % 10 < 9 ? 1 : 2)];
        float[] probabilities = [.. labels.SelectMany(label => Enumerable.Range(0, 3).Select(k => (float)(Random.NextDouble() + (k == label ? 0.4 : 0))))];
        return new ClassPredictions([.. Enumerable.Range(0, n)], labels, ["a", "b", "c"], probabilities);
    }

    private static ValuePredictions Values(int n)
    {
        float[] targets = [.. Enumerable.Range(0, 2 * n).Select(i => i % 17 == 0 ? float.NaN : (float)(Random.NextDouble() * (i % 2 + 1)))];
        float[] values = [.. targets.Select(t => (float)((float.IsNaN(t) ? 0 : t) + 0.6 * Random.NextDouble() - 0.2))];
        return new ValuePredictions([.. Enumerable.Range(0, n)], targets, ["x", "y"], values, [0.5f, 1f]);
    }
}

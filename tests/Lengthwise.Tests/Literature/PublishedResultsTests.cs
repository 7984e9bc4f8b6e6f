using Lengthwise.Experiments;
using Lengthwise.Literature;

namespace Lengthwise.Tests.Literature;

public sealed class PublishedResultsTests
{
    [Fact]
    public void Every_result_has_a_source_a_place_and_a_score_or_a_failure()
    {
        Assert.All(PublishedResults.All, r =>
        {
            Assert.NotEmpty(r.Source);
            Assert.NotEmpty(r.Place);
            Assert.True(r.Value is null or (> 0 and <= 100), $"{r}");
            Assert.True(r.Metric is "accuracy" or "rmse", r.Metric);
        });
    }

    [Theory]
    [InlineData("listops", "Transformer", "Tay et al. 2021", 36.37)]
    [InlineData("path-x", "MEGA", "Ma et al. 2023", 97.98)]
    [InlineData("listops", "MEGA", "Ma et al. 2023", 63.14)]
    [InlineData("text", "MEGA", "Ma et al. 2023", 90.43)]
    public void Known_numbers_stand_where_the_articles_print_them(string task, string model, string source, double value)
    {
        IEnumerable<PublishedResult> found = PublishedResults.All.Where(r => r.Task == task && r.Model == model && r.Source.StartsWith(source, StringComparison.Ordinal));

        Assert.Contains(found, r => r.Value == value);
    }

    [Fact]
    public void Results_come_best_first_and_failures_last()
    {
        IGrouping<string, PublishedResult> all = Assert.Single(PublishedResults.Of("path-x"));

        double?[] values = [.. all.Select(r => r.Value)];
        int failed = values.Count(v => v is null);
        Assert.InRange(failed, 1, values.Length - 1);
        Assert.All(values[^failed..], v => Assert.Null(v));
        Assert.Equal(values[..^failed].OrderDescending(), values[..^failed]);
    }

    [Fact]
    public void Errors_are_best_when_small_and_targets_stay_apart()
    {
        IReadOnlyList<IGrouping<string, PublishedResult>> parts = PublishedResults.Of("bidmc");

        Assert.Equal(["hr", "rr", "spo2"], parts.Select(p => p.Key));
        Assert.All(parts, p => Assert.Equal(p.Min(r => r.Value), p.First().Value));
    }

    [Fact]
    public void The_conventions_of_averages_are_kept_apart()
    {
        string[] conventions = [.. PublishedResults.Of(PublishedResults.Average).Select(p => p.Key)];

        Assert.Equal(
            ["five tasks, without Path-X", "six tasks", "six tasks, a failed Path-X counted as 0", "six tasks, a failed Path-X counted as 50"], conventions);
    }

    [Theory]
    [InlineData("S4D-LegS", "s4d")]
    [InlineData("S4-v2 (re-run)", "s4")]
    [InlineData("Transformer (XFM, re-run)", "transformer")]
    [InlineData("Linear Transformer", "linear")]
    [InlineData("Liquid-S4", "")]
    [InlineData("FNet", "")]
    public void Published_names_are_told_to_mean_our_models(string published, string ours) => Assert.Equal(ours, ModelFamily.Of(published));

    [Fact]
    public void Runs_under_other_conditions_are_not_put_together()
    {
        RunRecord[] runs =
        [
            Run(seed: 1, test: 0.5, parameters: 100), Run(seed: 2, test: 0.7, parameters: 100), Run(seed: 1, test: 0.9, parameters: 200),
            Run(seed: 2, test: 0.1, parameters: 100) with { Task = "text" },
        ];

        IReadOnlyList<OurResult> found = OurResult.Of("listops", runs.Select(r => (r, (TestItems?)null)));

        Assert.Equal([(200, 1), (100, 2)], found.Select(r => ((int)r.Parameters, r.Score.N)));
        Assert.Equal(60, found[1].Score.Mean, 1e-9);
    }

    [Fact]
    public void Our_intervals_count_test_items_where_they_are_stored()
    {
        // Equal scores of all seeds, on few items.
        double[] influence = [.. Enumerable.Range(0, 50).Select(i => (i < 30 ? 1 : 0) - 0.6)];
        var items = new TestItems([.. Enumerable.Range(0, 50)], influence);
        RunRecord[] runs = [.. Enumerable.Range(1, 3).Select(seed => Run(seed, 0.6, 100) with { Run = "same name" })];

        OurResult with = Assert.Single(OurResult.Of("listops", runs.Select(r => (r, (TestItems?)items))));
        OurResult without = Assert.Single(OurResult.Of("listops", runs.Select(r => (r, (TestItems?)null))));

        Assert.True(with.CountsItems);
        Assert.InRange(with.Score.Low!.Value, 40, 50);
        Assert.Equal((60.0, 60.0), (without.Score.Low!.Value, without.Score.High!.Value));
        Assert.False(without.CountsItems);
    }

    private static RunRecord Run(long seed, double test, long parameters) => new()
    {
        Task = "listops",
        TaskVersion = 1,
        Model = "s4d",
        Objective = "scratch",
        Seed = seed,
        Parameters = parameters,
        Metric = "accuracy",
        Test = test,
    };
}

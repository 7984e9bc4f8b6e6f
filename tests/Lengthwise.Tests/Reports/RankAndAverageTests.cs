using Lengthwise.Experiments;
using Lengthwise.Reports;

namespace Lengthwise.Tests.Reports;

/// <summary>What is said over several models and several tasks.</summary>
public sealed class RankAndAverageTests
{
    private static readonly string[] Arena = ["listops", "text", "retrieval", "image", "pathfinder"];

    [Fact]
    public void Models_are_ranked_over_tasks_not_over_their_seeds()
    {
        RankComparison found = Assert.Single(Summary.From(new ComparisonData { Title = "t", Cells = Cells(["a", "b", "c"], ["t1", "t2", "t3"]) }).Ranks);

        Assert.True(found.AreTasks);
        Assert.Equal((3, 3), (found.Blocks.Count, found.Ranks.Blocks));
        Assert.Equal([3, 2, 1], found.Ranks.Ranks);
    }

    [Fact]
    public void Seeds_are_the_blocks_of_a_single_task()
    {
        RankComparison found = Assert.Single(Summary.From(new ComparisonData { Title = "t", Cells = Cells(["a", "b", "c"], ["t1"]) }).Ranks);

        Assert.False(found.AreTasks);
        Assert.Equal(["seed 1", "seed 2"], found.Blocks);
    }

    [Fact]
    public void Two_models_are_not_ranked() => Assert.Empty(Summary.From(new ComparisonData { Title = "t", Cells = Cells(["a", "b"], ["t1", "t2"]) }).Ranks);

    [Fact]
    public void A_model_that_lacks_a_task_is_not_ranked()
    {
        RunRecord[] cells = [.. Cells(["a", "b", "c", "d"], ["t1", "t2"]).Where(c => (c.Task, c.Model) != ("t2", "b"))];

        Assert.Equal(["a", "c", "d"], Assert.Single(Summary.From(new ComparisonData { Title = "t", Cells = cells }).Ranks).Models);
    }

    [Fact]
    public void Five_and_six_tasks_are_averaged_apart()
    {
        IReadOnlyList<ArenaAverage> found = Averages([.. Arena, "path-x"], []);

        Assert.Equal([ArenaConvention.FiveTasks, ArenaConvention.SixTasks], found.Select(a => a.Convention));
        Assert.Equal([5, 6], found.Select(a => a.Tasks.Count));
        Assert.True(found[0].Accuracy.HasBounds);
    }

    [Fact]
    public void A_path_x_that_failed_counts_as_guessing_and_one_that_was_not_tried_does_not()
    {
        IReadOnlyList<ArenaAverage> tried = Averages(Arena, [new("path-x", "a", "scratch", 1, "the loss left the numbers")]), untried = Averages(Arena, []);

        Assert.Equal((5 * tried[0].Accuracy.Mean + 0.5) / 6, tried[1].Accuracy.Mean, 1e-12);
        Assert.Equal(ArenaConvention.FiveTasks, Assert.Single(untried).Convention);
    }

    [Fact]
    public void An_average_over_whatever_finished_says_so()
    {
        ArenaAverage found = Assert.Single(Averages(["listops", "image"], []));

        Assert.Equal(ArenaConvention.Finished, found.Convention);
        Assert.Equal("tasks that finished, whichever they are", ArenaAverage.Name(found.Convention));
        Assert.Empty(Averages(["listops", "fashion-mnist"], []));
    }

    [Fact]
    public void Gains_that_grow_as_labels_shrink_have_a_slope_below_zero()
    {
        // Gains of 20, 12 and 4 points at 100, 1,000 and 10,000 labels: 8 points less for ten times as many.
        RunRecord[] cells =
        [
            .. from size in new (int Rows, double Gain)[] { (10_000, 0.04), (1_000, 0.12), (100, 0.20) }
               from seed in new[] { 1, 2, 3 }
               from arm in new[] { ("scratch", 0.5), ("masked", 0.5 + size.Gain + 0.001 * seed * (size.Rows == 1_000 ? 1 : 0)) }
               select SampleComparison.Cell(size.Rows == 10_000 ? "text" : $"text-data{size.Rows / 100}", "a", arm.Item1, seed, arm.Item2) with
               {
                   LabelledRows = size.Rows,
                   Arm = size.Rows == 10_000 ? null : new() { Task = $"text-data{size.Rows / 100}" },
               },
        ];

        Summary summary = Summary.From(new ComparisonData { Title = "t", Cells = cells });

        LabelTrend found = Assert.Single(summary.LabelTrends);
        Assert.Equal(("text", "masked"), (found.Task, found.Objective));
        Assert.Equal([100, 1_000, 10_000], found.Points.Select(p => p.Rows));
        Assert.Equal(-0.08, found.Slope.Mean, 1e-9);
        Assert.True(found.Slope.High < 0);
        Assert.Contains("Gain by number of labels", HtmlReport.Render(summary), StringComparison.Ordinal);
    }

    [Fact]
    public void Fewer_labels_of_a_task_are_no_further_task()
    {
        RunRecord[] cells = [.. Cells(["a", "b", "c"], ["text"]), .. Cells(["a", "b", "c"], ["text-data10"]).Select(c => c with { Arm = new() { Task = "text-data10" } })];

        Assert.False(Assert.Single(Summary.From(new ComparisonData { Title = "t", Cells = cells }).Ranks).AreTasks);
    }

    private static IReadOnlyList<ArenaAverage> Averages(IReadOnlyList<string> tasks, IReadOnlyList<FailedCell> failures) =>
        Summary.From(new ComparisonData { Title = "t", Cells = Cells(["a"], tasks), Failures = failures }).ArenaAverages;

    private static RunRecord[] Cells(IReadOnlyList<string> models, IReadOnlyList<string> tasks) =>
    [
        .. from task in tasks
           from model in models
           from seed in new[] { 1, 2 }
           select SampleComparison.Cell(task, model, "scratch", seed, 0.5 + 0.1 * (model[0] - 'a') + 0.01 * seed),
    ];
}

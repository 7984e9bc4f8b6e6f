using Lengthwise.Experiments;
using Lengthwise.Recipes;

namespace Lengthwise.Tests.Experiments;

public sealed class TuningTests
{
    private static readonly ComparisonSettings Random = new() { Models = ["attention"], Search = SearchKind.RandomHalving, Trials = 8 };

    [Fact]
    public void Halving_leaves_the_better_half_of_each_round_and_doubles_its_budget()
    {
        Tuning tuning = Tuning.Of(Random);

        Assert.Equal([8, 4, 2], Enumerable.Range(0, tuning.Rounds).Select(tuning.PointsIn));
        Assert.Equal([0.25, 0.5, 1], Enumerable.Range(0, tuning.Rounds).Select(tuning.ShareIn));
        Assert.Equal(14, tuning.TrialCount);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(5, 3)]
    [InlineData(9, 4)]
    public void The_last_round_compares_two(int trials, int rounds)
    {
        Tuning tuning = Tuning.Of(Random with { Trials = trials });

        Assert.Equal((rounds, 2), (tuning.Rounds, tuning.PointsIn(tuning.Rounds - 1)));
    }

    [Fact]
    public void Draws_repeat_and_stay_in_their_range_and_differ()
    {
        TunedSettings[] first = [.. Tuning.Of(Random).Points], again = [.. Tuning.Of(Random).Points], other = [.. Tuning.Of(Random with { TuningSeed = 77 }).Points];

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.Equal(8, first.Distinct().Count());
        Assert.All(first, p => Assert.InRange(p.Lr, 1e-4, 1e-2));
    }

    [Fact]
    public void The_best_on_validation_goes_on_and_a_diverged_trial_never_does()
    {
        Tuning tuning = Tuning.Of(Random);
        TunedSettings best = tuning.Points[5], diverged = tuning.Points[2];
        RunRecord? Result(int round, TunedSettings p) => PlanExample.Record(p.Lr, p == diverged ? null : p == best ? 0.9 : 0.5 + 0.01 * round);

        Assert.Contains(best, tuning.At(2, Result));
        Assert.DoesNotContain(diverged, tuning.At(1, Result));
        Assert.Equal(best, tuning.Choose(Result));
    }

    [Fact]
    public void Every_arm_tries_the_same_points_and_rounds_scale_both_budgets()
    {
        ComparisonPlan plan = Plan(Random);

        Assert.Single(plan.Arms.Select(a => string.Join(";", a.Tuning.Points)).Distinct());
        PlannedRun first = plan.Arms[1].TrialsOf(0, (_, _) => null)[0];
        Assert.Equal((1, 0.5), (first.Recipe.Budget.Pretrain, first.Recipe.Budget.Finetune));
        Assert.Equal(2 * 14, plan.TrialCount);
        Assert.StartsWith("sorting-attention-masked-round1-lr", first.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void The_papers_grid_varies_rate_and_batch_of_both_phases()
    {
        ArmPlan arm = Plan(Random with { Search = SearchKind.Paper, Trials = null }).Arms[1];

        Assert.Equal(9, arm.Trials.Count);
        Assert.All(arm.Trials, t => Assert.Equal(t.Recipe.Optimizer.BatchSize, t.Recipe.Pretraining!.BatchSize));
        Assert.Equal([8, 32, 128], arm.Trials.Select(t => t.Recipe.Optimizer.BatchSize).Distinct());
        Assert.Equal("sorting-attention-masked-lr0.001-batch8", arm.Trials[0].Name);
    }

    [Fact]
    public void A_stored_search_is_read_back_and_another_one_is_refused()
    {
        StoredPlan stored = PlanExample.Stored(Plan(Random));
        string path = Path.Combine(Directory.CreateTempSubdirectory("lengthwise-tuning-").FullName, "plan.json");

        stored.Write(path);
        StoredPlan read = StoredPlan.Read(path);

        Assert.Equal(stored.Arms[0].Search!.Points, read.Arms[0].Search!.Points);
        Assert.Equal(3, read.Arms[0].Search!.Rounds);
        Assert.Throws<LengthwiseException>(() => PlanExample.Stored(Plan(Random with { Trials = 4 })).Extending(read, "here"));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Theory]
    [InlineData(SearchKind.RandomHalving, null, "'trials' does not say")]
    [InlineData(SearchKind.Grid, 4, "'trials' has no effect")]
    public void A_search_that_lacks_something_is_refused(SearchKind search, int? trials, string message) =>
        Assert.Contains(message, Assert.Single((Random with { Search = search, Trials = trials }).Validate()), StringComparison.Ordinal);

    private static ComparisonPlan Plan(ComparisonSettings compare) => ComparisonPlan.Create(
        [new Preset("default", new DirectoryInfo("default"), compare, compare.Models.ToDictionary(m => m, m => PlanExample.Model(m)))], allCausal: false);
}

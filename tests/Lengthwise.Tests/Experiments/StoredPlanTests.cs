using Lengthwise.Experiments;

namespace Lengthwise.Tests.Experiments;

public sealed class StoredPlanTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lengthwise-plan-");

    private string PlanPath => Path.Combine(_folder.FullName, "plan.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_plan_is_read_back_as_it_was_written()
    {
        StoredPlan plan = PlanExample.Stored(PlanExample.Plan());

        plan.Write(PlanPath);
        StoredPlan read = StoredPlan.Read(PlanPath);

        Assert.Equivalent(plan, read, strict: true);
    }

    [Fact]
    public void Seeds_and_models_can_be_added()
    {
        StoredPlan earlier = PlanExample.Stored(PlanExample.Plan(seeds: 2, models: ["attention"]));

        StoredPlan extended = PlanExample.Stored(PlanExample.Plan(seeds: 3)).Extending(earlier, "here");

        Assert.Equal(4, extended.Arms.Count);
        Assert.All(extended.Arms, arm => Assert.Equal([1, 2, 3], arm.Seeds));
    }

    [Fact]
    public void Asking_for_less_forgets_nothing()
    {
        StoredPlan earlier = PlanExample.Stored(PlanExample.Plan(seeds: 5));

        StoredPlan extended = PlanExample.Stored(PlanExample.Plan(seeds: 2, models: ["attention"])).Extending(earlier, "here");

        Assert.Equal(4, extended.Arms.Count);
        Assert.All(extended.Arms, arm => Assert.Equal(5, arm.Seeds.Count));
    }

    [Fact]
    public void Other_settings_are_refused_and_each_difference_is_named()
    {
        StoredPlan earlier = PlanExample.Stored(PlanExample.Plan(grid: [1e-3, 1e-2]));

        var refusal = Assert.Throws<LengthwiseException>(() => PlanExample.Stored(PlanExample.Plan(grid: [1e-3], width: 128)).Extending(earlier, "here"));

        Assert.Equal(ExitCode.Usage, refusal.Code);
        Assert.Contains("attention, masked: model.d_model is 64 in the folder, 128 now", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("compare.lr_grid is [0.001, 0.01] in the folder, [0.001] now", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--out", refusal.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ \"arms\": 3 }")]
    [InlineData("null")]
    public void A_damaged_plan_says_that_finished_cells_are_kept(string content)
    {
        File.WriteAllText(PlanPath, content);

        var failure = Assert.Throws<LengthwiseException>(() => StoredPlan.Read(PlanPath));

        Assert.Equal(ExitCode.Data, failure.Code);
        Assert.Contains("finished cells are kept", failure.Hint, StringComparison.Ordinal);
    }
}

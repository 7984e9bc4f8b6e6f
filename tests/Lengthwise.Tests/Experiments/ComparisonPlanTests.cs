using Lengthwise.Experiments;
using Lengthwise.Recipes;
using Lengthwise.Tests.Recipes;

namespace Lengthwise.Tests.Experiments;

public sealed class ComparisonPlanTests
{
    [Fact]
    public void Cells_are_models_times_objectives_times_seeds_and_trials_rates_times_arms()
    {
        ComparisonPlan plan = PlanExample.Plan(seeds: 3);

        Assert.Equal(2 * 2 * 3, plan.CellCount);
        Assert.Equal(2 * 2 * 2, plan.TrialCount);
    }

    [Fact]
    public void Seeds_begin_where_they_are_told_to()
    {
        Preset preset = PlanExample.Preset();

        ComparisonPlan plan = ComparisonPlan.Create([preset with { Compare = preset.Compare with { FirstSeed = 11, Seeds = 2 } }], allCausal: false);

        Assert.All(plan.Arms, arm => Assert.Equal([11, 12], arm.Seeds));
    }

    [Fact]
    public void Every_run_has_a_name_of_its_own()
    {
        ComparisonPlan plan = PlanExample.Plan();

        string[] names = [.. plan.Arms.SelectMany(a => a.Trials.Concat(a.Cells(new TunedSettings(1e-3)))).Select(r => r.Name)];

        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Fact]
    public void Arms_from_scratch_are_charged_for_both_phases_or_for_fine_tuning_alone()
    {
        ComparisonPlan plan = PlanExample.Plan(objectives: [ObjectiveKind.Scratch, ObjectiveKind.ScratchMatched, ObjectiveKind.Masked]);

        BudgetSettings Of(ObjectiveKind objective) => plan.Arms.First(a => a.Objective == objective).Recipe.Budget;

        Assert.Equal(Of(ObjectiveKind.Masked), Of(ObjectiveKind.ScratchMatched));
        Assert.Equal(Of(ObjectiveKind.Masked) with { Pretrain = 0 }, Of(ObjectiveKind.Scratch));
    }

    [Fact]
    public void A_model_with_a_structure_to_leave_out_has_an_arm_for_each_initialisation_and_others_one()
    {
        ComparisonPlan plan = PlanExample.Plan(inits: [InitKind.Structured, InitKind.Random], objectives: [ObjectiveKind.Masked]);

        Assert.Equal(["sorting-attention-masked", "sorting-recurrence-masked", "sorting-recurrence-random-masked"], plan.Arms.Select(a => a.Name));
        Assert.Equal([0.5f, 0.1f], plan.Arms.Skip(1).Select(a => ((RecurrenceSettings)a.Recipe.Model).Scale));
        Assert.Equal("recurrence-random", plan.Arms[2].Cells(null)[0].Recipe.Arm!.Model);
    }

    [Fact]
    public void A_causal_comparison_has_no_model_that_sees_the_future()
    {
        ComparisonPlan plan = PlanExample.Plan(allCausal: true);

        Assert.All(plan.Arms, arm => Assert.False(arm.Recipe.Model.Bidirectional));
        Assert.Equal([ObjectiveKind.ScratchMatched, ObjectiveKind.Causal], plan.Arms.Select(a => a.Objective).Distinct());
    }

    [Fact]
    public void Trials_use_a_seed_that_is_not_compared()
    {
        ArmPlan arm = PlanExample.Plan().Arms[0];

        Assert.All(arm.Trials, trial => Assert.DoesNotContain(trial.Recipe.Run.Seed, arm.Seeds));
    }

    [Fact]
    public void A_grid_of_one_rate_needs_no_trial_and_is_used()
    {
        ArmPlan arm = PlanExample.Plan(grid: [5e-3]).Arms[0];

        Assert.Empty(arm.Trials);
        Assert.All(arm.Cells(null), cell => Assert.Equal(5e-3, cell.Recipe.Optimizer.Lr));
    }

    [Fact]
    public void The_rate_with_the_best_validation_is_chosen_and_of_equals_the_first()
    {
        ArmPlan arm = PlanExample.Plan(grid: [1e-3, 1e-2, 1e-1]).Arms[0];

        Assert.Equal(1e-2, arm.Choose([PlanExample.Record(1e-3, 0.5), PlanExample.Record(1e-2, 0.7), PlanExample.Record(1e-1, 0.6)])?.Lr);
        Assert.Equal(1e-3, arm.Choose([PlanExample.Record(1e-2, 0.7), PlanExample.Record(1e-3, 0.7)])?.Lr);
    }

    [Fact]
    public void Where_less_is_better_the_smallest_validation_is_chosen()
    {
        ArmPlan arm = PlanExample.Plan().Arms[0];

        TunedSettings? chosen = arm.Choose([PlanExample.Record(1e-3, 0.5, higherIsBetter: false), PlanExample.Record(1e-2, 0.7, higherIsBetter: false)]);

        Assert.Equal(1e-3, chosen?.Lr);
    }

    [Fact]
    public void A_diverged_trial_is_not_chosen_and_none_is_when_all_diverged()
    {
        ArmPlan arm = PlanExample.Plan().Arms[0];

        Assert.Equal(1e-3, arm.Choose([PlanExample.Record(1e-3, 0.1), PlanExample.Record(1e-2, null)])?.Lr);
        Assert.Null(arm.Choose([PlanExample.Record(1e-3, null), PlanExample.Record(1e-2, double.NaN)]));
    }

    [Fact]
    public void Two_presets_for_one_task_are_refused()
    {
        var refusal = Assert.Throws<LengthwiseException>(() => ComparisonPlan.Create([PlanExample.Preset(), PlanExample.Preset()], allCausal: false));

        Assert.Equal(ExitCode.Usage, refusal.Code);
    }
}

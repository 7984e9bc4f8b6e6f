using Lengthwise.Experiments;
using Lengthwise.Fairness;
using Lengthwise.Recipes;
using Lengthwise.Tests.Experiments;

namespace Lengthwise.Tests.Fairness;

public sealed class PlanFairnessTests
{
    [Fact]
    public void A_plan_of_equal_budgets_has_nothing_to_find() => Assert.Empty(PlanFairness.Of(PlanExample.Plan()));

    [Theory]
    [InlineData("unequal-budget")]
    [InlineData("selection-differs")]
    [InlineData("metric-differs")]
    [InlineData("labels-differ")]
    [InlineData("trials-differ")]
    [InlineData("threads-differ")]
    public void What_one_model_of_a_preset_has_more_of_is_found_before_anything_runs(string code)
    {
        ComparisonPlan plan = PlanExample.Plan();

        ComparisonPlan unfair = plan with { Arms = [.. plan.Arms.Select((arm, i) => i == 1 ? Spoil(arm, code) : arm)] };

        Assert.Equal([code], PlanFairness.Of(unfair).Select(f => f.Code));
    }

    [Fact]
    public void Another_unit_of_the_same_amount_is_another_budget()
    {
        ComparisonPlan plan = PlanExample.Plan();
        ArmPlan other = plan.Arms[2] with { Model = plan.Arms[2].Model with { Budget = plan.Arms[2].Model.Budget with { Unit = BudgetUnit.Steps } } };

        ComparisonPlan unfair = plan with { Arms = [plan.Arms[0], plan.Arms[1], other] };

        Assert.Contains("6 epochs (attention scratch-matched, attention masked); 6 steps (recurrence scratch-matched)", PlanFairness.Of(unfair)[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_fine_tuning_is_a_warning_of_its_own_and_no_unequal_budget()
    {
        ComparisonPlan plain = PlanExample.Plan(objectives: [ObjectiveKind.Scratch, ObjectiveKind.Masked]);
        ComparisonPlan both = PlanExample.Plan(objectives: [ObjectiveKind.Scratch, ObjectiveKind.ScratchMatched, ObjectiveKind.Masked]);

        ComparisonPlan withoutPretraining = PlanExample.Plan(objectives: [ObjectiveKind.Scratch, ObjectiveKind.ScratchMatched]);

        Assert.Equal(["scratch-not-matched"], PlanFairness.Of(plain).Select(f => f.Code));
        Assert.Empty(PlanFairness.Of(both));
        Assert.Empty(PlanFairness.Of(withoutPretraining));
    }

    [Fact]
    public void Divisions_of_one_budget_are_fair()
    {
        Preset preset = PlanExample.Preset();

        ComparisonPlan plan = ComparisonPlan.Create([preset with { Compare = preset.Compare with { PretrainShares = [0, 0.2, 0.4, 0.6] } }], allCausal: false);

        Assert.Empty(PlanFairness.Of(plan));
    }

    [Fact]
    public void What_is_refused_is_named_with_what_to_do_unless_it_was_allowed()
    {
        ComparisonPlan plan = PlanExample.Plan();
        ComparisonPlan unfair = plan with { Arms = [.. plan.Arms.Select((arm, i) => i == 1 ? Spoil(arm, "unequal-budget") : arm)] };

        var refusal = Assert.Throws<LengthwiseException>(() => FairnessGate.Require("planning", PlanFairness.Of(unfair)));

        Assert.Equal(ExitCode.BarMissed, refusal.Code);
        Assert.Contains("[unequal-budget] sorting: Arms have different budgets", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--allow-unfair unequal-budget", refusal.Hint, StringComparison.Ordinal);
        FairnessGate.Require("planning", PlanFairness.Of(unfair).Select(f => FairnessGate.Marked(f, FairnessGate.Allowed("unequal-budget"))));
    }

    [Theory]
    [InlineData("unequal-budgets", "did you mean 'unequal-budget'?")]
    [InlineData("one-seed", "needs no leave")]
    public void Only_what_refuses_can_be_allowed(string name, string hint)
    {
        var refusal = Assert.Throws<LengthwiseException>(() => FairnessGate.Allowed(name));

        Assert.Equal(ExitCode.Usage, refusal.Code);
        Assert.Contains(hint, refusal.Hint, StringComparison.Ordinal);
    }

    private static ArmPlan Spoil(ArmPlan arm, string code)
    {
        Recipe model = arm.Model;
        return code switch
        {
            "unequal-budget" => arm with { Model = model with { Budget = model.Budget with { Finetune = 2 * model.Budget.Finetune } } },
            "selection-differs" => arm with { Model = model with { Budget = model.Budget with { Evaluations = 100 } } },
            "metric-differs" => arm with { Model = model with { Labels = new LabelSettings { Metric = Lengthwise.Statistics.MetricKind.MacroF1 } } },
            "labels-differ" => arm with { Model = model with { Labels = new LabelSettings { Sampling = SamplingKind.Balanced } } },
            "trials-differ" => arm with { Tuning = Tuning.Grid([1e-4, 1e-3, 1e-2]) },
            "threads-differ" => arm with { Model = model with { Run = model.Run with { Threads = 2 } } },
            _ => arm,
        };
    }
}

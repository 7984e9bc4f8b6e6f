using Lengthwise.Recipes;

namespace Lengthwise.Tests.Recipes;

public class ArmRecipesTests
{
    private static readonly Recipe Model = new()
    {
        TaskName = "sorting",
        Task = new SortingSettings(),
        ModelName = "attention",
        Model = new AttentionSettings { NHeads = 8 },
        Objective = new ObjectiveSettings { Name = ObjectiveKind.Masked, MaskRatio = 0.3 },
        Optimizer = new OptimizerSettings { Lr = 0.1, SsmLr = 0.2, WarmupRatio = 0.05 },
        Pretraining = new OptimizerSettings { Lr = 0.4, SsmLr = 0.2, BatchSize = 8 },
        Budget = new BudgetSettings { Pretrain = 40, Finetune = 20 },
    };

    [Fact]
    public void From_scratch_and_compute_matched_both_budgets_stay()
    {
        Recipe arm = ArmRecipes.For(Model, ObjectiveKind.ScratchMatched, seed: 5, lr: null, allCausal: false);

        Recipe expected = Model with
        {
            Objective = new ObjectiveSettings { Name = ObjectiveKind.ScratchMatched },
            Pretraining = null,
            Run = new RunSettings { Seed = 5 },
        };
        Assert.Equal(expected, arm);
    }

    [Fact]
    public void From_scratch_the_labels_get_what_they_have_after_pretraining()
    {
        Recipe arm = ArmRecipes.For(Model, ObjectiveKind.Scratch, seed: 5, lr: null, allCausal: false);

        Recipe expected = Model with
        {
            Objective = new ObjectiveSettings(),
            Pretraining = null,
            Budget = new BudgetSettings { Pretrain = 0, Finetune = 20 },
            Run = new RunSettings { Seed = 5 },
        };
        Assert.Equal(expected, arm);
    }

    [Fact]
    public void The_masked_arm_keeps_the_preset()
    {
        Recipe arm = ArmRecipes.For(Model, ObjectiveKind.Masked, seed: 1, lr: null, allCausal: false);

        Assert.Equal(Model, arm);
    }

    [Fact]
    public void The_causal_arm_is_unidirectional_and_masks_nothing()
    {
        Recipe arm = ArmRecipes.For(Model, ObjectiveKind.Causal, seed: 1, lr: null, allCausal: false);

        Recipe expected = Model with
        {
            Objective = new ObjectiveSettings { Name = ObjectiveKind.Causal },
            Model = new AttentionSettings { NHeads = 8, Bidirectional = false },
        };
        Assert.Equal(expected, arm);
    }

    [Theory]
    [InlineData(ObjectiveKind.Scratch)]
    [InlineData(ObjectiveKind.ScratchMatched)]
    [InlineData(ObjectiveKind.Masked)]
    [InlineData(ObjectiveKind.Causal)]
    public void On_request_every_arm_is_unidirectional(ObjectiveKind objective)
    {
        Recipe arm = ArmRecipes.For(Model, objective, seed: 1, lr: null, allCausal: true);

        Assert.False(arm.Model.Bidirectional);
    }

    [Theory]
    [InlineData(ObjectiveKind.Scratch)]
    [InlineData(ObjectiveKind.ScratchMatched)]
    [InlineData(ObjectiveKind.Masked)]
    [InlineData(ObjectiveKind.Causal)]
    public void No_arm_contradicts_itself(ObjectiveKind objective)
    {
        Recipe arm = ArmRecipes.For(Model, objective, seed: 1, lr: 0.01, allCausal: false);

        Assert.Empty(arm.Validate());
    }

    [Fact]
    public void A_rate_of_the_grid_replaces_that_of_both_phases_but_not_the_state_spaces()
    {
        Recipe arm = ArmRecipes.For(Model, ObjectiveKind.Masked, seed: 1, lr: 0.01, allCausal: false);

        Assert.Equal((Model.Optimizer with { Lr = 0.01 }, Model.Pretraining! with { Lr = 0.01 }), (arm.Optimizer, arm.Pretraining!));
    }

    [Fact]
    public void Without_a_pretraining_section_both_phases_share_the_optimizer()
    {
        Recipe arm = ArmRecipes.For(Model with { Pretraining = null }, ObjectiveKind.Masked, seed: 1, lr: null, allCausal: false);

        Assert.Equal(Model.Optimizer, arm.Pretraining);
    }
}

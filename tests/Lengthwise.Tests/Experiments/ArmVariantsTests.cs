using Lengthwise.Experiments;
using Lengthwise.Recipes;

namespace Lengthwise.Tests.Experiments;

/// <summary>What a comparison varies beside model, objective and seed, and what the arms are called.</summary>
public sealed class ArmVariantsTests
{
    private static readonly ComparisonSettings Compare = new() { Models = ["attention"], Seeds = 2 };

    [Fact]
    public void Shares_divide_one_budget_and_a_share_of_nothing_is_the_matched_arm_from_scratch()
    {
        ComparisonPlan plan = Plan(Compare with { Objectives = [ObjectiveKind.Masked], PretrainShares = [0, 0.25, 0.5] });

        Assert.Equal(["sorting-attention-scratch-matched", "sorting-attention-masked-pre25", "sorting-attention-masked-pre50"], plan.Arms.Select(a => a.Name));
        Assert.Equal([(4, 2), (1.5, 4.5), (3, 3)], plan.Arms.Select(a => (a.Recipe.Budget.Pretrain, a.Recipe.Budget.Finetune)));
    }

    [Fact]
    public void Fractions_are_tasks_of_their_own_and_pretraining_reads_the_same_rows()
    {
        ComparisonPlan plan = Plan(Compare with { DataFractions = [0.005, 1] });

        Assert.Equal(
            ["sorting-data0.5-attention-scratch-matched", "sorting-attention-scratch-matched", "sorting-data0.5-attention-masked", "sorting-attention-masked"],
            plan.Arms.Select(a => a.Name));
        Assert.Equal([0.005, 1, 0.005, 1], plan.Arms.Select(a => a.Recipe.Data.Fraction));
        Assert.All(plan.Arms, arm => Assert.Equal(PretrainingRows.Subset, arm.Recipe.Data.PretrainOn));
    }

    [Fact]
    public void Several_rows_to_pretrain_on_are_arms_beside_each_other_and_one_arm_from_scratch()
    {
        ComparisonPlan plan = Plan(Compare with { DataFractions = [0.1], PretrainOn = [PretrainingRows.Subset, PretrainingRows.All] });

        Assert.Equal(["scratch-matched", "masked-on-subset", "masked-on-all"], plan.Arms.Select(a => a.ObjectiveLabel));
        Assert.Equal([PretrainingRows.Subset, PretrainingRows.All], plan.Arms.Skip(1).Select(a => a.Recipe.Data.PretrainOn));
    }

    [Fact]
    public void Every_combination_has_a_name_of_its_own_and_a_recipe_that_reads_back()
    {
        ComparisonPlan plan = Plan(Compare with
        {
            Models = ["attention", "recurrence"],
            Objectives = [ObjectiveKind.ScratchMatched, ObjectiveKind.Masked, ObjectiveKind.Causal],
            Inits = [InitKind.Structured, InitKind.Random],
            PretrainShares = [0.2, 0.6],
            DataFractions = [0.1, 1],
            PretrainOn = [PretrainingRows.Subset, PretrainingRows.All],
        });

        string[] names = [.. plan.Arms.SelectMany(a => a.Trials.Concat(a.Cells(new TunedSettings(1e-3)))).Select(r => r.Name)];

        Assert.Equal(3 * 2 * (1 + 2 * 2 * 2), plan.Arms.Count);
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(plan.Arms, arm =>
        {
            Assert.Empty(arm.Recipe.Validate());
            Assert.Equal(arm.Recipe, RecipeReader.Parse(RecipeWriter.ToToml(arm.Recipe, []), "recipe.toml", [], new Lengthwise.Tests.Recipes.TestCatalog()));
        });
    }

    [Fact]
    public void Nothing_varied_leaves_recipes_without_a_label()
    {
        ComparisonPlan plan = Plan(Compare);

        Assert.All(plan.Arms, arm => Assert.Null(arm.Recipe.Arm));
    }

    [Theory]
    [InlineData("'pretrain_shares' divides one budget", ObjectiveKind.Scratch, ObjectiveKind.Masked)]
    [InlineData("'pretrain_shares' has no effect", ObjectiveKind.ScratchMatched)]
    public void Shares_that_make_no_sense_are_refused(string message, params ObjectiveKind[] objectives)
    {
        string[] problems = [.. (Compare with { PretrainShares = [0.2], Objectives = [.. objectives] }).Validate()];

        Assert.StartsWith(message, Assert.Single(problems), StringComparison.Ordinal);
    }

    private static ComparisonPlan Plan(ComparisonSettings compare) => ComparisonPlan.Create(
        [new Preset("default", new DirectoryInfo("default"), compare, compare.Models.ToDictionary(m => m, m => PlanExample.Model(m)))], allCausal: false);
}

using Lengthwise.Experiments;
using Lengthwise.Recipes;

namespace Lengthwise.Tests.Experiments;

public sealed class RunOutlineTests
{
    [Fact]
    public void A_resolved_recipe_is_outlined_without_knowing_its_model()
    {
        Recipe recipe = PlanExample.Model("attention") with { Run = new RunSettings { Seed = 7 } };

        RunOutline outline = RunOutline.Parse(RecipeWriter.ToToml(recipe, ["a header"]));

        Assert.Equal(("sorting", "attention", "scratch", 7), (outline.Task, outline.Model, outline.Objective, outline.Seed));
        Assert.Equal(recipe.Budget, outline.Budget);
    }

    [Theory]
    [InlineData(ObjectiveKind.Masked, "pretrain 4, finetune 2")]
    [InlineData(ObjectiveKind.ScratchMatched, "finetune 6")]
    public void Labels_get_both_budgets_where_nothing_is_pretrained(ObjectiveKind objective, string phases)
    {
        Recipe recipe = PlanExample.Model() with { Objective = new ObjectiveSettings { Name = objective } };

        RunOutline outline = RunOutline.Parse(RecipeWriter.ToToml(recipe, []));

        Assert.Equal(phases, string.Join(", ", outline.Phases.Select(p => $"{p.Phase} {p.Amount}")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[task]\nname = 3\n")]
    [InlineData("= = =\n[[budget]]\n")]
    [InlineData("extends = \"/etc/passwd\"\n[run]\nseed = \"x\"")]
    public void A_damaged_recipe_has_no_budget_and_is_no_failure(string toml) => Assert.Null(RunOutline.Parse(toml).Budget);

    [Fact]
    public void A_recipe_that_is_not_there_has_no_outline() => Assert.Null(RunOutline.Read(Path.Combine(Path.GetTempPath(), "no-such-recipe.toml")));
}

using Lengthwise.Recipes;

namespace Lengthwise.Experiments;

/// <summary>The recipes that one model of a preset becomes where a comparison varies more than objective and seed, each under a name of its own.</summary>
internal static class ArmVariants
{
    /// <summary>The variants; the recipe itself when nothing is varied.</summary>
    /// <param name="model">The model's recipe, from the preset.</param>
    /// <param name="compare">What is varied.</param>
    public static IEnumerable<Recipe> Of(Recipe model, ComparisonSettings compare) =>
        compare.Inits.Select(init => Initialised(model, init)).Distinct();

    // A model without a structure to leave out has one arm, whichever initialisations are asked for.
    private static Recipe Initialised(Recipe model, InitKind init) =>
        init == InitKind.Random && model.Model.WithRandomInit() is { } random && random != model.Model
            ? model with { Model = random, Arm = Labels(model) with { Model = model.ModelLabel + "-random" } }
            : model;

    private static ArmLabels Labels(Recipe recipe) => recipe.Arm ?? new ArmLabels();
}

namespace Lengthwise.Recipes;

/// <summary>A comparison, ready to be planned: what is compared, and each model's recipe before it becomes an arm.</summary>
/// <param name="Name">Name of the folder.</param>
/// <param name="Folder">The folder.</param>
/// <param name="Compare">Models, objectives, seeds and learning rates; <c>Models</c> lists the keys of <paramref name="Models"/>.</param>
/// <param name="Models">
/// Recipe by model, in the order of the comparison. Objective and seed of these recipes are replaced for each arm: see
/// <see cref="ArmRecipes"/>.
/// </param>
public sealed record Preset(string Name, DirectoryInfo Folder, ComparisonSettings Compare, IReadOnlyDictionary<string, Recipe> Models)
{
    /// <summary>What was chosen for it, in sentences for the plan and the report.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

namespace Lengthwise.Recipes;

/// <summary>
/// Reads recipes of single runs. Values resolve in one order: defaults in the records, the file that is extended, the file
/// itself, <c>--set</c>. All problems are reported together.
/// </summary>
public static class RecipeReader
{
    /// <summary>Reads a recipe file.</summary>
    /// <param name="path">The file; problems name it as given here.</param>
    /// <param name="overrides">Texts such as <c>model.d_state=32</c>, from <c>--set</c>.</param>
    /// <param name="catalog">Known tasks and models.</param>
    /// <exception cref="RecipeException">The recipe cannot be used.</exception>
    public static Recipe Read(string path, IReadOnlyList<string> overrides, ISettingsCatalog catalog)
    {
        var problems = new RecipeProblems();
        return Resolve(RecipeFiles.Load(path, problems), overrides, catalog, problems);
    }

    /// <summary>Reads a recipe from text.</summary>
    /// <param name="text">TOML.</param>
    /// <param name="fileName">What problems call the text; <c>extends</c> is relative to its folder.</param>
    /// <param name="overrides">Texts such as <c>model.d_state=32</c>, from <c>--set</c>.</param>
    /// <param name="catalog">Known tasks and models.</param>
    /// <exception cref="RecipeException">The recipe cannot be used.</exception>
    public static Recipe Parse(string text, string fileName, IReadOnlyList<string> overrides, ISettingsCatalog catalog)
    {
        var problems = new RecipeProblems();
        return Resolve(RecipeFiles.FromText(text, fileName, problems), overrides, catalog, problems);
    }

    private static Recipe Resolve(RecipeLayer file, IReadOnlyList<string> overrides, ISettingsCatalog catalog, RecipeProblems problems)
    {
        RecipeLayer layer = file.With(RecipeOverrides.Parse(overrides, problems));
        var binder = new RecipeBinder(catalog, problems);
        Recipe recipe = binder.Bind(layer);
        CheckComparison(layer, binder, problems);
        binder.Validate(recipe, layer);
        problems.ThrowIfAny();
        return recipe;
    }

    // A preset's files can be run one by one: their [compare] is read over, but not in silence when someone asks for it here.
    private static void CheckComparison(RecipeLayer layer, RecipeBinder binder, RecipeProblems problems)
    {
        binder.Bind<ComparisonSettings>(layer, RecipeSections.Compare);
        foreach (RecipeEntry entry in layer.Entries(RecipeSections.Compare).Where(e => e.Place.IsOverride))
            problems.Add(entry.Place, $"'compare.{entry.Key}' has no effect on a single run",
                "give it to 'lengthwise compare', or remove it");
    }
}

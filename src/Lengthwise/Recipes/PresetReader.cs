using System.Collections.ObjectModel;

namespace Lengthwise.Recipes;

/// <summary>Reads presets: a folder with <c>compare.toml</c> and one <c>MODEL.toml</c> per model that extends it.</summary>
public static class PresetReader
{
    /// <summary>The file that holds what the models of a preset share.</summary>
    public const string CompareFile = "compare.toml";

    /// <summary>Reads the preset; problems are those of all its files together.</summary>
    /// <param name="folder">The preset's folder.</param>
    /// <param name="overrides">
    /// Texts such as <c>budget.finetune=5</c>, applied to every model; one of <c>[model]</c> to the models that have the key.
    /// </param>
    /// <param name="catalog">Known tasks and models.</param>
    /// <exception cref="RecipeException">The preset cannot be used.</exception>
    public static Preset Read(DirectoryInfo folder, IReadOnlyList<string> overrides, ISettingsCatalog catalog)
    {
        var problems = new RecipeProblems();
        var binder = new RecipeBinder(catalog, problems);
        RecipeLayer set = RecipeOverrides.Parse(overrides, problems);
        RecipeLayer shared = RecipeFiles.Load(Path.Combine(folder.ToString(), CompareFile), problems).With(set);
        var compare = binder.Bind<ComparisonSettings>(shared, RecipeSections.Compare);
        if (compare.Models.Count == 0) compare = compare with { Models = [.. ModelFiles(folder)] };
        binder.Report(compare.Validate(), shared, [RecipeSections.Compare]);
        if (set.Find(RecipeSections.Model, RecipeSections.Name) is { } name)
            problems.Add(name.Place, "'model.name' cannot be set for a preset: each model has its own file",
                "choose models with compare.models");

        (string Name, RecipeLayer Layer)[] files = [.. compare.Models.Distinct()
            .Where(model => HasFile(folder, model, shared, problems))
            .Select(model => (model, ReadModelFile(folder, model, problems)))];
        var models = new Dictionary<string, Recipe>(StringComparer.Ordinal);
        foreach ((string model, RecipeLayer file) in files)
        {
            RecipeLayer layer = file.With(ForModel(set, file, [.. files.Select(f => f.Layer)], catalog));
            Recipe recipe = binder.Bind(layer);
            models.Add(model, recipe);
            // The arms are what runs: their contradictions are the preset's. One that is not applicable does not run.
            foreach (ObjectiveKind objective in compare.Objectives.Where(o => recipe.Model.ObstacleTo(o) is null))
                binder.Validate(ArmRecipes.For(recipe, objective, recipe.Run.Seed, lr: null, allCausal: false), layer);
        }
        problems.ThrowIfAny();
        return new Preset(folder.Name, folder, compare, new ReadOnlyDictionary<string, Recipe>(models));
    }

    private static IEnumerable<string> ModelFiles(DirectoryInfo folder) => !folder.Exists
        ? []
        : folder.EnumerateFiles("*.toml")
            .Where(f => f.Name != CompareFile)
            .Select(f => Path.GetFileNameWithoutExtension(f.Name))
            .Order(StringComparer.Ordinal);

    private static bool HasFile(DirectoryInfo folder, string model, RecipeLayer shared, RecipeProblems problems)
    {
        string[] known = [.. ModelFiles(folder)];
        if (known.Contains(model)) return true;
        RecipePlace place = shared.Find(RecipeSections.Compare, "models")?.Value.Place ?? new RecipePlace(shared.File);
        problems.Add(place, $"the preset '{folder.Name}' has no model {RecipeProblemText.Quote(model)}",
            Suggestions.Hint("its models", model, known) + $"\na model is added by a file MODEL.toml beside {CompareFile}");
        return false;
    }

    private static RecipeLayer ReadModelFile(DirectoryInfo folder, string model, RecipeProblems problems)
    {
        string path = Path.Combine(folder.ToString(), $"{model}.toml");
        RecipeLayer layer = RecipeFiles.Load(path, problems);
        foreach (RecipeEntry entry in layer.AllEntries.Where(e => e.Place.File == path))
        {
            if (entry.Section is RecipeSections.Task or RecipeSections.Compare)
                problems.Add(entry.Place, $"'{entry.Section}.{entry.Key}' is given for one model",
                    $"[{entry.Section}] belongs to {CompareFile}: models that are compared share it");
        }
        if (layer.Find(RecipeSections.Model, RecipeSections.Name) is { Value.Content: string name } given && name != model)
            problems.Add(given.Value.Place, $"the model is {RecipeProblemText.Quote(name)}, but the file is called '{model}.toml'",
                "a preset's files are called after their models");
        return layer;
    }

    // --set model.n_heads=8 is for the models that have heads; a key that none has is left to the first, to be reported once.
    private static RecipeLayer ForModel(RecipeLayer set, RecipeLayer file, IReadOnlyList<RecipeLayer> files, ISettingsCatalog catalog)
    {
        var own = new RecipeLayer(set.File);
        foreach (RecipeEntry entry in set.AllEntries)
        {
            bool knownHere = Knows(file, entry.Key, catalog) || (file == files[0] && !files.Any(f => Knows(f, entry.Key, catalog)));
            if (entry.Section != RecipeSections.Model || (entry.Key != RecipeSections.Name && knownHere)) own.Set(entry);
        }
        return own;
    }

    private static bool Knows(RecipeLayer file, string key, ISettingsCatalog catalog) =>
        file.Find(RecipeSections.Model, RecipeSections.Name)?.Value.Content is string name
        && catalog.Models.TryGetValue(name, out Type? record)
        && SettingsShape.Of(record).Find(key) is not null;
}

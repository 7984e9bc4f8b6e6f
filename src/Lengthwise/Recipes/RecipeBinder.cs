using System.Text.RegularExpressions;

namespace Lengthwise.Recipes;

/// <summary>Makes records of a layer's keys and reports what is unknown, ill-typed, out of range, missing or contradictory.</summary>
internal sealed partial class RecipeBinder(ISettingsCatalog catalog, RecipeProblems problems)
{
    private readonly SettingsBinder _settings = new(catalog, problems);

    /// <summary>
    /// The recipe of these keys. Where the task or the model is missing or unknown, a stand-in takes its place, so that
    /// contradictions elsewhere are found too; a problem was reported then. Contradictions are not looked for: see
    /// <see cref="Validate"/>. <see cref="Recipe.Pretraining"/> is given whenever the objective pretrains or the section is there.
    /// </summary>
    public Recipe Bind(RecipeLayer layer)
    {
        object task = BindNamed(layer, RecipeSections.Task, catalog.Tasks) ?? new UnknownTask();
        object model = BindNamed(layer, RecipeSections.Model, catalog.Models) ?? BindCommon(layer);
        var objective = Bind<ObjectiveSettings>(layer, RecipeSections.Objective);
        var data = Bind<DataSettings>(layer, RecipeSections.Data);
        var labels = Bind<LabelSettings>(layer, RecipeSections.Labels);
        var optimizer = Bind<OptimizerSettings>(layer, RecipeSections.Optimizer);
        var pretraining = (OptimizerSettings)_settings.Bind(typeof(OptimizerSettings), layer.PretrainingEntries());
        var budget = Bind<BudgetSettings>(layer, RecipeSections.Budget);
        var run = Bind<RunSettings>(layer, RecipeSections.Run);
        bool pretrains = objective.Name.Pretrains() || layer.Has(RecipeSections.Pretraining);
        return new Recipe
        {
            TaskName = NameOf(layer, RecipeSections.Task) ?? "",
            Task = (TaskSettings)task,
            ModelName = NameOf(layer, RecipeSections.Model) ?? "",
            Model = (ModelSettings)model,
            Objective = objective,
            Data = data,
            Labels = labels,
            Optimizer = optimizer,
            Pretraining = pretrains ? pretraining : null,
            Budget = budget,
            Run = run,
            Arm = layer.Has(RecipeSections.Arm) ? Bind<ArmLabels>(layer, RecipeSections.Arm) : null,
        };
    }

    public T Bind<T>(RecipeLayer layer, string section) where T : class => (T)_settings.Bind(typeof(T), layer.Entries(section));

    /// <summary>Reports contradictions inside and between sections, each at a key that it is about.</summary>
    public void Validate(Recipe recipe, RecipeLayer layer)
    {
        // What an unreadable line would have said is not known.
        if (problems.SawSyntaxError) return;
        Report(recipe.Task.Validate(), layer, [RecipeSections.Task]);
        Report(recipe.Model.Validate(), layer, [RecipeSections.Model]);
        Report(recipe.Labels.Validate(), layer, [RecipeSections.Labels]);
        Report(recipe.Optimizer.Validate(), layer, [RecipeSections.Optimizer]);
        Report(recipe.Pretraining?.Validate() ?? [], layer, [RecipeSections.Pretraining, RecipeSections.Optimizer]);
        Report(recipe.Run.Validate(), layer, [RecipeSections.Run]);
        Report(recipe.Arm?.Validate() ?? [], layer, [RecipeSections.Arm]);
        Report(recipe.Validate(), layer, []);
    }

    /// <summary>Reports contradictions, each at the first key it names that was given.</summary>
    /// <param name="contradictions">Sentences that quote keys: <c>'section.key'</c>, <c>'key'</c> or <c>[section]</c>.</param>
    /// <param name="layer">The keys that were given.</param>
    /// <param name="sections">Where keys that are quoted without a section are looked up.</param>
    public void Report(IEnumerable<string> contradictions, RecipeLayer layer, string[] sections)
    {
        foreach (string message in contradictions)
        {
            // A value that was refused is left out: what contradicts its default may not contradict what was meant.
            RecipePlace place = Locate(message, layer, sections);
            if (!problems.HasAt(place)) problems.Add(place, message);
        }
    }

    private static RecipePlace Locate(string message, RecipeLayer layer, string[] sections)
    {
        string[] quoted = [.. Quoted().Matches(message).Select(m => m.Groups[1].Value.Split(" = ")[0])];
        foreach (string name in quoted)
        {
            string[] path = name.Split('.');
            if (path is [var section, var key] && layer.Find(section, key) is { } dotted) return dotted.Place;
            if (sections.Select(s => layer.Find(s, name)).FirstOrDefault(e => e is not null) is { } plain) return plain.Place;
        }
        foreach (Match mention in Bracketed().Matches(message))
            if (layer.Has(mention.Groups[1].Value)) return layer.PlaceOf(mention.Groups[1].Value);
        foreach (string name in quoted)
            if (layer.AllEntries.FirstOrDefault(e => e.Value.Content is string text && text == name) is { } value) return value.Place;
        return sections.Select(layer.PlaceOf).FirstOrDefault(new RecipePlace(layer.File));
    }

    private object? BindNamed(RecipeLayer layer, string section, IReadOnlyDictionary<string, Type> known)
    {
        if (layer.Find(section, RecipeSections.Name) is not { } name)
        {
            if (!problems.SawSyntaxError)
                problems.Add(layer.PlaceOf(section), $"'{section}.name' is missing", $"known {section}s: {string.Join(", ", known.Keys)}");
            return null;
        }
        if (name.Value.Content is not string text)
        {
            problems.Add(name.Value.Place, $"'name' in [{section}] is {name.Value.Describe()}; expected the name of a {section}",
                $"known {section}s: {string.Join(", ", known.Keys)}");
            return null;
        }
        if (!known.TryGetValue(text, out Type? record))
        {
            problems.Add(name.Value.Place, $"unknown {section} {RecipeProblemText.Quote(text)}",
                Suggestions.Hint($"known {section}s", text, [.. known.Keys]));
            return null;
        }
        return _settings.Bind(record, layer.Entries(section).Where(e => e.Key != RecipeSections.Name));
    }

    /// <summary>What every model has, of the section of a model that is not known.</summary>
    private object BindCommon(RecipeLayer layer)
    {
        SettingsShape common = SettingsShape.Of(typeof(UnknownModel));
        return _settings.Bind(typeof(UnknownModel), layer.Entries(RecipeSections.Model).Where(e => common.Find(e.Key) is not null));
    }

    private static string? NameOf(RecipeLayer layer, string section) => layer.Find(section, RecipeSections.Name)?.Value.Content as string;

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\[(\w+)\]")]
    private static partial Regex Bracketed();

    private sealed record UnknownTask : TaskSettings;

    private sealed record UnknownModel : ModelSettings;
}

using System.Globalization;
using Lengthwise.Recipes;

namespace Lengthwise.Experiments;

/// <summary>What a list of runs needs of a recipe, read without knowing its task and model; nothing here fails on a damaged file.</summary>
/// <param name="Task">Task; empty when unreadable.</param>
/// <param name="Model">Model; empty when unreadable.</param>
/// <param name="Objective">Objective.</param>
/// <param name="Seed">Seed.</param>
/// <param name="Pretrains">Whether it begins with pretraining.</param>
/// <param name="Budget">Budget; null when unreadable.</param>
public sealed record RunOutline(string Task, string Model, string Objective, long Seed, bool Pretrains, BudgetSettings? Budget)
{
    /// <summary>Reads a recipe file; null when there is none.</summary>
    public static RunOutline? Read(string path)
    {
        try
        {
            return File.Exists(path) && new FileInfo(path).Length <= RecipeFiles.LargestBytes ? Parse(File.ReadAllText(path)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads a resolved recipe.</summary>
    /// <param name="toml">As <see cref="RecipeWriter"/> writes it.</param>
    public static RunOutline Parse(string toml)
    {
        var problems = new RecipeProblems();
        // A resolved recipe extends nothing; below a folder that cannot exist nothing else is read either.
        RecipeLayer layer = RecipeFiles.FromText(toml, "\0/recipe.toml", problems);
        var binder = new RecipeBinder(new NoCatalog(), problems);
        bool isReadable = layer.Has(RecipeSections.Budget);
        BudgetSettings budget = binder.Bind<BudgetSettings>(layer, RecipeSections.Budget);
        ObjectiveKind objective = binder.Bind<ObjectiveSettings>(layer, RecipeSections.Objective).Name;
        return new RunOutline(
            Text(layer, RecipeSections.Task), Text(layer, RecipeSections.Model), Text(layer, RecipeSections.Objective),
            binder.Bind<RunSettings>(layer, RecipeSections.Run).Seed, objective.Pretrains(), isReadable ? budget : null);
    }

    /// <summary>The phases of the run with what each may spend; without pretraining, the labels get both budgets.</summary>
    public IEnumerable<(string Phase, double Amount)> Phases =>
        Budget is null ? []
        : Pretrains ? [("pretrain", Budget.Pretrain), ("finetune", Budget.Finetune)]
        : [("finetune", Budget.Pretrain + Budget.Finetune)];

    private static string Text(RecipeLayer layer, string section) =>
        Convert.ToString(layer.Find(section, RecipeSections.Name)?.Value.Content, CultureInfo.InvariantCulture) ?? "";

    private sealed class NoCatalog : ISettingsCatalog
    {
        public IReadOnlyDictionary<string, Type> Tasks { get; } = new Dictionary<string, Type>();

        public IReadOnlyDictionary<string, Type> Models { get; } = new Dictionary<string, Type>();
    }
}

using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Tests.Tasks;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tests.Recipes;

public class ShippedRecipesTests
{
    private static readonly PresetCatalog Catalog = new(new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, "recipes")));

    private static readonly SettingsCatalog Settings = new();

    public static TheoryData<string, string> Presets => [.. Catalog.Presets.Select(p => (p.Task, p.Name))];

    public static TheoryData<string> Recipes => [.. Catalog.Recipes.Select(r => r.Path)];

    public static TheoryData<string, string> TasksAndModels =>
        [.. from task in TaskCatalog.Settings.Keys from model in ModelCatalog.Settings.Keys select (task, model)];

    [Theory]
    [MemberData(nameof(Presets))]
    public void A_preset_reads_without_problems_and_is_about_the_task_of_its_folder(string task, string name)
    {
        Preset preset = PresetReader.Read(Catalog.Resolve(task, name), [], Settings);

        Assert.Equal(preset.Compare.Models, preset.Models.Keys);
        Assert.All(preset.Models.Values, recipe => Assert.Equal(task, recipe.TaskName));
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void A_presets_model_files_are_recipes_themselves(string task, string name)
    {
        DirectoryInfo folder = Catalog.Resolve(task, name);
        Preset preset = PresetReader.Read(folder, [], Settings);

        foreach (string model in preset.Compare.Models)
        {
            Recipe recipe = RecipeReader.Read(Path.Combine(folder.FullName, $"{model}.toml"), [], Settings);

            Assert.Equal(ArmRecipes.For(preset.Models[model], recipe.Objective.Name, recipe.Run.Seed, lr: null, allCausal: false), recipe);
        }
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void Every_arm_of_a_preset_reads_back_from_its_resolved_recipe(string task, string name)
    {
        Preset preset = PresetReader.Read(Catalog.Resolve(task, name), [], Settings);

        foreach ((Recipe model, ObjectiveKind objective) in preset.Models.Values.SelectMany(m => Enum.GetValues<ObjectiveKind>().Select(o =>
            (m, o))))
        {
            Recipe arm = ArmRecipes.For(model, objective, seed: 3, lr: 0.002, allCausal: false);

            Recipe read = RecipeReader.Parse(RecipeWriter.ToToml(arm, []), "recipe.toml", [], Settings);

            Assert.Equal(arm, read);
        }
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_published_configuration_says_where_it_comes_from_what_it_scored_and_what_it_costs(string path)
    {
        Recipe recipe = RecipeReader.Read(path, [], Settings);

        Assert.Equal(Path.GetFileName(Path.GetDirectoryName(path)), recipe.TaskName);
        string text = File.ReadAllText(path);
        Assert.All((string[])["# Source:", "# Expected:", "# Cost:", "# Command:"], line => Assert.Contains(line, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_task_has_a_default_preset_with_a_summary()
    {
        IEnumerable<string> tasks = Catalog.Presets.Where(p => p.Name == "default" && p.Summary.Length > 0).Select(p => p.Task);

        Assert.Equal(TaskCatalog.Settings.Keys, tasks);
    }

    [Theory]
    [MemberData(nameof(TasksAndModels))]
    public void The_defaults_of_every_task_and_model_read_back_equal(string task, string model)
    {
        Recipe recipe = RecipeReader.Parse($"[task]\nname = '{task}'\n{TaskSettingsTests.Place(task)}[model]\nname = '{model}'", "recipe.toml", [], Settings);

        Recipe read = RecipeReader.Parse(RecipeWriter.ToToml(recipe, []), "recipe.toml", [], Settings);

        Assert.Equal(recipe, read);
    }

    [Fact]
    public void Every_key_of_a_recipe_is_in_the_documentation()
    {
        string page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "recipes.md"));
        Type[] records =
        [
            typeof(ObjectiveSettings), typeof(OptimizerSettings), typeof(BudgetSettings), typeof(RunSettings), typeof(ComparisonSettings),
            .. ModelCatalog.Settings.Values,
        ];

        IEnumerable<string> keys = records.SelectMany(r => r.GetProperties()).Where(p => p.CanWrite).Select(p => Naming.ToKey(p.Name));

        Assert.DoesNotContain(keys.Distinct(), key => !page.Contains($"`{key}`", StringComparison.Ordinal));
    }
}

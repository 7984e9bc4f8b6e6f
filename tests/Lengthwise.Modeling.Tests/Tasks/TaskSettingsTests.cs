using Lengthwise.Modeling.Tasks;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tests.Tasks;

public sealed class TaskSettingsTests
{
    public static TheoryData<string> Names => [.. TaskCatalog.Settings.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Settings_survive_a_recipe(string task)
    {
        Recipe recipe = RecipeReader.Parse($"[task]\nname = \"{task}\"\nseed = 5\n{Place(task)}[model]\nname = \"transformer\"\n", "a.toml", [], new SettingsCatalog());

        Recipe again = RecipeReader.Parse(RecipeWriter.ToToml(recipe, []), "b.toml", [], new SettingsCatalog());

        Assert.Equal(recipe.Task, again.Task);
        Assert.NotEqual(TaskCatalog.Settings[task].GetConstructor([])!.Invoke([]), again.Task);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_task_says_what_it_is_and_where_it_comes_from(string name)
    {
        SequenceTask task = TaskCatalog.Create(name);

        Assert.Equal(name, task.Name);
        Assert.All([task.Summary, task.Citation, task.Licence], Assert.NotEmpty);
        Assert.InRange(task.Version, 1, 1000);
        if (task.Shape is { } shape) Assert.InRange(shape.Chance, 0.001, 0.999);
        Assert.InRange(task.DefaultMaskRatio, 0.01, 0.95);
        Assert.All(((TaskSettings)TaskCatalog.Settings[name].GetConstructor([])!.Invoke([])).Validate(), p => Assert.StartsWith("'path' is empty", p, StringComparison.Ordinal));
    }

    /// <summary>The line that a task on a person's files cannot do without.</summary>
    internal static string Place(string task) => TaskCatalog.Settings[task] == typeof(OwnDataSettings) ? "path = 'rows.csv'\n" : "";
}

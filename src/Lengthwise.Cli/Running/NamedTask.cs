using Lengthwise.Modeling;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Recipes;

namespace Lengthwise.Cli.Running;

/// <summary>A task by its name, with settings from the command line.</summary>
internal static class NamedTask
{
    /// <summary>Reads the settings as a recipe's are, so that a mistake in them looks the same.</summary>
    /// <param name="doing">For messages, such as <c>making data</c>.</param>
    /// <param name="name">The task.</param>
    /// <param name="overrides">Settings such as <c>task.seed=2</c>.</param>
    /// <exception cref="LengthwiseException">There is no such task, or a setting is wrong.</exception>
    public static SequenceTask Read(string doing, string name, IReadOnlyList<string> overrides)
    {
        if (!TaskCatalog.Settings.ContainsKey(name))
            throw new LengthwiseException(ExitCode.Usage, $"{doing}: there is no task '{name}'", Suggestions.Hint("tasks", name, [.. TaskCatalog.Settings.Keys]));
        if (overrides.FirstOrDefault(o => !o.StartsWith("task.", StringComparison.Ordinal)) is { } other)
            throw new LengthwiseException(ExitCode.Usage, $"{doing}: '--set {other}' is no setting of the task", "settings of the task begin with 'task.', such as task.seed=2");
        // The model is only there because a recipe has one.
        string text = $"[task]\nname = \"{name}\"\n[model]\nname = \"{ModelCatalog.Settings.Keys.First()}\"\n";
        Recipe recipe = RecipeReader.Parse(text, "--set", overrides, new SettingsCatalog());
        return TaskCatalog.Create(recipe.TaskName, recipe.Task);
    }
}

using System.Collections;
using System.Globalization;
using System.Text;

namespace Lengthwise.Recipes;

/// <summary>Writes resolved recipes: every key with its value, so that a run can be repeated when defaults have changed.</summary>
public static class RecipeWriter
{
    /// <summary>
    /// TOML that <see cref="RecipeReader"/> reads back to an equal recipe. Sections and keys are in a fixed order; lines end
    /// with a line feed. Settings that are absent are written as <c>"none"</c>.
    /// </summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="headerComments">Lines for the top, without the <c>#</c>.</param>
    public static string ToToml(Recipe recipe, IReadOnlyList<string> headerComments)
    {
        var toml = new StringBuilder();
        foreach (string line in headerComments.SelectMany(c => c.ReplaceLineEndings("\n").Split('\n')))
            toml.Append(("# " + string.Concat(line.Where(c => !char.IsControl(c) && !char.IsSurrogate(c)))).TrimEnd()).Append('\n');
        if (headerComments.Count > 0) toml.Append('\n');

        AppendSection(toml, RecipeSections.Task, recipe.Task, recipe.TaskName);
        AppendSection(toml, RecipeSections.Model, recipe.Model, recipe.ModelName);
        AppendSection(toml, RecipeSections.Objective, recipe.Objective);
        AppendSection(toml, RecipeSections.Data, recipe.Data);
        AppendSection(toml, RecipeSections.Labels, recipe.Labels);
        AppendSection(toml, RecipeSections.Optimizer, recipe.Optimizer);
        if (recipe.Pretraining is { } pretraining) AppendSection(toml, RecipeSections.Pretraining, pretraining);
        AppendSection(toml, RecipeSections.Budget, recipe.Budget);
        AppendSection(toml, RecipeSections.Run, recipe.Run);
        if (recipe.Arm is { } arm) AppendSection(toml, RecipeSections.Arm, arm);
        return toml.ToString(0, toml.Length - 1);
    }

    private static void AppendSection(StringBuilder toml, string section, object settings, string? name = null)
    {
        toml.Append(CultureInfo.InvariantCulture, $"[{section}]\n");
        if (name is not null) toml.Append(CultureInfo.InvariantCulture, $"name = {Text(name)}\n");
        foreach (SettingsProperty property in SettingsShape.Of(settings.GetType()).Properties)
            toml.Append(CultureInfo.InvariantCulture, $"{property.Key} = {Value(property.Get(settings))}\n");
        toml.Append('\n');
    }

    private static string Value(object? value) => value switch
    {
        null => Text(TomlValue.Absent),
        bool flag => flag ? "true" : "false",
        double number => RecipeNumber.ToText(number),
        float number => RecipeNumber.ToText(number),
        string text => Text(text),
        Enum name => Text(Naming.KeyOf(name.GetType(), name.ToString())),
        IEnumerable items => $"[{string.Join(", ", items.Cast<object>().Select(Value))}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException($"Settings of type {value.GetType()} cannot be written to a recipe."),
    };

    private static string Text(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            if (c is '"' or '\\') quoted.Append('\\').Append(c);
            else if (char.IsControl(c)) quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else quoted.Append(c);
        }
        return quoted.Append('"').ToString();
    }
}

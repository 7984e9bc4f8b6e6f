using System.Text.RegularExpressions;

namespace Lengthwise.Recipes;

/// <summary>
/// <c>--set section.key=value</c>: values as in TOML; words, paths and patterns need no quotes and lists no brackets, as a shell would take them
/// (<c>--set compare.models=transformer,s4d</c>). Of several for one key the last holds.
/// </summary>
internal static partial class RecipeOverrides
{
    private static readonly RecipePlace Place = new(RecipePlace.Overrides);

    public static RecipeLayer Parse(IReadOnlyList<string> overrides, RecipeProblems problems)
    {
        var layer = new RecipeLayer(RecipePlace.Overrides);
        foreach (string text in overrides) Add(text, layer, problems);
        return layer;
    }

    private static void Add(string text, RecipeLayer layer, RecipeProblems problems)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string[] path = equals < 0 ? [] : text[..equals].Trim().Split('.');
        if (path.Length != 2 || path.Any(p => p.Length == 0))
        {
            problems.Add(Place, $"cannot read the override {RecipeProblemText.Quote(text)}",
                "expected section.key=value, such as model.d_state=32");
            return;
        }
        if (!RecipeSections.All.Contains(path[0]))
        {
            problems.Add(Place, $"unknown section {RecipeProblemText.Quote(path[0])} in the override {RecipeProblemText.Quote(text)}",
                Suggestions.Hint("known sections", path[0], RecipeSections.All));
            return;
        }
        string written = text[(equals + 1)..].Trim();
        if (Value(written) is { } value) layer.Set(new RecipeEntry(path[0], path[1], value, Place));
        else
        {
            string name = RecipeProblemText.Quote($"{path[0]}.{path[1]}");
            problems.Add(Place, $"cannot read the value {RecipeProblemText.Quote(written)} of the override {name}",
                "expected a TOML value (3, 0.5, true, \"text\", [1, 2]) or a word");
        }
    }

    private static TomlValue? Value(string written) => Toml(written) ?? Word(written) ?? List(written) ?? Text(written);

    private static TomlValue? Toml(string written)
    {
        if (written.Length == 0 || written.AsSpan().ContainsAny('\n', '\r', '#')) return null;
        if (TomlText.TryParse($"v = {written}", RecipePlace.Overrides) is not { HasErrors: false } document) return null;
        if (document.Tables.ChildrenCount > 0 || document.KeyValues.ChildrenCount != 1) return null;
        return document.KeyValues.First().Value is { } value ? WithoutLines(TomlValue.From(value, RecipePlace.Overrides)) : null;
    }

    private static TomlValue? Word(string written) => BareWord().IsMatch(written) ? new TomlValue(written, Place) : null;

    private static TomlValue? List(string written)
    {
        string inner = written is ['[', .., ']'] ? written[1..^1] : written;
        string[] items = inner.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (items.Length == 0 || !inner.Contains(',', StringComparison.Ordinal) && inner == written) return null;
        TomlValue?[] values = [.. items.Select(item => Toml(item) ?? Word(item))];
        return values.Contains(null) ? null : new TomlValue(values.OfType<TomlValue>().ToList(), Place);
    }

    // Paths and patterns, which a shell has already unquoted; what begins like TOML was meant as TOML.
    private static TomlValue? Text(string written) =>
        written.Length > 0 && !written.Any(char.IsControl) && written[0] is not ('"' or '\'' or '[' or '{') ? new TomlValue(written, Place) : null;

    private static TomlValue WithoutLines(TomlValue value) => value.Content is List<TomlValue> items
        ? new TomlValue(items.Select(WithoutLines).ToList(), Place)
        : value with { Place = Place };

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_./-]*$")]
    private static partial Regex BareWord();
}

namespace Lengthwise.Recipes;

/// <summary>The settings of a resolved recipe as they are written, without binding them: what plans and finished runs are compared by.</summary>
internal static class RecipeText
{
    private const string None = $"\"{TomlValue.Absent}\"";

    /// <summary>Values by <c>section.key</c>; settings that are absent have none, as in texts of versions that did not know them. Written by <see cref="RecipeWriter"/>: one "key = value" a line below its [section].</summary>
    public static SortedDictionary<string, string> Settings(string toml)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        string section = "";
        foreach (string line in toml.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = line.IndexOf(" = ", StringComparison.Ordinal);
            if (line[0] == '[') section = line.Trim('[', ']');
            else if (line[0] != '#' && equals > 0 && line[(equals + 3)..] != None) settings[$"{section}.{line[..equals]}"] = line[(equals + 3)..];
        }
        return settings;
    }
}

using System.Globalization;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>Finds columns by what a recipe says, or by well-known names.</summary>
/// <param name="source">Named in errors.</param>
/// <param name="names">Names of the columns.</param>
/// <param name="hasNames">Whether these are names, not numbers.</param>
internal sealed class ColumnFinder(string source, IReadOnlyList<string> names, bool hasNames)
{
    public static readonly string[] LabelNames = ["label", "labels", "class", "category"];
    public static readonly string[] TargetNames = ["target", "targets"];
    public static readonly string[] IdNames = ["id", "recording", "record", "recording_id", "record_id", "series_id", "sample_id"];
    public static readonly string[] GroupNames = ["group", "patient", "patient_id", "subject", "subject_id", "speaker", "speaker_id"];
    public static readonly string[] SplitNames = ["split"];
    public static readonly string[] TimeNames = ["time", "timestamp", "time_s", "time [s]", "t", "datetime"];
    public static readonly string[] TextNames = ["text", "sentence", "review"];

    /// <summary>The column that a setting asks for.</summary>
    /// <param name="setting">Its key, for messages.</param>
    /// <param name="value">A name, <c>auto</c> or <c>none</c>.</param>
    /// <param name="known">Names that <c>auto</c> takes.</param>
    /// <param name="notes">Receives what was inferred.</param>
    /// <returns>Index, or -1.</returns>
    /// <exception cref="LengthwiseException">There is no such column, or several fit.</exception>
    public int Find(string setting, string value, string[] known, List<string> notes)
    {
        if (value == ReadSettings.None) return -1;
        if (value != ReadSettings.Auto) return Named(setting, value);
        if (!hasNames) return -1;
        int[] found = [.. Enumerable.Range(0, names.Count).Where(i => known.Contains(names[i], StringComparer.OrdinalIgnoreCase))];
        if (found.Length > 1)
            throw Ambiguous($"the columns {string.Join(" and ", found.Select(i => $"'{names[i]}'"))} could each be meant", $"set '{setting}' in [task] to one of them or to \"none\"");
        if (found.Length == 1) notes.Add($"{setting}: '{names[found[0]]}', by its name");
        return found.Length == 1 ? found[0] : -1;
    }

    /// <summary>The column of that name.</summary>
    /// <exception cref="LengthwiseException">There is none, or more than one.</exception>
    public int Named(string setting, string name)
    {
        int[] found = Matches(name, StringComparison.Ordinal);
        if (found.Length == 0) found = Matches(name, StringComparison.OrdinalIgnoreCase);
        if (found.Length == 1) return found[0];
        if (found.Length > 1) throw Ambiguous($"{found.Length} columns are called '{name}' ('{setting}')", "rename them in the file");
        string hint = hasNames ? Suggestions.Hint("columns", name, Shown()) : string.Create(CultureInfo.InvariantCulture, $"the table has no header: columns are 1 to {names.Count}");
        throw new LengthwiseException(ExitCode.Usage, $"reading '{source}': there is no column '{name}' ('{setting}' in [task])", hint);
    }

    /// <summary>The columns that a pattern with <c>*</c> fits, in the order of the table.</summary>
    /// <exception cref="LengthwiseException">There are none.</exception>
    public int[] Like(string setting, string pattern)
    {
        int[] found = [.. Enumerable.Range(0, names.Count).Where(i => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, names[i], ignoreCase: false))];
        if (found.Length > 0) return found;
        throw new LengthwiseException(
            ExitCode.Usage, $"reading '{source}': no column fits '{pattern}' ('{setting}' in [task])", $"columns: {string.Join(", ", Shown())}");
    }

    /// <summary>What a doubt is told as.</summary>
    public LengthwiseException Ambiguous(string found, string decides) => new(ExitCode.Usage, $"reading '{source}': {found}", decides);

    /// <summary>The first columns and how many more there are, for messages.</summary>
    public string[] Shown()
    {
        const int Most = 12;
        string[] shown = [.. names.Take(Most)];
        return names.Count > Most ? [.. shown, string.Create(CultureInfo.InvariantCulture, $"… ({names.Count} in all)")] : shown;
    }

    private int[] Matches(string name, StringComparison comparison) =>
        [.. Enumerable.Range(0, names.Count).Where(i => string.Equals(names[i], name, comparison))];
}

using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>What each field of JSON lines is for; names are null where there is none.</summary>
internal sealed record JsonRoles
{
    private static readonly string[] SequenceNames = ["values", "tokens", "x", "series", "signal", "data", .. ColumnFinder.TextNames];

    /// <summary>Fields of the sequence: one, or an array of numbers per channel.</summary>
    public required string[] Sequence { get; init; }

    public required JsonShape Shape { get; init; }

    public required ContentKind Content { get; init; }

    public string? Label { get; init; }

    public string? Id { get; init; }

    public string? Group { get; init; }

    public string? Split { get; init; }

    /// <summary>Fields of targets: numbers, or one array of numbers.</summary>
    public string[] Targets { get; init; } = [];

    public string[] TargetNames { get; init; } = [];

    public string[] ChannelNames { get; init; } = [];

    /// <summary>Of nested arrays: whether the inner ones are the channels of a step.</summary>
    public bool ChannelsAreLast { get; init; }

    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Infers the roles.</summary>
    /// <exception cref="LengthwiseException">A stated field is missing, or the fields leave a doubt.</exception>
    public static JsonRoles Infer(string source, IReadOnlyList<JsonField> fields, ReadSettings settings)
    {
        var notes = new List<string> { $"JSON lines with the fields {string.Join(", ", fields.Select(f => $"'{f.Name}'"))}" };
        var finder = new ColumnFinder(source, [.. fields.Select(f => f.Name)], hasNames: true);
        JsonField[] sequence = SequenceOf(finder, fields, settings, notes);
        JsonShape shape = sequence[0].Shape;
        ContentKind content = ContentOf(finder, sequence, settings, notes);
        (string[] targets, string[] targetNames) = TargetsOf(finder, fields, settings, notes);
        string? Field(string key, string value, string[] known) => finder.Find(key, value, known, notes) is >= 0 and var at ? fields[at].Name : null;
        return new JsonRoles
        {
            Sequence = [.. sequence.Select(f => f.Name)],
            Shape = shape,
            Content = content,
            Label = targets.Length > 0 ? null : Field("label_column", settings.LabelColumn, ColumnFinder.LabelNames),
            Id = Field("id_column", settings.IdColumn, ColumnFinder.IdNames),
            Group = Field("group_column", settings.GroupColumn, ColumnFinder.GroupNames),
            Split = Field("split_column", settings.SplitColumn, ColumnFinder.SplitNames),
            Targets = targets,
            TargetNames = targetNames,
            ChannelNames = sequence.Length > 1 ? [.. sequence.Select(f => f.Name)] : shape == JsonShape.NamedArrays ? [.. sequence[0].Keys] : [],
            ChannelsAreLast = shape == JsonShape.Nested && AxesInference.ChannelsAreLast(source, sequence[0].Sizes, settings.Axes, notes),
            Notes = notes,
        };
    }

    private static JsonField[] SequenceOf(ColumnFinder finder, IReadOnlyList<JsonField> fields, ReadSettings settings, List<string> notes)
    {
        if (settings.ValueColumns.Count > 0)
        {
            JsonField[] stated = [.. settings.ValueColumns.Select(n => fields[finder.Named("value_columns", n)])];
            if (stated.Length > 1 && Array.Find(stated, f => f.Shape is not (JsonShape.Numbers or JsonShape.Null)) is { } other)
                throw finder.Ambiguous($"the field '{other.Name}' is no array of numbers; several fields of 'value_columns' are a channel each", "correct 'value_columns' in [task]");
            return stated;
        }
        if (settings.TextColumn is not (ReadSettings.Auto or ReadSettings.None)) return [fields[finder.Named("text_column", settings.TextColumn)]];
        JsonField[] known = [.. fields.Where(f => SequenceNames.Contains(f.Name, StringComparer.OrdinalIgnoreCase) && IsSequence(f, settings))];
        if (known.Length == 0) known = [.. fields.Where(f => f.Shape is JsonShape.Numbers or JsonShape.Texts or JsonShape.Nested or JsonShape.NamedArrays && !IsTarget(f, settings))];
        if (known.Length != 1)
        {
            string found = known.Length == 0 ? "no field looks like a sequence" : $"the fields {string.Join(" and ", known.Select(f => $"'{f.Name}'"))} could each be the sequence";
            throw finder.Ambiguous($"{found} (found {string.Join(", ", finder.Shown())})", "set 'value_columns' or 'text_column' in [task]");
        }
        notes.Add($"sequence: '{known[0].Name}'");
        return known;
    }

    private static bool IsSequence(JsonField field, ReadSettings settings) => field.Shape switch
    {
        JsonShape.Text => settings.Content != ContentKind.Real,
        JsonShape.Numbers or JsonShape.Nested or JsonShape.NamedArrays => settings.Content is not (ContentKind.Bytes or ContentKind.Characters),
        JsonShape.Texts => settings.Content is ContentKind.Auto or ContentKind.Symbols,
        _ => false,
    };

    private static bool IsTarget(JsonField field, ReadSettings settings) =>
        settings.TargetColumns.Contains(field.Name) || ColumnFinder.TargetNames.Contains(field.Name, StringComparer.OrdinalIgnoreCase);

    private static ContentKind ContentOf(ColumnFinder finder, JsonField[] sequence, ReadSettings settings, List<string> notes)
    {
        JsonField field = sequence[0];
        bool isTokens = field.Shape == JsonShape.Texts || (field.Shape == JsonShape.Numbers && field.IsInteger && field.Name.Equals("tokens", StringComparison.OrdinalIgnoreCase));
        ContentKind natural = field.Shape switch
        {
            JsonShape.Text => ContentKind.Bytes,
            _ when isTokens => ContentKind.Symbols,
            JsonShape.Numbers or JsonShape.Nested or JsonShape.NamedArrays => ContentKind.Real,
            _ => throw finder.Ambiguous($"the field '{field.Name}' is neither a text nor an array", "set 'value_columns' or 'text_column' in [task]"),
        };
        ContentKind content = settings.Content == ContentKind.Auto ? natural : settings.Content;
        bool fits = content switch
        {
            ContentKind.Real => field.Shape is JsonShape.Numbers or JsonShape.Nested or JsonShape.NamedArrays,
            ContentKind.Symbols => field.Shape is JsonShape.Text or JsonShape.Texts or JsonShape.Numbers && sequence.Length == 1,
            _ => field.Shape == JsonShape.Text,
        };
        if (!fits) throw finder.Ambiguous($"'content' is \"{Naming.ToKey(content)}\", but the field '{field.Name}' holds something else", "correct 'content' or the columns in [task]");
        notes.Add($"content: {Naming.ToKey(content)}");
        return content;
    }

    private static (string[] Fields, string[] Names) TargetsOf(ColumnFinder finder, IReadOnlyList<JsonField> fields, ReadSettings settings, List<string> notes)
    {
        JsonField[] targets = [.. settings.TargetColumns.Select(n => fields[finder.Named("target_columns", n)])];
        bool mayInfer = targets.Length == 0 && settings.LabelColumn == ReadSettings.Auto && !fields.Any(f => ColumnFinder.LabelNames.Contains(f.Name, StringComparer.OrdinalIgnoreCase));
        if (mayInfer && finder.Find("target_columns", ReadSettings.Auto, ColumnFinder.TargetNames, notes) is >= 0 and var at) targets = [fields[at]];
        if (targets.Length == 0) return ([], []);
        if (targets is [{ Shape: JsonShape.Numbers } array])
            return ([array.Name], [.. Enumerable.Range(0, array.Length).Select(i => FormattableString.Invariant($"{array.Name}[{i}]"))]);
        if (Array.Find(targets, t => t.Shape is not (JsonShape.Number or JsonShape.Null)) is { } other)
            throw finder.Ambiguous($"the field '{other.Name}' is no number to predict", $"set 'label_column = \"{other.Name}\"' in [task] if it is a class");
        string[] names = [.. targets.Select(t => t.Name)];
        return (names, names);
    }
}

using Parquet.Schema;

namespace Lengthwise.Modeling.Records.Readers.Columns;

/// <summary>What each column of a Parquet file is for: like any table, and a column of lists can be a sequence or a channel.</summary>
internal sealed class ParquetRoles
{
    private static readonly string[] SequenceNames = ["values", "tokens", "x", "series", "signal", "data"];

    private readonly List<string> _notes = [];

    /// <summary>Infers the roles.</summary>
    /// <exception cref="LengthwiseException">A stated column is missing, or the columns leave a doubt.</exception>
    public ParquetRoles(FileInfo file, IReadOnlyList<Field> fields, ReadSettings settings)
    {
        (string Name, DataField Field, bool IsList)[] known = [.. fields.Select(Known).OfType<(string, DataField, bool)>()];
        string[] other = [.. fields.Where(f => Known(f) is null).Select(f => $"'{f.Name}' ({f.SchemaType})")];
        if (known.Length == 0) throw new LengthwiseException(ExitCode.Data, $"reading '{file}': no column holds values or lists of values ({string.Join(", ", other.Take(8))})");
        Fields = [.. known.Select(k => k.Field)];
        string[] names = [.. known.Select(k => k.Name)];
        var finder = new ColumnFinder(file.ToString(), names, hasNames: true);
        int[] lists = SequenceLists(finder, [.. known.Select(k => k.IsList)], names, settings);
        IsList = lists.Length > 0;
        // A list is no label, id or group, whatever its name.
        var single = new ColumnFinder(file.ToString(), [.. known.Select(k => k.IsList ? "" : k.Name)], hasNames: true);
        Table = IsList ? OfLists(single, names, lists, settings) : OfTable(file, known, settings);
        Notes = [.. _notes, .. Table.Notes, .. other.Length > 0 ? [$"not used: {string.Join(", ", other.Take(8))}"] : Array.Empty<string>()];
    }

    /// <summary>All columns that could be used.</summary>
    public IReadOnlyList<DataField> Fields { get; }

    /// <summary>Whether the values of a row are lists; then <see cref="ColumnRoles.Values"/> are their columns.</summary>
    public bool IsList { get; }

    public ColumnRoles Table { get; }

    public IReadOnlyList<string> Notes { get; }

    private static (string Name, DataField Field, bool IsList)? Known(Field field) => field switch
    {
        DataField data => (data.Name, data, data.IsArray),
        ListField { Item: DataField { MaxRepetitionLevel: 1 } item } list => (list.Name, item, true),
        _ => null,
    };

    private static int[] SequenceLists(ColumnFinder finder, bool[] isList, string[] names, ReadSettings settings)
    {
        if (settings.ValueColumns.Count > 0)
        {
            int[] stated = [.. settings.ValueColumns.SelectMany(v => v.Contains('*', StringComparison.Ordinal) ? finder.Like("value_columns", v) : [finder.Named("value_columns", v)])];
            if (stated.All(c => isList[c])) return stated;
            if (stated.Any(c => isList[c])) throw finder.Ambiguous("'value_columns' names both lists and single values", "correct 'value_columns' in [task]");
            return [];
        }
        if (settings.Layout is TableLayout.Long or TableLayout.Text) return [];
        int[] lists = [.. Enumerable.Range(0, names.Length).Where(c => isList[c])];
        int[] byName = [.. lists.Where(c => SequenceNames.Contains(names[c], StringComparer.OrdinalIgnoreCase))];
        if (byName.Length == 1) return byName;
        if (lists.Length > 1)
            throw finder.Ambiguous(
                $"the lists {string.Join(" and ", lists.Select(c => $"'{names[c]}'"))} could each be the sequence, or its channels", "set 'value_columns' in [task] to one of them, or to all that are channels");
        return lists;
    }

    private ColumnRoles OfLists(ColumnFinder finder, string[] names, int[] lists, ReadSettings settings)
    {
        Type type = Fields[lists[0]].ClrType;
        bool isNumeric = lists.All(c => ParquetColumn.IsNumeric(Fields[c].ClrType));
        ContentKind content = settings.Content switch
        {
            ContentKind.Auto => isNumeric ? ContentKind.Real : ContentKind.Symbols,
            ContentKind.Real when !isNumeric => throw finder.Ambiguous($"'content' is \"real\", but the list '{names[lists[0]]}' holds {type.Name}", "correct 'content' or 'value_columns' in [task]"),
            ContentKind.Real or ContentKind.Symbols => settings.Content,
            _ => throw finder.Ambiguous("'content' is for text, but the sequence is a list", "set 'text_column' and 'layout = \"text\"', or correct 'content' in [task]"),
        };
        if (content == ContentKind.Symbols && lists.Length > 1) throw finder.Ambiguous("symbols have no channels, but there are several lists", "set 'value_columns' in [task] to one of them");
        _notes.Add($"sequence: the list(s) {string.Join(", ", lists.Select(c => $"'{names[c]}'"))} of each row, {Recipes.Naming.ToKey(content)}");
        int[] targets = [.. settings.TargetColumns.Select(n => finder.Named("target_columns", n))];
        return new ColumnRoles
        {
            Layout = TableLayout.Wide,
            Content = content,
            Values = lists,
            Channels = lists.Length,
            ChannelNames = lists.Length > 1 ? [.. lists.Select(c => names[c])] : [],
            Label = targets.Length > 0 ? -1 : finder.Find("label_column", settings.LabelColumn, ColumnFinder.LabelNames, _notes),
            Id = finder.Find("id_column", settings.IdColumn, ColumnFinder.IdNames, _notes),
            Group = finder.Find("group_column", settings.GroupColumn, ColumnFinder.GroupNames, _notes),
            Split = finder.Find("split_column", settings.SplitColumn, ColumnFinder.SplitNames, _notes),
            Targets = targets,
            TargetNames = [.. targets.Select(t => names[t])],
        };
    }

    private static ColumnRoles OfTable(FileInfo file, (string Name, DataField Field, bool IsList)[] known, ReadSettings settings)
    {
        // Parquet says the kinds itself; how often values repeat is not looked at.
        ColumnTraits[] traits = [.. known.Select(k => new ColumnTraits(
            k.IsList ? "" : k.Name, !k.IsList && ParquetColumn.IsNumeric(k.Field.ClrType), ParquetColumn.IsInteger(k.Field.ClrType), 1, 1))];
        return new ColumnInference(file.ToString(), traits, hasNames: true, settings).Infer();
    }
}

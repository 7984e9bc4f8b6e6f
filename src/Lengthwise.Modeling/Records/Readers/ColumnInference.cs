using System.Globalization;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>Says what each column of a table is for: what the recipe states first, then well-known names, then the shape of the table.</summary>
/// <param name="source">Named in errors.</param>
/// <param name="columns">The columns as the first rows show them.</param>
/// <param name="hasNames">Whether the table names its columns.</param>
/// <param name="settings">What the recipe states.</param>
internal sealed class ColumnInference(string source, IReadOnlyList<ColumnTraits> columns, bool hasNames, ReadSettings settings)
{
    private const int FewestNumbered = 3;

    private readonly ColumnFinder _finder = new(source, [.. columns.Select(c => c.Name)], hasNames);
    private readonly List<string> _notes = [];

    /// <summary>The roles; errors name the setting that decides where the columns leave a doubt.</summary>
    /// <exception cref="LengthwiseException">A stated column is missing, or the columns leave a doubt.</exception>
    public ColumnRoles Infer()
    {
        int id = _finder.Find("id_column", settings.IdColumn, ColumnFinder.IdNames, _notes);
        int group = _finder.Find("group_column", settings.GroupColumn, ColumnFinder.GroupNames, _notes);
        int split = _finder.Find("split_column", settings.SplitColumn, ColumnFinder.SplitNames, _notes);
        int text = IsForText ? _finder.Find("text_column", settings.TextColumn, ColumnFinder.TextNames, _notes) : -1;
        int time = settings.Layout is TableLayout.Long or TableLayout.Auto && text < 0
            ? _finder.Find("time_column", settings.TimeColumn, ColumnFinder.TimeNames, _notes)
            : -1;
        int[] targets = [.. settings.TargetColumns.Select(n => _finder.Named("target_columns", n))];
        int label = targets.Length > 0 ? -1 : _finder.Find("label_column", settings.LabelColumn, ColumnFinder.LabelNames, _notes);
        if (targets.Length == 0 && label < 0 && settings.LabelColumn == ReadSettings.Auto) targets = KnownTargets();
        var roles = new ColumnRoles
        {
            Layout = TableLayout.Auto,
            Content = settings.Content,
            Id = id,
            Group = group,
            Split = split,
            Text = text,
            Time = time,
            Label = label,
            Targets = targets,
            TargetNames = [.. targets.Select(t => columns[t].Name)],
        };
        roles = roles with { Layout = LayoutOf(roles) };
        roles = roles.Layout switch
        {
            TableLayout.Text => AsText(roles),
            TableLayout.Long => AsLong(roles),
            _ => AsWide(roles),
        };
        CheckDistinct(roles);
        return roles with { Notes = [.. _notes, .. Unused(roles)] };
    }

    private bool IsForText => settings.Layout == TableLayout.Text
        || (settings.Layout == TableLayout.Auto && settings.Content != ContentKind.Real && settings.ValueColumns.Count == 0);

    private TableLayout LayoutOf(ColumnRoles roles)
    {
        if (settings.Layout != TableLayout.Auto) return settings.Layout;
        if (roles.Text >= 0)
        {
            _notes.Add($"layout: text, since there is a column '{columns[roles.Text].Name}'");
            return TableLayout.Text;
        }
        if (roles.Time >= 0 && roles.Id >= 0)
        {
            _notes.Add($"layout: long, a row a step, since there are the columns '{columns[roles.Id].Name}' and '{columns[roles.Time].Name}'");
            return TableLayout.Long;
        }
        if (roles.Time >= 0)
            throw _finder.Ambiguous(
                $"the column '{columns[roles.Time].Name}' looks like the time of one long recording, but no column says which rows belong together",
                "set 'layout = \"long\"' in [task] (with 'id_column' if there are several recordings), or 'layout = \"wide\"' if a row is a sequence");
        _notes.Add("layout: wide, a row a sequence");
        return TableLayout.Wide;
    }

    private ColumnRoles AsText(ColumnRoles roles)
    {
        int text = roles.Text;
        if (text < 0)
        {
            int[] open = Open(roles);
            int[] words = [.. open.Where(c => !columns[c].IsNumeric)];
            if (words.Length != 1)
                throw _finder.Ambiguous($"none of the columns is called 'text' ({string.Join(", ", _finder.Shown())})", "set 'text_column' in [task]");
            text = words[0];
            _notes.Add($"text_column: '{columns[text].Name}', the only column of text that is left");
        }
        ContentKind content = settings.Content switch
        {
            ContentKind.Auto => ContentKind.Bytes,
            ContentKind.Real => throw _finder.Ambiguous("'content' is \"real\", but the layout is text", "set 'layout' or 'content' in [task]"),
            _ => settings.Content,
        };
        return roles with { Text = text, Content = content };
    }

    private ColumnRoles AsLong(ColumnRoles roles)
    {
        int[] values = settings.ValueColumns.Count > 0 ? [.. Stated().SelectMany(c => c)] : [.. Open(roles).Where(c => columns[c].IsNumeric || columns[c].Present == 0)];
        ContentKind content = NumbersOrSymbols();
        if (values.Length == 0)
            throw _finder.Ambiguous("no column of numbers is left for the values", "set 'value_columns' in [task]");
        if (content == ContentKind.Symbols && values.Length > 1)
            throw _finder.Ambiguous($"'content' is \"symbols\", and {values.Length} columns of values are left", "set 'value_columns' in [task] to one of them");
        string[] names = [.. values.Select(v => columns[v].Name)];
        _notes.Add($"channels: {Some(names)}");
        return roles with { Values = values, Channels = values.Length, ChannelNames = content == ContentKind.Real ? names : [], Content = content };
    }

    private ColumnRoles AsWide(ColumnRoles roles)
    {
        ContentKind content = NumbersOrSymbols();
        if (!hasNames && roles.Label < 0 && roles.Targets.Count == 0 && settings.LabelColumn == ReadSettings.Auto && settings.ValueColumns.Count == 0)
            roles = roles with { Label = LabelFirst(roles) };
        int[][] channels = settings.ValueColumns.Count > 0 ? Stated() : hasNames ? Numbered(roles) : [Open(roles)];
        if (channels.Length == 0 || channels[0].Length == 0) throw _finder.Ambiguous("no columns are left for the values", "set 'value_columns' in [task]");
        int steps = channels[0].Length;
        if (channels.FirstOrDefault(c => c.Length != steps) is { } other)
            throw _finder.Ambiguous(
                string.Create(CultureInfo.InvariantCulture, $"the patterns of 'value_columns' fit {steps} and {other.Length} columns; channels must be equally long"),
                "correct the patterns");
        int[] values = [.. Enumerable.Range(0, steps).SelectMany(step => channels.Select(c => c[step]))];
        int[] words = [.. values.Where(v => columns[v] is { IsNumeric: false, Present: > 0 })];
        if (content == ContentKind.Real && words.Length > values.Length / 2)
            throw _finder.Ambiguous(
                $"the columns of values {Some([.. words.Select(w => $"'{columns[w].Name}'")])} hold other things than numbers",
                "set 'value_columns' (and 'label_column', 'id_column') in [task], or 'content = \"symbols\"'");
        _notes.Add(string.Create(CultureInfo.InvariantCulture,
            $"values: {values.Length} columns, '{columns[values[0]].Name}' to '{columns[values[^1]].Name}', as {steps} steps of {channels.Length} channel(s)"));
        return roles with
        {
            Values = values,
            Channels = channels.Length,
            Content = content,
            IsOpenEnded = !hasNames && settings.ValueColumns.Count == 0,
            ChannelNames = channels.Length > 1 ? [.. channels.Select(c => Prefix(columns[c[0]].Name))] : [],
        };
    }

    private ContentKind NumbersOrSymbols() => settings.Content switch
    {
        ContentKind.Symbols => ContentKind.Symbols,
        ContentKind.Real or ContentKind.Auto => ContentKind.Real,
        _ => throw _finder.Ambiguous($"'content' is \"{Naming.ToKey(settings.Content)}\", but no column holds text", "set 'text_column', or 'content = \"symbols\"' or \"real\""),
    };

    private int[] KnownTargets()
    {
        int target = _finder.Find("target_columns", ReadSettings.Auto, ColumnFinder.TargetNames, _notes);
        if (target < 0) return [];
        ColumnTraits column = columns[target];
        if (column.IsNumeric && !column.IsInteger) return [target];
        throw _finder.Ambiguous(
            $"the column '{column.Name}' may be a class or a number to predict",
            $"set 'label_column = \"{column.Name}\"' or 'target_columns = [\"{column.Name}\"]' in [task]");
    }

    /// <summary>The layout of the UCR archive: the class first, no header.</summary>
    private int LabelFirst(ColumnRoles roles)
    {
        int[] open = Open(roles);
        if (open.Length < 2) return -1;
        ColumnTraits first = columns[open[0]];
        bool repeats = first.Distinct < first.Present;
        bool differs = !first.IsNumeric || (first.IsInteger && open.Skip(1).Any(c => columns[c] is { IsNumeric: true, IsInteger: false }));
        if (repeats && differs)
        {
            _notes.Add($"label_column: '{first.Name}': without a header, the first column repeats {first.Distinct} values, the others are numbers");
            return open[0];
        }
        throw _finder.Ambiguous(
            "the table has no header, and nothing tells whether its first column is a class",
            $"set 'label_column = \"{first.Name}\"' or 'label_column = \"none\"' in [task]");
    }

    private int[][] Stated()
    {
        if (!settings.ValueColumns.Any(HasStar)) return [[.. settings.ValueColumns.Select(n => _finder.Named("value_columns", n))]];
        return [.. settings.ValueColumns.Select(p => HasStar(p) ? _finder.Like("value_columns", p) : [_finder.Named("value_columns", p)])];
    }

    private static bool HasStar(string pattern) => pattern.Contains('*', StringComparison.Ordinal);

    /// <summary>Columns called <c>v0, v1, …</c>; several such families of equal length are channels.</summary>
    private int[][] Numbered(ColumnRoles roles)
    {
        int[] open = Open(roles);
        int[][] families = [.. open
            .Where(c => Prefix(columns[c].Name).Length < columns[c].Name.Length)
            .GroupBy(c => Prefix(columns[c].Name), StringComparer.Ordinal)
            .Select(g => g.ToArray())
            .Where(g => g.Length >= FewestNumbered)
            .OrderBy(g => g[0])];
        if (families.Length > 0)
        {
            int longest = families.Max(f => f.Length);
            int[][] channels = [.. families.Where(f => f.Length == longest)];
            if (families.Length > channels.Length)
                throw _finder.Ambiguous(
                    $"several families of numbered columns differ in size ({string.Join(", ", families.Select(f => string.Create(CultureInfo.InvariantCulture, $"'{Prefix(columns[f[0]].Name)}*' {f.Length}")))})",
                    "set 'value_columns' in [task], for example [\"v*\"]");
            return channels;
        }
        int[] numbers = [.. open.Where(c => columns[c].IsNumeric || columns[c].Present == 0 || settings.Content == ContentKind.Symbols)];
        if (numbers.Length != open.Length)
            throw _finder.Ambiguous(
                $"the columns {Some([.. open.Except(numbers).Select(c => $"'{columns[c].Name}'")])} hold text, and no columns are numbered (v0, v1, …)",
                "set 'value_columns' (or 'text_column') in [task], and 'label_column' if there is one");
        return [numbers];
    }

    private static string Prefix(string name) => name.AsSpan().TrimEnd("0123456789").ToString();

    /// <summary>Columns that have no role yet; those without a name (an index that a program wrote along) never get one by inference.</summary>
    private int[] Open(ColumnRoles roles) => [.. Enumerable.Range(0, columns.Count).Except(roles.Fixed).Where(c => columns[c].Name.Length > 0)];

    private void CheckDistinct(ColumnRoles roles)
    {
        int[] all = [.. roles.Fixed, .. roles.Values];
        IGrouping<int, int>? twice = all.GroupBy(c => c).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null) throw _finder.Ambiguous($"the column '{columns[twice.Key].Name}' would be used twice", "correct the columns in [task]");
    }

    private IEnumerable<string> Unused(ColumnRoles roles)
    {
        string[] unused = [.. Open(roles).Except(roles.Values).Select(c => $"'{columns[c].Name}'")];
        if (unused.Length > 0) yield return $"not used: {Some(unused)}";
        if (roles.Label < 0 && roles.Targets.Count == 0) yield return "no column of labels or targets: the rows are unlabelled";
    }

    private static string Some(string[] names)
    {
        const int Most = 8;
        return names.Length <= Most
            ? string.Join(", ", names)
            : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", names.Take(Most))} and {names.Length - Most} more");
    }
}

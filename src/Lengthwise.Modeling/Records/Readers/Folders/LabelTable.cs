namespace Lengthwise.Modeling.Records.Readers.Folders;

/// <summary>A table that says the labels of files.</summary>
internal sealed class LabelTable
{
    private const int MaxRows = 5_000_000;

    private static readonly string[] FileNames = ["file", "path", "filename", "file_name", "name"];

    private readonly Dictionary<string, FileLabel> _rows = new(StringComparer.Ordinal);
    private readonly bool _isByName;

    private LabelTable(FileInfo file, ReadSettings settings)
    {
        File = file;
        TextFile text = TextFile.Inspect(file);
        DelimitedSample sample = DelimitedSample.Of(text, FormatDetection.ByName(file.Name), settings with { Header = HeaderRow.Yes });
        var notes = new List<string>();
        var finder = new ColumnFinder(file.ToString(), [.. sample.Columns.Select(c => c.Name)], hasNames: true);
        int path = finder.Find("label_table", ReadSettings.Auto, FileNames, []);
        if (path < 0) throw finder.Ambiguous($"no column is called 'file' or 'path' ({string.Join(", ", finder.Shown())})", "name the column of paths 'file'");
        int[] targets = [.. settings.TargetColumns.Select(n => finder.Named("target_columns", n))];
        var roles = new ColumnRoles
        {
            Layout = TableLayout.Text,
            Content = ContentKind.Bytes,
            Text = path,
            Label = targets.Length > 0 ? -1 : finder.Find("label_column", settings.LabelColumn, ColumnFinder.LabelNames, notes),
            Group = finder.Find("group_column", settings.GroupColumn, ColumnFinder.GroupNames, notes),
            Split = finder.Find("split_column", settings.SplitColumn, ColumnFinder.SplitNames, notes),
            Id = settings.IdColumn is ReadSettings.Auto ? -1 : finder.Find("id_column", settings.IdColumn, [], notes),
            Targets = targets,
        };
        if (roles.Label < 0 && targets.Length == 0 && settings.LabelColumn == ReadSettings.Auto)
            throw finder.Ambiguous($"no column of labels is known by its name ({string.Join(", ", finder.Shown())})", "set 'label_column' (or 'target_columns', or 'label_column = \"none\"') in [task]");
        Notes = notes;
        TargetNames = [.. targets.Select(t => sample.Columns[t].Name)];
        Fill(text, sample, roles);
        _isByName = _rows.Keys.All(k => !k.Contains('/', StringComparison.Ordinal));
    }

    public FileInfo File { get; }

    public string Name => File.ToString();

    public IReadOnlyList<string> Notes { get; }

    public IReadOnlyList<string> TargetNames { get; }

    /// <summary>Reads a table.</summary>
    /// <exception cref="LengthwiseException">It cannot be read, or names a file twice.</exception>
    public static LabelTable Read(FileInfo file, ReadSettings settings) => new(file, settings);

    /// <summary>The table of that path, which may be given inside the folder.</summary>
    public static FileInfo Find(string path, DirectoryInfo folder)
    {
        var inside = new FileInfo(Path.Combine(folder.FullName, path));
        return inside.Exists ? inside : new FileInfo(path);
    }

    /// <summary>The row of a file; null if there is none.</summary>
    public FileLabel? Find(string relative)
    {
        if (_rows.TryGetValue(relative, out FileLabel? row)) return row;
        return _isByName ? _rows.GetValueOrDefault(relative[(relative.LastIndexOf('/') + 1)..]) : null;
    }

    private void Fill(TextFile text, DelimitedSample sample, ColumnRoles roles)
    {
        var parser = new TableRowParser(text.Name, sample.Style, roles, sample.Columns.Count, MissingRule.Keep);
        var strict = new BadRows(maySkip: false);
        using RowReader rows = text.Rows(sample.Style, RowRange.All with { SkipsFirst = true });
        while (rows.Next())
        {
            if (parser.Read(rows, strict) is not { } row) continue;
            string path = System.Text.Encoding.UTF8.GetString(((SequenceContent.Text)row.Content).Utf8.Span).Trim().Replace('\\', '/');
            if (path.StartsWith("./", StringComparison.Ordinal)) path = path[2..];
            var label = new FileLabel { Label = row.Label, Group = row.Group, Split = row.Split, Id = row.Id, Targets = row.Targets };
            if (!_rows.TryAdd(path, label))
                throw new LengthwiseException(ExitCode.Data, $"{RowParser.Place(text.Name, rows.Line, roles.Text + 1)}: the file {RowFault.Quote(path)} stands twice", "keep one row a file");
            if (_rows.Count > MaxRows) throw new LengthwiseException(ExitCode.Data, FormattableString.Invariant($"reading '{File}': it has more than {MaxRows} rows"), "divide the folder");
        }
    }
}

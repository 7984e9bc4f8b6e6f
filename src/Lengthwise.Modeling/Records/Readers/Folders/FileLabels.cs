using System.Text.RegularExpressions;

namespace Lengthwise.Modeling.Records.Readers.Folders;

/// <summary>Labels, groups and splits of files: from a table, from a pattern over their paths, or from the folders they lie in.</summary>
internal sealed class FileLabels
{
    private static readonly string[] UnlabelledFolders = ["unsup", "unlabelled", "unlabeled"];

    private readonly Regex? _pattern;
    private readonly LabelTable? _table;
    private readonly bool _hasSplits;
    private readonly bool _hasFolderLabels;
    private readonly List<string> _notes = [];

    /// <summary>Decides where labels come from.</summary>
    /// <exception cref="LengthwiseException">The table cannot be read, or the folders leave a doubt.</exception>
    public FileLabels(FolderFiles files, ReadSettings settings)
    {
        if (settings.LabelTable is { } table)
        {
            _table = LabelTable.Read(LabelTable.Find(table, files.Folder), settings);
            int known = files.Files.Count(f => _table.Find(f.Relative) is not null);
            _notes.Add(FormattableString.Invariant($"labels: from the table '{_table.Name}', which names {known} of {files.Files.Count} files"));
            _notes.AddRange(_table.Notes);
            if (known == 0)
                throw new LengthwiseException(
                    ExitCode.Data, $"reading '{_table.Name}': it names none of the files, such as '{files.Files[0].Relative}'", "its column 'file' holds paths inside the folder, or names of files");
        }
        if (settings.LabelPattern is { } pattern)
        {
            _pattern = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            _notes.Add($"{string.Join(", ", _pattern.GetGroupNames().Where(n => n is "label" or "group" or "id" or "split"))}: from the file names, by 'label_pattern'");
        }
        string[] tops = [.. files.Files.Select(f => TopOf(f.Relative)).Distinct(StringComparer.Ordinal)];
        _hasSplits = tops.Length > 0 && tops.All(t => SplitCell.Find(t) is not null);
        if (_hasSplits) _notes.Add($"splits: the folders {string.Join(", ", tops)}");
        bool saysLabel = settings.LabelColumn == ReadSettings.None || _table is not null || _pattern?.GetGroupNames().Contains("label") == true;
        _hasFolderLabels = !saysLabel && files.Files.Any(f => LabelFolders(f.Relative).Length > 0);
        if (_hasFolderLabels) RequireOneLevel(files);
        else if (!saysLabel) _notes.Add("no folders, pattern or table say a label: the files are unlabelled");
    }

    public IReadOnlyList<string> Notes => _notes;

    public IReadOnlyList<string> TargetNames => _table?.TargetNames ?? [];

    public IEnumerable<FileInfo> Files => _table is null ? [] : [_table.File];

    /// <summary>What is known about a file.</summary>
    /// <exception cref="RowFault">Its path does not fit the pattern.</exception>
    public FileLabel Of(string relative)
    {
        string[] folders = LabelFolders(relative);
        var label = new FileLabel
        {
            Split = _hasSplits ? SplitCell.Find(TopOf(relative)) : null,
            Label = _hasFolderLabels && folders.Length > 0 && !UnlabelledFolders.Contains(folders[0], StringComparer.OrdinalIgnoreCase) ? folders[0] : null,
        };
        if (_pattern is not null) label = WithPattern(label, relative);
        if (_table?.Find(relative) is not { } row) return label;
        return row with { Split = row.Split ?? label.Split, Label = row.Label ?? label.Label, Group = row.Group ?? label.Group, Id = row.Id ?? label.Id };
    }

    private FileLabel WithPattern(FileLabel label, string relative)
    {
        Match match = _pattern!.Match(relative);
        if (!match.Success) throw new RowFault(1, "its path does not fit 'label_pattern'");
        string? Named(string group) => match.Groups[group] is { Success: true, Length: > 0 } found ? found.Value : null;
        return label with
        {
            Label = Named("label") ?? label.Label,
            Group = Named("group"),
            Id = Named("id"),
            Split = Named("split") is { } split ? SplitCell.Read(split, 1) : label.Split,
        };
    }

    private void RequireOneLevel(FolderFiles files)
    {
        if (files.Files.FirstOrDefault(f => LabelFolders(f.Relative).Length > 1) is { } deep)
            throw new LengthwiseException(
                ExitCode.Usage, $"reading the folder '{files.Folder}': '{deep.Relative}' lies several folders deep, and nothing tells which of them is the label",
                "set 'label_pattern' in [task], for example '(?<group>[^/]+)/(?<label>[^/]+)/[^/]+$', or 'label_table', or 'label_column = \"none\"'");
        string[] labels = [.. files.Files.Select(f => LabelFolders(f.Relative).FirstOrDefault("")).Where(l => l.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        string[] unlabelled = [.. labels.Where(l => UnlabelledFolders.Contains(l, StringComparer.OrdinalIgnoreCase))];
        _notes.Add(FormattableString.Invariant($"label: the folder, {labels.Length - unlabelled.Length} classes"));
        if (unlabelled.Length > 0) _notes.Add($"unlabelled: the folder {string.Join(", ", unlabelled)}");
    }

    private string[] LabelFolders(string relative)
    {
        string[] folders = relative.Split('/')[..^1];
        return _hasSplits ? folders[1..] : folders;
    }

    private static string TopOf(string relative) => relative.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? relative[..slash] : "";
}

namespace Lengthwise.Modeling.Records.Readers.Folders;

/// <summary>A file of a folder.</summary>
/// <param name="File">The file.</param>
/// <param name="Relative">Its path inside the folder, with forward slashes.</param>
internal sealed record FolderFile(FileInfo File, string Relative);

/// <summary>The files below a folder that can be sequences, in a fixed order, and what was passed over.</summary>
internal sealed class FolderFiles
{
    private readonly Dictionary<string, int> _unknown = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _root;
    private int _linkedFolders;
    private int _tables;

    private FolderFiles(DirectoryInfo folder, FileFormat stated)
    {
        Folder = Unwrap(folder);
        _root = RealPath(Folder) + Path.DirectorySeparatorChar;
        var found = new List<FolderFile>();
        Walk(Folder, "", found);
        Format = FormatOf(found, stated);
        foreach (FolderFile other in found.Where(f => FormatDetection.ByName(f.File.Name) != Format)) CountUnknown(other.File);
        Files = [.. found.Where(f => FormatDetection.ByName(f.File.Name) == Format)];
    }

    private FolderFiles(FileInfo file, FileFormat format)
    {
        (Folder, _root, Format) = (file.Directory!, "", format);
        Files = [new FolderFile(file, file.Name)];
    }

    /// <summary>The folder, or the only folder in it that has files.</summary>
    public DirectoryInfo Folder { get; }

    public FileFormat Format { get; }

    public IReadOnlyList<FolderFile> Files { get; }

    /// <summary>What was passed over.</summary>
    public IEnumerable<string> Notes
    {
        get
        {
            if (_unknown.Count > 0)
                yield return $"passed over: {string.Join(", ", _unknown.OrderByDescending(u => u.Value).Take(8).Select(u => FormattableString.Invariant($"{u.Value} {u.Key}")))}";
            if (_linkedFolders > 0) yield return FormattableString.Invariant($"passed over: {_linkedFolders} links to folders");
        }
    }

    /// <summary>Finds the files.</summary>
    /// <exception cref="LengthwiseException">A link points out of the folder, there are no such files, or several kinds of them.</exception>
    public static FolderFiles Of(DirectoryInfo folder, FileFormat stated)
    {
        try
        {
            return new FolderFiles(folder, stated);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LengthwiseException(ExitCode.Data, $"reading the folder '{folder}': {e.Message}", "check the path and that you may read it", e);
        }
    }

    /// <summary>One file by itself.</summary>
    public static FolderFiles OfOne(FileInfo file, FileFormat format) => new(file, format);

    /// <summary>Goes down while a folder holds nothing but one other folder that has folders or tables of its own.</summary>
    public static DirectoryInfo Unwrap(DirectoryInfo folder)
    {
        while (true)
        {
            DirectoryInfo[] inside = [.. folder.EnumerateDirectories().Where(d => !IsHidden(d) && d.LinkTarget is null)];
            bool hasFiles = folder.EnumerateFiles().Any(f => FormatDetection.ByName(f.Name) != FileFormat.Auto && !IsHidden(f));
            if (hasFiles || inside.Length != 1) return folder;
            bool isWrapper = inside[0].EnumerateDirectories().Any(d => !IsHidden(d)) || SplitFiles.In(inside[0], FileFormat.Auto).Count > 0;
            if (!isWrapper || SplitCell.Find(inside[0].Name) is not null) return folder;
            folder = inside[0];
        }
    }

    private void Walk(DirectoryInfo folder, string prefix, List<FolderFile> found)
    {
        foreach (FileSystemInfo entry in folder.EnumerateFileSystemInfos().Where(e => !IsHidden(e)).OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            bool isLink = entry.LinkTarget is not null;
            if (isLink) RequireInside(entry, prefix);
            if (entry is DirectoryInfo inner)
            {
                if (isLink) _linkedFolders++;
                else Walk(inner, $"{prefix}{inner.Name}/", found);
            }
            else if (FormatDetection.ByName(entry.Name) is FileFormat.Text or FileFormat.Images or FileFormat.Wav)
            {
                found.Add(new FolderFile((FileInfo)entry, prefix + entry.Name));
            }
            else
            {
                if (FormatDetection.ByName(entry.Name) != FileFormat.Auto) _tables++;
                CountUnknown((FileInfo)entry);
            }
        }
    }

    private void CountUnknown(FileInfo file)
    {
        string kind = file.Extension.Length == 0 ? "without extension" : file.Extension.ToLowerInvariant();
        _unknown[kind] = _unknown.GetValueOrDefault(kind) + 1;
    }

    private void RequireInside(FileSystemInfo link, string prefix)
    {
        FileSystemInfo? target = link.ResolveLinkTarget(returnFinalTarget: true);
        if (target is not null && (RealPath(target) + Path.DirectorySeparatorChar).StartsWith(_root, StringComparison.Ordinal)) return;
        throw new LengthwiseException(
            ExitCode.Data, $"reading the folder '{Folder}': '{prefix}{link.Name}' is a link out of the folder, to '{link.LinkTarget}'", "replace the link by the file, or remove it");
    }

    /// <summary>The path with links in its folders resolved.</summary>
    private static string RealPath(FileSystemInfo entry)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(entry.FullName));
        string root = Path.GetPathRoot(full)!;
        string real = root;
        foreach (string part in full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            var step = new DirectoryInfo(Path.Combine(real, part));
            real = step.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? step.FullName;
        }
        return Path.TrimEndingDirectorySeparator(real);
    }

    private FileFormat FormatOf(List<FolderFile> found, FileFormat stated)
    {
        if (stated is FileFormat.Text or FileFormat.Images or FileFormat.Wav) return stated;
        (FileFormat Format, int Count)[] kinds = [.. found.GroupBy(f => FormatDetection.ByName(f.File.Name)).Select(g => (g.Key, g.Count())).OrderByDescending(k => k.Item2)];
        if (kinds.Length == 0)
            throw new LengthwiseException(
                ExitCode.Data, $"reading the folder '{Folder}': found no text (.txt), image (.png, .jpg) or WAV files{string.Concat(Notes.Select(n => $"; {n}"))}",
                "a folder may also hold tables of one kind (.csv, .jsonl, …) and nothing else");
        // A few notes or pictures and one table of labels beside the data are usual; a real mixture is not guessed at.
        int tables = _tables > 1 ? _tables : 0;
        if (kinds[0].Count < 0.9 * (found.Count + tables))
            throw new LengthwiseException(
                ExitCode.Usage,
                $"reading the folder '{Folder}': found {string.Join(" and ", kinds.Select(k => FormattableString.Invariant($"{k.Count} {Recipes.Naming.ToKey(k.Format)}")))} files{(tables > 0 ? FormattableString.Invariant($" and {tables} tables") : "")}",
                "set 'format' in [task] to the kind that is meant, or 'path' to one of the tables");
        return kinds[0].Format;
    }

    private static bool IsHidden(FileSystemInfo entry) => entry.Name.StartsWith('.');
}

namespace Lengthwise.Modeling.Tasks.Files;

/// <summary>Looks for names below a folder: archives nest their content differently from release to release.</summary>
internal static class FolderSearch
{
    private const int Depth = 3;

    /// <summary>The folder itself, then those below it, nearest first and sorted; links are not followed.</summary>
    public static IEnumerable<DirectoryInfo> Below(FileSystemInfo root)
    {
        if (root is not DirectoryInfo folder) yield break;
        List<DirectoryInfo> level = [folder];
        for (int depth = 0; depth <= Depth && level.Count > 0; depth++)
        {
            foreach (DirectoryInfo found in level) yield return found;
            level = [.. level.SelectMany(Children)];
        }
    }

    /// <summary>The nearest folder that satisfies a condition; null when there is none.</summary>
    public static DirectoryInfo? Find(FileSystemInfo root, Func<DirectoryInfo, bool> isRight) => Below(root).FirstOrDefault(isRight);

    /// <summary>Files of a folder with one of the endings, sorted by name.</summary>
    public static IReadOnlyList<FileInfo> Files(DirectoryInfo folder, params string[] endings) =>
    [
        .. folder.EnumerateFiles()
            .Where(f => endings.Length == 0 || endings.Any(e => f.Name.EndsWith(e, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(f => f.Name, StringComparer.Ordinal),
    ];

    /// <summary>Folders of a folder, sorted by name.</summary>
    public static IEnumerable<DirectoryInfo> Children(DirectoryInfo folder) =>
        folder.EnumerateDirectories().Where(d => d.LinkTarget is null).OrderBy(d => d.Name, StringComparer.Ordinal);

    /// <summary>A folder of that name within a folder; null when there is none.</summary>
    public static DirectoryInfo? Child(DirectoryInfo folder, string name) =>
        new DirectoryInfo(Path.Combine(folder.FullName, name)) is { Exists: true } child ? child : null;

    /// <summary>A file of that name, plain or gzip; null when there is none.</summary>
    public static FileInfo? File(DirectoryInfo folder, string name) =>
        new[] { name, name + ".gz" }.Select(n => new FileInfo(Path.Combine(folder.FullName, n))).FirstOrDefault(f => f.Exists);
}

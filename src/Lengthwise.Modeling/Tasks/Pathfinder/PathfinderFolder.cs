using System.Globalization;

namespace Lengthwise.Modeling.Tasks.Pathfinder;

/// <summary>A set of images in the layout of Long Range Arena's release: <c>metadata/BATCH.npy</c> beside <c>imgs/BATCH/sample_K.png</c>.</summary>
/// <remarks>
/// The set lies in <c>pathfinderR/curv_contour_length_14</c> (or _9, or <c>curv_baseline</c> for 6). The release nests <c>lra_release</c> in itself
/// and has two copies of <c>pathfinder128</c>, of which only the inner one can be learned from; hence sets are found by the names of their
/// folders, and the inner one is taken.
/// </remarks>
public sealed class PathfinderFolder
{
    private const int DeepestSearch = 4;

    private PathfinderFolder(DirectoryInfo set, IReadOnlyList<FileInfo> metadata) => (Set, Metadata) = (set, metadata);

    /// <summary>Folder of the set.</summary>
    public DirectoryInfo Set { get; }

    /// <summary>Metadata files in the order of their numbers.</summary>
    public IReadOnlyList<FileInfo> Metadata { get; }

    /// <summary>Finds the set in a folder; null when there is none.</summary>
    /// <param name="folder">The set itself, the folder of a resolution, or the release.</param>
    /// <param name="resolution">Width and height of the images.</param>
    /// <param name="contourLength">6, 9 or 14 dashes.</param>
    public static PathfinderFolder? TryFind(string folder, int resolution, int contourLength)
    {
        try
        {
            return Find(folder, resolution, contourLength);
        }
        catch (LengthwiseException)
        {
            return null;
        }
    }

    /// <summary>Finds the set in a folder.</summary>
    /// <param name="folder">The set itself, the folder of a resolution, or the release.</param>
    /// <param name="resolution">Width and height of the images.</param>
    /// <param name="contourLength">6, 9 or 14 dashes.</param>
    /// <exception cref="LengthwiseException">There is no such set, or it has no metadata.</exception>
    public static PathfinderFolder Find(string folder, int resolution, int contourLength)
    {
        var root = new DirectoryInfo(folder);
        if (!root.Exists) throw Missing(folder, "there is no such folder");
        string name = NameOf(contourLength), parent = string.Create(CultureInfo.InvariantCulture, $"pathfinder{resolution}");
        try
        {
            DirectoryInfo? set = IsSet(root) ? root : Candidates(root, 0).Where(d => d.Name == name && IsSet(d) && IsOf(d, parent, root)).MaxBy(Depth);
            if (set is null) throw Missing(folder, $"found no '{parent}/{name}' with a folder 'metadata' in it");
            FileInfo[] metadata = [.. new DirectoryInfo(Path.Combine(set.FullName, "metadata")).EnumerateFiles("*.npy").OrderBy(Number).ThenBy(f => f.Name, StringComparer.Ordinal)];
            if (metadata.Length == 0) throw Missing(set.FullName, "its folder 'metadata' holds no .npy files");
            return new PathfinderFolder(set, metadata);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LengthwiseException(ExitCode.Data, $"reading folder '{folder}': {e.Message}", "check its permissions", e);
        }
    }

    /// <summary>Name of the folder of a set.</summary>
    public static string NameOf(int contourLength) =>
        contourLength == 6 ? "curv_baseline" : string.Create(CultureInfo.InvariantCulture, $"curv_contour_length_{contourLength}");

    /// <summary>Full path of an image; it cannot leave the set.</summary>
    public string PathOf(PathfinderEntry entry) => Path.Combine(Set.FullName, entry.Image.Replace('/', Path.DirectorySeparatorChar));

    private static bool IsSet(DirectoryInfo folder) => Directory.Exists(Path.Combine(folder.FullName, "metadata"));

    // A folder that is itself named by a resolution has said which one it is.
    private static bool IsOf(DirectoryInfo set, string parent, DirectoryInfo root) =>
        set.Parent!.Name == parent || (set.Parent.FullName.TrimEnd(Path.DirectorySeparatorChar) == root.FullName.TrimEnd(Path.DirectorySeparatorChar) && !root.Name.StartsWith("pathfinder", StringComparison.Ordinal));

    private static IEnumerable<DirectoryInfo> Candidates(DirectoryInfo folder, int depth)
    {
        if (depth > DeepestSearch) yield break;
        foreach (DirectoryInfo child in folder.EnumerateDirectories())
        {
            // Links may lead out of the folder or in circles; images may number hundreds of thousands.
            if (child.LinkTarget is not null || child.Name is "imgs" or "metadata") continue;
            yield return child;
            foreach (DirectoryInfo deeper in Candidates(child, depth + 1)) yield return deeper;
        }
    }

    private static int Depth(DirectoryInfo folder) => folder.FullName.Count(c => c == Path.DirectorySeparatorChar);

    private static long Number(FileInfo file) =>
        long.TryParse(Path.GetFileNameWithoutExtension(file.Name), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : long.MaxValue;

    private static LengthwiseException Missing(string folder, string found) => new(
        ExitCode.Data,
        $"reading Pathfinder images from '{folder}': {found}",
        "give the unpacked release of Long Range Arena, or the folder that holds 'metadata' and 'imgs'");
}

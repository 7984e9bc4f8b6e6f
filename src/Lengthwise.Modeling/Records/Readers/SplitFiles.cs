namespace Lengthwise.Modeling.Records.Readers;

/// <summary>Files that are the splits of one set: <c>X_TRAIN.ts</c> and <c>X_TEST.ts</c>, <c>train.csv</c>, <c>val.csv</c> and <c>test.csv</c>.</summary>
internal static class SplitFiles
{
    /// <summary>A file, and if it is the training part of a set the other parts beside it.</summary>
    public static IReadOnlyList<(FileInfo File, SplitName? Split)> Beside(FileInfo file)
    {
        FileFormat format = FormatDetection.ByName(file.Name);
        if (SplitCell.OfFile(file.Name) != SplitName.Train || !IsTable(format)) return [(file, null)];
        string set = SplitCell.SetOf(file.Name);
        FileInfo[] parts = [.. Visible(file.Directory!).Where(f => FormatDetection.ByName(f.Name) == format && SplitCell.SetOf(f.Name) == set && SplitCell.OfFile(f.Name) is not null)];
        return parts.Length < 2 ? [(file, null)] : InOrder(parts);
    }

    /// <summary>The tables of a folder that holds nothing else; none if it holds other things.</summary>
    /// <exception cref="LengthwiseException">Only some of the names say a split.</exception>
    public static IReadOnlyList<(FileInfo File, SplitName? Split)> In(DirectoryInfo folder, FileFormat stated)
    {
        if (folder.EnumerateDirectories().Any(d => !d.Name.StartsWith('.'))) return [];
        FileInfo[] files = [.. Visible(folder).Where(f => !IsNote(f.Name))];
        FileFormat[] formats = [.. files.Select(f => FormatDetection.ByName(f.Name)).Distinct()];
        if (formats.Length != 1 || !IsTable(formats[0]) || stated is not FileFormat.Auto && stated != formats[0]) return [];
        int withSplit = files.Count(f => SplitCell.OfFile(f.Name) is not null);
        if (withSplit == 0) return [.. files.Select(f => (f, (SplitName?)null))];
        if (withSplit == files.Length && files.Select(f => SplitCell.SetOf(f.Name)).Distinct().Count() == 1) return InOrder(files);
        throw new LengthwiseException(
            ExitCode.Usage, $"reading the folder '{folder}': the names of some of its files say a split, or they belong to different sets: {string.Join(", ", files.Take(8).Select(f => f.Name))}",
            "name one file in 'path', or keep each set in its own folder");
    }

    private static (FileInfo File, SplitName? Split)[] InOrder(FileInfo[] files)
    {
        (FileInfo File, SplitName? Split)[] parts = [.. files.Select(f => (f, SplitCell.OfFile(f.Name))).OrderBy(f => f.Item2)];
        IGrouping<SplitName?, (FileInfo File, SplitName? Split)>? twice = parts.GroupBy(p => p.Split).FirstOrDefault(g => g.Count() > 1);
        if (twice is null) return parts;
        throw new LengthwiseException(
            ExitCode.Usage, $"two files could be the same split: {string.Join(" and ", twice.Select(p => $"'{p.File}'"))}", "remove one of them, or keep them in different folders");
    }

    private static IEnumerable<FileInfo> Visible(DirectoryInfo folder) =>
        folder.EnumerateFiles().Where(f => !f.Name.StartsWith('.')).OrderBy(f => f.Name, StringComparer.Ordinal);

    private static bool IsTable(FileFormat format) => format is FileFormat.Csv or FileFormat.Tsv or FileFormat.Jsonl or FileFormat.Ts or FileFormat.Parquet or FileFormat.Npy or FileFormat.Hdf5;

    private static bool IsNote(string name) =>
        name.EndsWith(".md", StringComparison.OrdinalIgnoreCase) || name.StartsWith("README", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("LICENSE", StringComparison.OrdinalIgnoreCase) || name.StartsWith("CITATION", StringComparison.OrdinalIgnoreCase);
}

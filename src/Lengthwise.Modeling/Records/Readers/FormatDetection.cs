using System.Text;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>Tells the kind of a file by its name, or by its first bytes where the name says nothing.</summary>
internal static class FormatDetection
{
    private static readonly Dictionary<string, FileFormat> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".csv"] = FileFormat.Csv,
        [".tsv"] = FileFormat.Tsv,
        [".tab"] = FileFormat.Tsv,
        [".jsonl"] = FileFormat.Jsonl,
        [".ndjson"] = FileFormat.Jsonl,
        [".ts"] = FileFormat.Ts,
        [".parquet"] = FileFormat.Parquet,
        [".pq"] = FileFormat.Parquet,
        [".npy"] = FileFormat.Npy,
        [".h5"] = FileFormat.Hdf5,
        [".hdf5"] = FileFormat.Hdf5,
        [".hdf"] = FileFormat.Hdf5,
        [".txt"] = FileFormat.Text,
        [".png"] = FileFormat.Images,
        [".jpg"] = FileFormat.Images,
        [".jpeg"] = FileFormat.Images,
        [".wav"] = FileFormat.Wav,
    };

    private static readonly string[] ArchiveExtensions = [".zip", ".tar", ".tar.gz", ".tgz"];

    /// <summary>Whether a name belongs to an archive of files.</summary>
    public static bool IsArchive(string name) =>
        ArchiveExtensions.Any(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    /// <summary>The kind that a name says; <see cref="FileFormat.Auto"/> if it says nothing.</summary>
    public static FileFormat ByName(string name)
    {
        if (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) name = name[..^3];
        return ByExtension.GetValueOrDefault(Path.GetExtension(name), FileFormat.Auto);
    }

    /// <summary>The kind of a file.</summary>
    /// <exception cref="LengthwiseException">Neither name nor first bytes say it.</exception>
    public static FileFormat Of(FileInfo file)
    {
        FileFormat format = ByName(file.Name);
        if (format == FileFormat.Text && LooksLikeTable(file))
            throw new LengthwiseException(
                ExitCode.Usage, $"reading '{file}': it begins like a table of numbers, but its name says text",
                "set 'format' in [task]: \"csv\" or \"tsv\" if a line is a sequence, \"text\" if the file is one");
        if (format != FileFormat.Auto) return format;
        var head = new byte[FileSignature.Length];
        using FileStream stream = SourceFile.Open(file);
        int read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        string? signature = FileSignature.NameOf(head.AsSpan(0, read));
        return signature switch
        {
            FileSignature.Parquet => FileFormat.Parquet,
            FileSignature.Npy => FileFormat.Npy,
            FileSignature.Hdf5 => FileFormat.Hdf5,
            FileSignature.Wav => FileFormat.Wav,
            FileSignature.Png or FileSignature.Jpeg => FileFormat.Images,
            _ => throw new LengthwiseException(
                ExitCode.Usage,
                $"reading '{file}': neither its name nor its first bytes ({signature ?? "they look like text or nothing that is known"}) tell what kind of file it is",
                $"set 'format' in [task]: {string.Join(", ", Enum.GetValues<FileFormat>().Skip(1).Select(f => Naming.ToKey(f)))}"),
        };
    }

    /// <summary>Whether the first line is numbers only, three at least: the UCR archive calls such tables <c>.txt</c> too.</summary>
    private static bool LooksLikeTable(FileInfo file)
    {
        var head = new byte[1 << 12];
        using FileStream stream = SourceFile.Open(file);
        int read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        string line = Encoding.Latin1.GetString(head, 0, read).Split('\n')[0];
        string[] cells = line.Split([',', ';', '\t', ' ', '\r'], StringSplitOptions.RemoveEmptyEntries);
        // The last cell may have been cut.
        return cells.Length > 3 && cells[..^1].All(c => Cell.Read(Encoding.UTF8.GetBytes(c), out _) == CellKind.Number);
    }
}

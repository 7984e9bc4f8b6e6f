using System.IO.Compression;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Data.Downloads;
using Lengthwise.Modeling.Records;

namespace Lengthwise.Modeling.Tasks.Files;

/// <summary>
/// CIFAR-10 in the layouts that are about: the official binary batches, IDX files as those of MNIST (grey only), and a folder of PNG or JPEG files for each class.
/// Pictures are read row by row.
/// </summary>
internal static class Cifar
{
    /// <summary>Width and height.</summary>
    public const int Side = 32;

    private const int Pixels = Side * Side, RecordBytes = 1 + 3 * Pixels;
    private static readonly string[] Splits = ["train", "test"];

    /// <summary>Class names in the official order.</summary>
    public static readonly IReadOnlyList<string> Classes = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Where it comes from.</summary>
    public static readonly DataOrigin Origin = new("University of Toronto")
    {
        Folder = "cifar-10",
        Files =
        [
            new DownloadItem("cifar-10-binary.tar.gz", new Uri("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"))
            {
                Bytes = 170_052_171,
                Checksum = Checksum.Md5("c32a1d4ab5d03f1284b67883e8d87530"),
            },
        ],
        Contents = "50,000 training and 10,000 test pictures of 32 x 32, ten classes",
    };

    /// <summary>Leaks that every division of these pictures has.</summary>
    public const string KnownLeak = "leak: about 3 % of CIFAR-10's test pictures have near duplicates among the training pictures (Barz and Denzler, 2020)";

    /// <summary>Recognises the layout and opens it; null when there is none.</summary>
    /// <param name="files">File or folder.</param>
    /// <param name="layout">The layout, or <see cref="CifarLayout.Auto"/>.</param>
    /// <param name="isColour">Whether three channels are wanted instead of grey.</param>
    /// <exception cref="LengthwiseException">Several layouts lie side by side.</exception>
    public static FileSource? Open(FileSystemInfo files, CifarLayout layout, bool isColour)
    {
        var found = new List<(CifarLayout Layout, Func<FileSource> Open)>();
        if (FolderSearch.Find(files, IsBatches) is { } batches) found.Add((CifarLayout.Batches, () => OpenBatches(batches, isColour)));
        if (!isColour && FolderSearch.Find(files, IsIdx) is { } idx) found.Add((CifarLayout.Idx, () => OpenIdx(idx)));
        if (FolderSearch.Find(files, IsFolders) is { } folders) found.Add((CifarLayout.Folders, () => OpenFolders(folders, isColour)));
        if (layout != CifarLayout.Auto) found.RemoveAll(f => f.Layout != layout);
        if (found.Count > 1)
            throw new LengthwiseException(
                ExitCode.Data, $"'{files.FullName}' holds several layouts of CIFAR-10: {string.Join(", ", found.Select(f => f.Layout.ToString().ToLowerInvariant()))}",
                "choose one with 'task.layout', or give the path of one");
        return found.Count == 0 ? null : found[0].Open();
    }

    private static bool IsBatches(DirectoryInfo folder) => Batches(folder, "data_batch").Count > 0 && Batches(folder, "test_batch").Count > 0;

    private static bool IsIdx(DirectoryInfo folder) => IdxPairs(folder).Select(p => p.Split).Distinct().Count() == 2;

    private static bool IsFolders(DirectoryInfo folder) => Splits.All(split =>
        FolderSearch.Child(folder, split) is { } child && Classes.All(name => FolderSearch.Child(child, name) is not null));

    private static IReadOnlyList<FileInfo> Batches(DirectoryInfo folder, string kind) =>
        [.. FolderSearch.Files(folder, ".bin", ".bin.gz").Where(f => f.Name.Contains(kind, StringComparison.Ordinal))];

    private static IEnumerable<(FileInfo Images, FileInfo Labels, SplitName Split)> IdxPairs(DirectoryInfo folder)
    {
        foreach (FileInfo images in FolderSearch.Files(folder, "images-idx3-ubyte", "images-idx3-ubyte.gz"))
        {
            var labels = new FileInfo(images.FullName.Replace("images-idx3", "labels-idx1", StringComparison.Ordinal));
            bool isTrain = images.Name.Contains("train", StringComparison.Ordinal), isTest = images.Name.Contains("test", StringComparison.Ordinal) || images.Name.Contains("t10k", StringComparison.Ordinal);
            if (labels.Exists && isTrain != isTest) yield return (images, labels, isTrain ? SplitName.Train : SplitName.Test);
        }
    }

    private static FileSource OpenBatches(DirectoryInfo folder, bool isColour)
    {
        (FileInfo File, SplitName Split)[] files =
            [.. Batches(folder, "data_batch").Select(f => (f, SplitName.Train)), .. Batches(folder, "test_batch").Select(f => (f, SplitName.Test))];
        return new FileSource(
            folder,
            [.. files.Select(f => f.File)],
            [.. files.Select(f => new FilePart(f.File.Name, f.File.Length, (problems, cancellation) => ReadBatch(f.File, f.Split, isColour, problems, cancellation)))],
            "CIFAR-10 batches: a label byte, then 1,024 red, green and blue bytes");
    }

    private static IEnumerable<SequenceRecord> ReadBatch(FileInfo file, SplitName split, bool isColour, BadRows problems, CancellationToken cancellation)
    {
        using Stream stream = Open(file);
        var record = new byte[RecordBytes];
        for (int row = 0; ; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            int read = Fill(file, stream, record);
            string where = FormattableString.Invariant($"{file.FullName}, picture {row}");
            if (read == 0) yield break;
            if (read < RecordBytes)
            {
                problems.Report(where, FormattableString.Invariant($"found {read} bytes, expected {RecordBytes}: a label and 3 x 1,024 bytes"));
                yield break;
            }
            if (record[0] >= Classes.Count)
            {
                problems.Report(where, FormattableString.Invariant($"found label {record[0]}, expected 0 to {Classes.Count - 1}"));
                continue;
            }
            yield return Record(where, split, record[0], isColour ? Interleaved(record.AsSpan(1)) : Grey(record.AsSpan(1, Pixels), record.AsSpan(1 + Pixels, Pixels), record.AsSpan(1 + 2 * Pixels), 1), isColour ? 3 : 1);
        }
    }

    private static FileSource OpenIdx(DirectoryInfo folder)
    {
        (FileInfo Images, FileInfo Labels, SplitName Split)[] pairs = [.. IdxPairs(folder).OrderBy(p => p.Split)];
        return new FileSource(
            folder,
            [.. pairs.SelectMany(p => (FileInfo[])[p.Images, p.Labels])],
            [.. pairs.Select(p => new FilePart(p.Images.Name, p.Images.Length, (_, cancellation) => ReadIdx(p.Images, p.Labels, p.Split, cancellation)))],
            "IDX files of grey pictures and their labels");
    }

    private static IEnumerable<SequenceRecord> ReadIdx(FileInfo imageFile, FileInfo labelFile, SplitName split, CancellationToken cancellation)
    {
        using Stream imageStream = Open(imageFile), labelStream = Open(labelFile);
        Idx images = Idx.Read(imageStream, imageFile.FullName, 3), labels = Idx.Read(labelStream, labelFile.FullName, 1);
        if (images.Shape[1] != Side || images.Shape[2] != Side || images.Shape[0] != labels.Shape[0])
            throw new LengthwiseException(
                ExitCode.Data, FormattableString.Invariant($"'{imageFile.FullName}' has {string.Join(" x ", images.Shape)} pictures and '{labelFile.Name}' {labels.Shape[0]} labels, expected as many pictures of 32 x 32"), "check that these are CIFAR-10's files");
        for (int row = 0; row < labels.Bytes.Length; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            string where = FormattableString.Invariant($"{imageFile.FullName}, picture {row}");
            if (labels.Bytes[row] >= Classes.Count)
                throw new LengthwiseException(ExitCode.Data, FormattableString.Invariant($"{where}: found label {labels.Bytes[row]}, expected 0 to {Classes.Count - 1}"), "check that these are CIFAR-10's files");
            yield return Record(where, split, labels.Bytes[row], images.Bytes.AsSpan(row * Pixels, Pixels).ToArray(), 1);
        }
    }

    private static FileSource OpenFolders(DirectoryInfo folder, bool isColour)
    {
        var files = new List<FileInfo>();
        var parts = new List<RecordPart>();
        foreach ((string name, SplitName split) in (ReadOnlySpan<(string, SplitName)>)[("train", SplitName.Train), ("test", SplitName.Test)])
            for (int label = 0; label < Classes.Count; label++)
            {
                int number = label;
                IReadOnlyList<FileInfo> pictures = FolderSearch.Files(FolderSearch.Child(FolderSearch.Child(folder, name)!, Classes[label])!, ".png", ".jpg", ".jpeg");
                files.AddRange(pictures);
                parts.AddRange(FileSource.PartsOf($"{name}/{Classes[label]}", pictures, (file, problems) => ReadPicture(file, split, number, isColour, problems)));
            }
        string kinds = string.Join(", ", files.Select(f => f.Extension.ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal));
        return new FileSource(folder, files, parts, $"folders of pictures ({kinds}), class from the folder");
    }

    private static SequenceRecord? ReadPicture(FileInfo file, SplitName split, int label, bool isColour, BadRows problems)
    {
        try
        {
            PixelImage image = ImageFile.Read(file.FullName, ImageColour.Rgb);
            if (image.Width == Side && image.Height == Side)
                return Record(file.FullName, split, label, isColour ? image.Bytes : Grey(image.Bytes, image.Bytes.AsSpan(1), image.Bytes.AsSpan(2), 3), isColour ? 3 : 1);
            problems.Report(file.FullName, FormattableString.Invariant($"found a picture of {image.Width} x {image.Height}, expected {Side} x {Side}"));
        }
        catch (LengthwiseException e)
        {
            problems.Report(file.FullName, e.Message);
        }
        return null;
    }

    private static SequenceRecord Record(string where, SplitName split, int label, byte[] values, int channels) => new()
    {
        Where = where,
        Split = split,
        Label = Classes[label],
        Content = new SequenceContent.Levels(values, channels),
    };

    private static byte[] Interleaved(ReadOnlySpan<byte> planes)
    {
        var values = new byte[3 * Pixels];
        for (int i = 0; i < values.Length; i++) values[i] = planes[i % 3 * Pixels + i / 3];
        return values;
    }

    // ITU-R 601 luma in 16-bit fixed point, rounded: what the common decoders do.
    private static byte[] Grey(ReadOnlySpan<byte> red, ReadOnlySpan<byte> green, ReadOnlySpan<byte> blue, int stride)
    {
        var grey = new byte[Pixels];
        for (int i = 0; i < Pixels; i++) grey[i] = (byte)((19595 * red[i * stride] + 38470 * green[i * stride] + 7471 * blue[i * stride] + 32768) >> 16);
        return grey;
    }

    private static int Fill(FileInfo file, Stream stream, byte[] record)
    {
        try
        {
            return stream.ReadAtLeast(record, record.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new LengthwiseException(ExitCode.Data, $"reading '{file.FullName}': {e.Message}", "the file is damaged; get it again", e);
        }
    }

    private static Stream Open(FileInfo file)
    {
        try
        {
            FileStream stream = file.OpenRead();
            return file.Extension == ".gz" ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LengthwiseException(ExitCode.Data, $"opening '{file.FullName}': {e.Message}", "check the path and that you may read it", e);
        }
    }
}

/// <summary>Layouts of CIFAR-10.</summary>
public enum CifarLayout
{
    /// <summary>The one that is found; an error when there are several.</summary>
    Auto,

    /// <summary>Binary batches, the official layout.</summary>
    Batches,

    /// <summary>IDX files of grey pictures.</summary>
    Idx,

    /// <summary>A folder of PNG or JPEG files per class.</summary>
    Folders,
}

/// <summary>Settings that both tasks on CIFAR-10 share.</summary>
public abstract record CifarSettings : FileTaskSettings
{
    /// <summary>Layout of the files.</summary>
    public CifarLayout Layout { get; init; } = CifarLayout.Auto;
}

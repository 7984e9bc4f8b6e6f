using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Records;

namespace Lengthwise.Modeling.Tasks.Files;

/// <summary>Grey pictures of IDX files, without labels, for prediction.</summary>
internal static class IdxPictures
{
    /// <summary>Opens a file, or all of a folder whose name holds <c>idx3-ubyte</c>, plain or gzip; null when there is none.</summary>
    /// <param name="path">File or folder.</param>
    /// <param name="side">Width and height that the pictures must have.</param>
    public static FileSource? Open(string path, int side)
    {
        FileSystemInfo place = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        FileInfo[] files = place is FileInfo file
            ? (file.Name.Contains("idx3-ubyte", StringComparison.Ordinal) ? [file] : [])
            : [.. FolderSearch.Below(place).SelectMany(folder => FolderSearch.Files(folder, "idx3-ubyte", "idx3-ubyte.gz"))];
        return files.Length == 0 ? null : new FileSource(
            place, files, [.. files.Select(f => new FilePart(f.Name, f.Length, (_, cancellation) => Read(f, side, cancellation)))],
            "IDX files of grey pictures; labels are not read");
    }

    private static IEnumerable<SequenceRecord> Read(FileInfo file, int side, CancellationToken cancellation)
    {
        Idx images = Load(file);
        if (images.Shape[1] != side || images.Shape[2] != side)
            throw new LengthwiseException(
                ExitCode.Data, FormattableString.Invariant($"'{file.FullName}' has pictures of {images.Shape[1]} x {images.Shape[2]}, expected {side} x {side}"), "the model was trained on that size");
        for (int row = 0; row < images.Shape[0]; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return new SequenceRecord
            {
                Where = FormattableString.Invariant($"{file.FullName}, picture {row}"),
                Content = new SequenceContent.Levels(images.Bytes.AsMemory(row * side * side, side * side)),
            };
        }
    }

    private static Idx Load(FileInfo file)
    {
        try
        {
            using FileStream stream = file.OpenRead();
            return file.Extension == ".gz" ? Idx.ReadGzip(stream, file.FullName, 3) : Idx.Read(stream, file.FullName, 3);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LengthwiseException(ExitCode.Data, $"reading '{file.FullName}': {e.Message}", "check the path and that you may read it", e);
        }
    }
}

using System.Security.Cryptography;
using System.Text;
using Lengthwise.Modeling.Records;

namespace Lengthwise.Modeling.Tasks.Files;

/// <summary>The records of a task's own files.</summary>
internal sealed class FileSource : RecordSource
{
    private const int FilesInPart = 500;
    private readonly string _root;

    /// <summary>Names the source.</summary>
    /// <param name="root">File or folder that all files lie in.</param>
    /// <param name="files">Every file that is read, in a fixed order.</param>
    /// <param name="parts">The records.</param>
    /// <param name="description">What was found.</param>
    public FileSource(FileSystemInfo root, IReadOnlyList<FileInfo> files, IReadOnlyList<RecordPart> parts, params IReadOnlyList<string> description)
    {
        (_root, Name) = (root is FileInfo file ? file.DirectoryName! : root.FullName, root.FullName);
        (Files, Parts, Description) = (files, parts, description);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Description { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<FileInfo> Files { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<RecordPart> Parts { get; }

    /// <summary>Names of the regression targets.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<string> TargetNames => Targets;

    /// <summary>Names of the channels.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<string> ChannelNames => Channels;

    /// <summary>
    /// Stands for the path in the settings that converted data depends on: where files lie does not matter, but what they are called
    /// below their folder does, since labels and splits come from it.
    /// </summary>
    public string NamesDigest() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', Files.Select(f => Path.GetRelativePath(_root, f.FullName))))))[..16];

    /// <summary>The same source with a share of its rows, drawn row by row.</summary>
    public FileSource Thinned(double share, long seed) => new(
        new DirectoryInfo(_root),
        Files,
        [.. Parts.Select(part => new FilePart(part.Name, part.Bytes, (problems, cancellation) => part.Read(problems, cancellation)
            .Where((_, row) => new RandomStream(seed, $"share/{part.Name}", row).NextDouble() < share)))],
        Description)
    {
        Targets = Targets,
        Channels = Channels,
    };

    /// <summary>Parts of some hundred small files, one record each.</summary>
    /// <param name="name">What they are, for progress.</param>
    /// <param name="files">The files.</param>
    /// <param name="read">Reads one; null where a bad file was reported.</param>
    public static IEnumerable<RecordPart> PartsOf(string name, IReadOnlyList<FileInfo> files, Func<FileInfo, BadRows, SequenceRecord?> read)
    {
        int count = (files.Count + FilesInPart - 1) / FilesInPart;
        return files.Chunk(FilesInPart).Select((chunk, i) => new FilePart(
            FormattableString.Invariant($"{name} ({i + 1} of {count})"),
            chunk.Sum(f => f.Length),
            (problems, cancellation) => ReadAll(chunk, read, problems, cancellation)));
    }

    private static IEnumerable<SequenceRecord> ReadAll(
        FileInfo[] files, Func<FileInfo, BadRows, SequenceRecord?> read, BadRows problems, CancellationToken cancellation)
    {
        foreach (FileInfo file in files)
        {
            cancellation.ThrowIfCancellationRequested();
            if (read(file, problems) is { } record) yield return record;
        }
    }
}

/// <summary>A part that is read by a function.</summary>
/// <param name="name">For progress.</param>
/// <param name="bytes">Bytes that will be read.</param>
/// <param name="read">Reads it from its beginning.</param>
internal sealed class FilePart(string name, long bytes, Func<BadRows, CancellationToken, IEnumerable<SequenceRecord>> read) : RecordPart
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override long Bytes => bytes;

    /// <inheritdoc/>
    public override IEnumerable<SequenceRecord> Read(BadRows problems, CancellationToken cancellation) => read(problems, cancellation);
}

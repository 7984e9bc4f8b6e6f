namespace Lengthwise.Modeling.Records.Readers.Folders;

/// <summary>A folder of text, image or WAV files, each a sequence.</summary>
internal sealed class FolderSource : RecordSource
{
    private const int FilesPerPart = 256;

    private readonly FolderFiles _files;
    private readonly FileLabels _labels;
    private readonly FileContent _content;
    private readonly IReadOnlyList<RecordPart> _parts;

    private FolderSource(FolderFiles files, ReadSettings settings)
    {
        _files = files;
        _labels = new FileLabels(files, settings);
        _content = files.Format switch
        {
            FileFormat.Wav => new WavContent(files.Files, settings),
            FileFormat.Images => new ImageContent(files.Files, settings),
            _ => new TextFileContent(settings),
        };
        FolderFile[][] chunks = [.. files.Files.Chunk(FilesPerPart)];
        _parts = [.. chunks.Select((chunk, i) => new Part(this, chunk, FormattableString.Invariant($"{Path.GetDirectoryName(chunk[0].Relative)} ({i + 1} of {chunks.Length})")))];
    }

    public override string Name => _files.Folder.ToString();

    public override IReadOnlyList<string> Description =>
    [
        FormattableString.Invariant($"{_files.Files.Count} {Recipes.Naming.ToKey(_files.Format)} files below '{_files.Folder}'"),
        .. _files.Notes, .. _labels.Notes, .. _content.Notes,
    ];

    public override IReadOnlyList<FileInfo> Files => [.. _files.Files.Select(f => f.File), .. _labels.Files];

    public override IReadOnlyList<string> TargetNames => _labels.TargetNames;

    public override IReadOnlyList<string> ChannelNames => _content.ChannelNames;

    public override IReadOnlyList<RecordPart> Parts => _parts;

    /// <summary>Opens a folder.</summary>
    /// <exception cref="LengthwiseException">It holds no such files, leaves a doubt, or links out of itself.</exception>
    public static FolderSource Open(DirectoryInfo folder, ReadSettings settings) => new(FolderFiles.Of(folder, settings.Format), settings);

    /// <summary>Opens one file of such a folder, by itself.</summary>
    /// <exception cref="LengthwiseException">It cannot be read.</exception>
    public static FolderSource OpenFile(FileInfo file, FileFormat format, ReadSettings settings) => new(FolderFiles.OfOne(file, format), settings);

    private SequenceRecord? Read(FolderFile file, BadRows problems)
    {
        try
        {
            FileLabel label = _labels.Of(file.Relative);
            return new SequenceRecord
            {
                Where = file.Relative,
                Content = _content.Read(file.File),
                Id = label.Id ?? file.Relative,
                Group = label.Group,
                Label = label.Label,
                Split = label.Split,
                Targets = label.Targets,
            };
        }
        catch (RowFault fault)
        {
            problems.Report(file.Relative, fault.Message);
        }
        catch (LengthwiseException fault)
        {
            problems.Report(file.Relative, fault.Message);
        }
        return null;
    }

    private sealed class Part(FolderSource source, FolderFile[] files, string name) : RecordPart
    {
        public override string Name => name;

        public override long Bytes { get; } = files.Sum(f => f.File.Exists ? f.File.Length : 0);

        public override IEnumerable<SequenceRecord> Read(BadRows problems, CancellationToken cancellation)
        {
            foreach (FolderFile file in files)
            {
                cancellation.ThrowIfCancellationRequested();
                if (source.Read(file, problems) is { } record) yield return record;
            }
        }
    }
}

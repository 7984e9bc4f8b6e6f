namespace Lengthwise.Modeling.Records.Readers;

/// <summary>A JSON object a line.</summary>
internal sealed class JsonLinesSource : RecordSource
{
    private readonly TextFile _file;
    private readonly JsonRoles _roles;
    private readonly Lazy<IReadOnlyList<RecordPart>> _parts;

    private JsonLinesSource(TextFile file, ReadSettings settings, long pieceBytes)
    {
        _file = file;
        _roles = JsonRoles.Infer(file.File.ToString(), JsonFields.Of(file), settings);
        _parts = new Lazy<IReadOnlyList<RecordPart>>(() =>
            RowPart.All(file, RowStyle.Lines, RowCuts.Of(file, RowStyle.Lines, pieceBytes), () => new JsonRowParser(file.Name, _roles, settings.Missing)));
    }

    public override string Name => _file.File.ToString();

    public override IReadOnlyList<string> Description => _roles.Notes;

    public override IReadOnlyList<FileInfo> Files => [_file.File];

    public override IReadOnlyList<string> TargetNames => _roles.TargetNames;

    public override IReadOnlyList<string> ChannelNames => _roles.ChannelNames;

    public override IReadOnlyList<RecordPart> Parts => _parts.Value;

    /// <summary>Opens a file.</summary>
    /// <exception cref="LengthwiseException">The file is missing or damaged, or leaves a doubt.</exception>
    public static JsonLinesSource Open(FileInfo file, ReadSettings settings, long pieceBytes) => new(TextFile.Inspect(file), settings, pieceBytes);
}

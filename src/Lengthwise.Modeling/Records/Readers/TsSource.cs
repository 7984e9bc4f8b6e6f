namespace Lengthwise.Modeling.Records.Readers;

/// <summary>A <c>.ts</c> file.</summary>
internal sealed class TsSource : RecordSource
{
    private readonly TextFile _file;
    private readonly TsHeader _header;
    private readonly Lazy<IReadOnlyList<RecordPart>> _parts;

    private TsSource(TextFile file, ReadSettings settings, long pieceBytes)
    {
        (_file, _header) = (file, TsHeader.Read(file));
        _parts = new Lazy<IReadOnlyList<RecordPart>>(() =>
            RowPart.All(file, RowStyle.Lines, RowCuts.Of(file, RowStyle.Lines, pieceBytes), () => new TsRowParser(file.Name, _header, settings.Missing)));
    }

    public override string Name => _file.File.ToString();

    public override IReadOnlyList<string> Description =>
    [
        FormattableString.Invariant($".ts{(_header.Problem.Length > 0 ? $", problem {_header.Problem}" : "")}, {_header.Dimensions} channel(s)"),
        _header switch
        {
            { Classes: { } classes } => FormattableString.Invariant($"label: behind the last colon, {classes.Count} classes declared"),
            { HasTarget: true } => "target: the number behind the last colon",
            _ => "the series are unlabelled",
        },
    ];

    public override IReadOnlyList<FileInfo> Files => [_file.File];

    public override IReadOnlyList<string> TargetNames => _header.HasTarget ? ["target"] : [];

    public override IReadOnlyList<RecordPart> Parts => _parts.Value;

    /// <summary>Opens a file.</summary>
    /// <exception cref="LengthwiseException">The file is missing or damaged, or has time stamps.</exception>
    public static TsSource Open(FileInfo file, ReadSettings settings, long pieceBytes) => new(TextFile.Inspect(file), settings, pieceBytes);
}

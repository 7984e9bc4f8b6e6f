namespace Lengthwise.Modeling.Records.Readers;

/// <summary>A table in text (CSV, TSV): wide, long, or with a column of texts.</summary>
/// <remarks>
/// Rows are cut here and not by a package, because large files are read in pieces: that takes the byte at which each row
/// begins, which the packages keep to themselves.
/// </remarks>
internal sealed class DelimitedSource : RecordSource
{
    private readonly TextFile _file;
    private readonly DelimitedSample _sample;
    private readonly ColumnRoles _roles;
    private readonly ReadSettings _settings;
    private readonly Lazy<IReadOnlyList<RecordPart>> _parts;

    private DelimitedSource(TextFile file, FileFormat format, ReadSettings settings, long pieceBytes)
    {
        (_file, _settings) = (file, settings);
        _sample = DelimitedSample.Of(file, format, settings);
        _roles = new ColumnInference(file.File.ToString(), _sample.Columns, _sample.HasHeader, settings).Infer();
        _parts = new Lazy<IReadOnlyList<RecordPart>>(() => Cut(pieceBytes));
    }

    public override string Name => _file.File.ToString();

    public override IReadOnlyList<string> Description => [.. _sample.Notes, .. _roles.Notes];

    public override IReadOnlyList<FileInfo> Files => [_file.File];

    public override IReadOnlyList<string> TargetNames => _roles.TargetNames;

    public override IReadOnlyList<string> ChannelNames => _roles.ChannelNames;

    public override IReadOnlyList<RecordPart> Parts => _parts.Value;

    /// <summary>Opens a table.</summary>
    /// <exception cref="LengthwiseException">The file is missing or damaged, or leaves a doubt.</exception>
    public static DelimitedSource Open(FileInfo file, FileFormat format, ReadSettings settings, long pieceBytes) =>
        new(TextFile.Inspect(file), format, settings, pieceBytes);

    private IReadOnlyList<RecordPart> Cut(long pieceBytes)
    {
        RowStyle style = _sample.Style;
        bool isLong = _roles.Layout == TableLayout.Long;
        Func<RowReader, bool>? mayCut = isLong ? row => LongPart.MayCutBehind(row, style, _roles) : null;
        IReadOnlyList<RowRange> pieces = RowCuts.Of(_file, style, pieceBytes, mayCut);
        if (_sample.HasHeader) pieces = [pieces[0] with { SkipsFirst = true }, .. pieces.Skip(1)];
        if (!isLong) return RowPart.All(_file, style, pieces, () => new TableRowParser(_file.Name, style, _roles, _sample.HasHeader ? _sample.Columns.Count : null, _settings.Missing));
        return [.. pieces.Select((piece, i) => new LongPart(_file, style, piece, RowPart.NameOf(_file, i, pieces.Count), _roles, _sample.Columns.Count, _settings.Missing))];
    }
}

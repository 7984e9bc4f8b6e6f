namespace Lengthwise.Modeling.Records;

/// <summary>Another source with every record changed in the same way, such as padded to a length.</summary>
/// <param name="inner">The source.</param>
/// <param name="adapt">The change.</param>
public sealed class AdaptedSource(RecordSource inner, Func<SequenceRecord, SequenceRecord> adapt) : RecordSource
{
    /// <inheritdoc/>
    public override string Name => inner.Name;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Description => inner.Description;

    /// <inheritdoc/>
    public override IReadOnlyList<FileInfo> Files => inner.Files;

    /// <inheritdoc/>
    public override IReadOnlyList<string> TargetNames => inner.TargetNames;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ChannelNames => inner.ChannelNames;

    /// <inheritdoc/>
    public override IReadOnlyList<RecordPart> Parts => [.. inner.Parts.Select(part => new Adapted(part, adapt))];

    private sealed class Adapted(RecordPart part, Func<SequenceRecord, SequenceRecord> adapt) : RecordPart
    {
        public override string Name => part.Name;

        public override long Bytes => part.Bytes;

        public override IEnumerable<SequenceRecord> Read(BadRows problems, CancellationToken cancellation) => part.Read(problems, cancellation).Select(adapt);
    }
}

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>
/// Long recordings cut into windows. Each window keeps the labels of its recording, and the recording is its group, so that
/// no recording has windows in two splits.
/// </summary>
/// <param name="inner">The recordings.</param>
/// <param name="length">Steps of a window.</param>
/// <param name="stride">Steps between the beginnings of two windows.</param>
public sealed class WindowedSource(RecordSource inner, int length, int stride) : RecordSource
{
    private IReadOnlyList<RecordPart>? _parts;

    /// <inheritdoc/>
    public override string Name => inner.Name;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Description =>
    [
        .. inner.Description,
        FormattableString.Invariant($"windows of {length} steps, {stride} apart; steps behind the last whole window are left out, shorter recordings stay whole"),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<FileInfo> Files => inner.Files;

    /// <inheritdoc/>
    public override IReadOnlyList<string> TargetNames => inner.TargetNames;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ChannelNames => inner.ChannelNames;

    /// <inheritdoc/>
    public override IReadOnlyList<RecordPart> Parts => _parts ??= [.. inner.Parts.Select(p => new Part(p, length, stride))];

    private sealed class Part(RecordPart inner, int length, int stride) : RecordPart
    {
        public override string Name => inner.Name;

        public override long Bytes => inner.Bytes;

        public override IEnumerable<SequenceRecord> Read(BadRows problems, CancellationToken cancellation)
        {
            foreach (SequenceRecord recording in inner.Read(problems, cancellation))
            {
                SequenceRecord whole = recording with { Group = recording.Group ?? recording.Id ?? recording.Where };
                int steps = StepsOf(recording);
                if (steps <= length)
                {
                    yield return whole;
                    continue;
                }
                for (long start = 0; start + length <= steps; start += stride)
                    yield return whole with
                    {
                        Where = FormattableString.Invariant($"{recording.Where}, step {start + 1}"),
                        Content = Cut(recording.Content, (int)start),
                        Id = recording.Id is null ? null : FormattableString.Invariant($"{recording.Id}@{start}"),
                    };
            }
        }

        private static int StepsOf(SequenceRecord recording) => recording.Second is not null
            ? throw new LengthwiseException(ExitCode.Usage, $"{recording.Where}: a pair of sequences cannot be cut into windows", "leave 'window_length' out")
            : recording.Content switch
            {
                SequenceContent.Text text => text.Utf8.Length,
                SequenceContent.Symbols symbols => symbols.Names.Count,
                SequenceContent.Levels levels => levels.Values.Length,
                SequenceContent.Reals reals => reals.Values.Length / reals.Channels,
                _ => throw new NotSupportedException($"Content {recording.Content.GetType().Name} has no windows."),
            };

        private SequenceContent Cut(SequenceContent content, int start) => content switch
        {
            SequenceContent.Text text => new SequenceContent.Text(text.Utf8.Slice(start, length)),
            SequenceContent.Symbols symbols => new SequenceContent.Symbols([.. symbols.Names.Skip(start).Take(length)]),
            SequenceContent.Levels levels => new SequenceContent.Levels(levels.Values.Slice(start, length)),
            SequenceContent.Reals reals => new SequenceContent.Reals(reals.Values.Slice(start * reals.Channels, length * reals.Channels), reals.Channels),
            _ => throw new NotSupportedException($"Content {content.GetType().Name} has no windows."),
        };
    }
}

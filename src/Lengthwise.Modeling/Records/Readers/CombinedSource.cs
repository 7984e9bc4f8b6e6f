namespace Lengthwise.Modeling.Records.Readers;

/// <summary>Several files of one layout, one after the other, each perhaps a split.</summary>
internal sealed class CombinedSource : RecordSource
{
    private readonly string _name;
    private readonly IReadOnlyList<(RecordSource Source, SplitName? Split)> _sources;
    private IReadOnlyList<RecordPart>? _parts;

    /// <summary>Combines sources.</summary>
    /// <exception cref="LengthwiseException">Their channels or targets differ.</exception>
    public CombinedSource(string name, IReadOnlyList<(RecordSource Source, SplitName? Split)> sources)
    {
        (_name, _sources) = (name, sources);
        RecordSource first = sources[0].Source;
        foreach ((RecordSource other, _) in sources)
        {
            RequireSame("channels", first, other, s => s.ChannelNames);
            RequireSame("targets", first, other, s => s.TargetNames);
        }
    }

    public override string Name => _name;

    public override IReadOnlyList<string> Description =>
    [
        FormattableString.Invariant($"{_sources.Count} files: {string.Join(", ", _sources.Take(8).Select(Describe))}{(_sources.Count > 8 ? " …" : "")}"),
        .. _sources[0].Source.Description,
    ];

    public override IReadOnlyList<FileInfo> Files => [.. _sources.SelectMany(s => s.Source.Files)];

    public override IReadOnlyList<string> TargetNames => _sources[0].Source.TargetNames;

    public override IReadOnlyList<string> ChannelNames => _sources[0].Source.ChannelNames;

    public override IReadOnlyList<RecordPart> Parts =>
        _parts ??= [.. _sources.SelectMany(s => s.Source.Parts.Select(p => s.Split is { } split ? new Part(p, split) : p))];

    private static string Describe((RecordSource Source, SplitName? Split) source)
    {
        string name = Path.GetFileName(source.Source.Name);
        return source.Split is { } split ? $"{name} as {Recipes.Naming.ToKey(split)}" : name;
    }

    private static void RequireSame(string what, RecordSource first, RecordSource other, Func<RecordSource, IReadOnlyList<string>> names)
    {
        if (names(first).SequenceEqual(names(other))) return;
        throw new LengthwiseException(
            ExitCode.Data,
            $"reading '{other.Name}': its {what} are {Shown(names(other))}, those of '{first.Name}' are {Shown(names(first))}",
            what == "channels" ? "set 'value_columns' in [task] to channels that every file has" : "set 'target_columns' in [task]");
    }

    private static string Shown(IReadOnlyList<string> names) => names.Count == 0 ? "none" : string.Join(", ", names.Take(12));

    private sealed class Part(RecordPart inner, SplitName split) : RecordPart
    {
        public override string Name => inner.Name;

        public override long Bytes => inner.Bytes;

        public override IEnumerable<SequenceRecord> Read(BadRows problems, CancellationToken cancellation) =>
            inner.Read(problems, cancellation).Select(r => r with { Split = r.Split ?? split });
    }
}

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>A source whose ids are watched: one that stands twice is a bad row.</summary>
/// <remarks>
/// The first <see cref="Watched"/> ids are compared, by 64-bit hash. Parts may be read side by side and again: an id is known
/// with the place where it was first read. Two parts with the same id end the reading even where bad rows may be skipped,
/// since which of the two is read first is left to chance.
/// </remarks>
internal sealed class UniqueIdSource(RecordSource inner) : RecordSource
{
    /// <summary>Ids that are kept in memory at most, about 150 MB.</summary>
    public const int Watched = 4_000_000;

    private readonly Dictionary<ulong, (int Part, long Ordinal)> _places = [];
    private readonly Lock _lock = new();
    private IReadOnlyList<RecordPart>? _parts;

    public override string Name => inner.Name;

    public override IReadOnlyList<string> Description => inner.Description;

    public override IReadOnlyList<FileInfo> Files => inner.Files;

    public override IReadOnlyList<string> TargetNames => inner.TargetNames;

    public override IReadOnlyList<string> ChannelNames => inner.ChannelNames;

    public override IReadOnlyList<RecordPart> Parts => _parts ??= [.. inner.Parts.Select((part, i) => new Part(this, part, i))];

    private bool IsTaken(string id, int part, long ordinal, out bool isElsewhere)
    {
        ulong hash = Hash(id);
        lock (_lock)
        {
            isElsewhere = false;
            if (_places.TryGetValue(hash, out (int Part, long Ordinal) known))
            {
                isElsewhere = known.Part != part;
                return known != (part, ordinal);
            }
            if (_places.Count < Watched) _places.Add(hash, (part, ordinal));
            return false;
        }
    }

    private static ulong Hash(string id)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in id) hash = (hash ^ c) * 1099511628211;
        return hash;
    }

    private sealed class Part(UniqueIdSource source, RecordPart inner, int index) : RecordPart
    {
        public override string Name => inner.Name;

        public override long Bytes => inner.Bytes;

        public override IEnumerable<SequenceRecord> Read(BadRows problems, CancellationToken cancellation)
        {
            long ordinal = 0;
            foreach (SequenceRecord record in inner.Read(problems, cancellation))
            {
                ordinal++;
                if (record.Id is { } id && source.IsTaken(id, index, ordinal, out bool isElsewhere))
                {
                    string fault = $"the id {RowFault.Quote(id)} stands for the second time; expected each once (in a long table, the rows of an id together)";
                    if (isElsewhere) throw new LengthwiseException(ExitCode.Data, $"{record.Where}: {fault}", "correct the ids, or set 'id_column = \"none\"' in [task]");
                    problems.Report(record.Where, fault);
                    continue;
                }
                yield return record;
            }
        }
    }
}

using Lengthwise.Modeling.Records;

namespace Lengthwise.Modeling.Tests.Records.Conversion;

/// <summary>Records from memory, with one file that stands for them; counts how often its parts are read.</summary>
internal sealed class ListSource : RecordSource
{
    private readonly FileInfo _file;
    private readonly SequenceRecord[] _records;
    private readonly int _partSize;

    public ListSource(DirectoryInfo folder, IReadOnlyList<SequenceRecord> records, int partSize = 1000)
    {
        _file = new FileInfo(Path.Combine(folder.FullName, "source.txt"));
        File.WriteAllText(_file.FullName, string.Join('\n', records));
        (_records, _partSize) = ([.. records], partSize);
    }

    public int PartsRead;

    /// <summary>Breaks the reading at this row; -1 for never.</summary>
    public int FailAt { get; set; } = -1;

    /// <summary>Reports this row as bad; -1 for none.</summary>
    public int BadRow { get; init; } = -1;

    public IReadOnlyList<string> Names { get; init; } = [];

    public override IReadOnlyList<string> TargetNames => Names;

    public override string Name => "source.txt";

    public override IReadOnlyList<string> Description => [$"{_records.Length} rows"];

    public override IReadOnlyList<FileInfo> Files => [_file];

    public override IReadOnlyList<RecordPart> Parts => [.. Enumerable.Range(0, (_records.Length + _partSize - 1) / _partSize).Select(i => new Part(this, i))];

    private sealed class Part(ListSource source, int index) : RecordPart
    {
        public override string Name => $"part {index}";

        public override long Bytes => 1;

        public override IEnumerable<SequenceRecord> Read(BadRows problems, CancellationToken cancellation)
        {
            Interlocked.Increment(ref source.PartsRead);
            int start = index * source._partSize;
            for (int row = start; row < Math.Min(start + source._partSize, source._records.Length); row++)
            {
                if (row == source.FailAt) throw new LengthwiseException(ExitCode.Data, $"source.txt({row + 1}): broken");
                if (row == source.BadRow) problems.Report($"source.txt({row + 1},1)", "found 'x', expected a number");
                else yield return source._records[row];
            }
        }
    }
}

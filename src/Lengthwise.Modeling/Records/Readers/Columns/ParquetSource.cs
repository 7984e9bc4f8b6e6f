using Parquet.Schema;

namespace Lengthwise.Modeling.Records.Readers.Columns;

/// <summary>A Parquet file: wide, long, with a column of texts, or with columns of lists. A row group is in memory at a time.</summary>
internal sealed class ParquetSource : RecordSource
{
    private readonly FileInfo _file;
    private readonly ReadSettings _settings;
    private readonly ParquetRoles _roles;
    private readonly long[] _firstRows;
    private readonly bool[] _isWanted;
    private readonly bool[] _isNumber;

    private ParquetSource(FileInfo file, ReadSettings settings)
    {
        (_file, _settings) = (file, settings);
        using ParquetFile parquet = ParquetFile.Open(file);
        _roles = new ParquetRoles(file, parquet.Fields, settings);
        _firstRows = new long[parquet.Groups + 1];
        for (int g = 0; g < parquet.Groups; g++) _firstRows[g + 1] = _firstRows[g] + parquet.Rows(g);
        if (_firstRows[^1] <= 0) throw new LengthwiseException(ExitCode.Data, $"reading '{file}': found no rows");
        ColumnRoles table = _roles.Table;
        _isWanted = new bool[_roles.Fields.Count];
        _isNumber = new bool[_roles.Fields.Count];
        foreach (int c in table.Fixed.Concat(table.Values)) _isWanted[c] = true;
        foreach (int c in table.Targets) _isNumber[c] = true;
        foreach (int c in table.Content == ContentKind.Real ? table.Values : []) _isNumber[c] = true;
        Parts = table.Layout == TableLayout.Long
            ? [new LongRows(this, parquet.Groups)]
            : [.. Enumerable.Range(0, parquet.Groups).Select(g => new GroupRows(this, g, parquet.Groups, parquet.Bytes(g)))];
    }

    public override string Name => _file.ToString();

    public override IReadOnlyList<string> Description => [FormattableString.Invariant($"Parquet, {_firstRows[^1]} rows in {_firstRows.Length - 1} row group(s)"), .. _roles.Notes];

    public override IReadOnlyList<FileInfo> Files => [_file];

    public override IReadOnlyList<string> TargetNames => _roles.Table.TargetNames;

    public override IReadOnlyList<string> ChannelNames => _roles.Table.ChannelNames;

    public override IReadOnlyList<RecordPart> Parts { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="LengthwiseException">It is missing, damaged, of a kind that is not read, or leaves a doubt.</exception>
    public static ParquetSource Open(FileInfo file, ReadSettings settings) => new(file, settings);

    private ParquetRows Load(ParquetFile file, int group)
    {
        // Looked up again, since the columns belong to the reader that made them.
        IReadOnlyList<DataField> fields = new ParquetRoles(_file, file.Fields, _settings).Fields;
        int[] wanted = [.. Enumerable.Range(0, fields.Count).Where(c => _isWanted[c])];
        ParquetColumn[] read = file.Read(group, [.. wanted.Select(c => (fields[c], _isNumber[c]))]);
        var columns = new ParquetColumn?[fields.Count];
        for (int i = 0; i < wanted.Length; i++) columns[wanted[i]] = read[i];
        return new ParquetRows(_roles, columns, _settings.Missing);
    }

    private sealed class GroupRows(ParquetSource source, int group, int groups, long bytes) : RecordPart
    {
        public override string Name => groups == 1 ? source._file.Name : FormattableString.Invariant($"{source._file.Name} ({group + 1} of {groups})");

        public override long Bytes => bytes;

        public override IEnumerable<SequenceRecord> Read(BadRows problems, CancellationToken cancellation)
        {
            using ParquetFile file = ParquetFile.Open(source._file);
            long first = source._firstRows[group];
            int count = (int)(source._firstRows[group + 1] - first);
            if (count == 0) yield break;
            ParquetRows rows = source.Load(file, group);
            for (int r = 0; r < count; r++)
            {
                cancellation.ThrowIfCancellationRequested();
                if (Record(rows, r, first + r + 1, problems) is { } record) yield return record;
            }
        }

        private SequenceRecord? Record(ParquetRows rows, int row, long number, BadRows problems)
        {
            try
            {
                return rows.Record(row, FormattableString.Invariant($"{source._file.Name}, row {number}"));
            }
            catch (RowFault fault)
            {
                problems.Report(RowParser.Place(source._file.Name, number, fault.Column), fault.Message);
                return null;
            }
        }
    }

    private sealed class LongRows(ParquetSource source, int groups) : RecordPart
    {
        public override string Name => source._file.Name;

        public override long Bytes => source._file.Length;

        public override IEnumerable<SequenceRecord> Read(BadRows problems, CancellationToken cancellation)
        {
            using ParquetFile file = ParquetFile.Open(source._file);
            ColumnRoles roles = source._roles.Table;
            LongSequence? open = null;
            for (int g = 0; g < groups; g++)
            {
                long first = source._firstRows[g];
                int count = (int)(source._firstRows[g + 1] - first);
                if (count == 0) continue;
                ParquetRows rows = source.Load(file, g);
                for (int r = 0; r < count; r++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    string? id = TableRow.Filled(rows[r], roles.Id);
                    if (open is null || id != open.Id)
                    {
                        if (open is { IsBad: false }) yield return open.ToRecord();
                        open = new LongSequence(roles, source._settings.Missing, id, FormattableString.Invariant($"{source._file.Name}, row {first + r + 1}"));
                    }
                    Add(open, rows[r], roles, first + r + 1, problems);
                }
            }
            if (open is { IsBad: false }) yield return open.ToRecord();
        }

        private void Add(LongSequence sequence, ParquetRow row, ColumnRoles roles, long number, BadRows problems)
        {
            if (sequence.IsBad) return;
            try
            {
                if (sequence.Id is null && roles.Id >= 0) throw new RowFault(roles.Id + 1, "the id is missing");
                sequence.Add(row);
            }
            catch (RowFault fault)
            {
                sequence.IsBad = true;
                problems.Report(RowParser.Place(source._file.Name, number, fault.Column), fault.Message);
            }
        }
    }
}

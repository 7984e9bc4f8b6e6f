using System.Buffers.Binary;
using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace Lengthwise.Modeling.Records.Readers.Columns;

/// <summary>A Parquet file, opened, with everything that can go wrong turned into a message.</summary>
internal sealed class ParquetFile : IDisposable
{
    /// <summary>Bytes of the wanted columns of one row group, which is held in memory.</summary>
    public const long MaxGroupBytes = 1L << 30;

    private readonly FileInfo _file;
    private readonly ParquetReader _reader;
    private readonly (long Rows, long Bytes)[] _groups;

    private ParquetFile(FileInfo file)
    {
        _file = file;
        _reader = Guard(file, "its footer", () =>
        {
            CheckFrame(file);
            return ParquetReader.CreateAsync(SourceFile.Open(file), leaveStreamOpen: false).GetAwaiter().GetResult();
        });
        Fields = Guard(file, "its schema", () => _reader.Schema.Fields);
        _groups = Guard(file, "its row groups", () => _reader.RowGroups.Select(g => (g.RowCount, Size(g.RowGroup))).ToArray());
        if (_groups.Any(g => g.Rows is < 0 or > int.MaxValue)) throw Damaged(file, "its row groups", "one announces an impossible number of rows", null);
    }

    public IReadOnlyList<Field> Fields { get; }

    public int Groups => _groups.Length;

    /// <summary>Opens a file.</summary>
    /// <exception cref="LengthwiseException">It is missing, damaged, or of a kind that is not read.</exception>
    public static ParquetFile Open(FileInfo file) => new(file);

    /// <summary>Rows of a row group.</summary>
    public long Rows(int group) => _groups[group].Rows;

    /// <summary>Compressed bytes of a row group, for progress.</summary>
    public long Bytes(int group) => Math.Min(_groups[group].Bytes, _file.Length);

    /// <summary>Reads columns of a row group.</summary>
    /// <exception cref="LengthwiseException">They are damaged, of a kind that is not read, or too large.</exception>
    public ParquetColumn[] Read(int group, IReadOnlyList<(DataField Field, bool AsNumbers)> wanted)
    {
        using ParquetRowGroupReader reader = Guard(_file, Name(group), () => _reader.OpenRowGroupReader(group));
        long bytes = 0;
        ColumnChunk?[] chunks = Guard(_file, Name(group), () => wanted.Select(w => reader.GetMetadata(w.Field)).ToArray());
        for (int i = 0; i < wanted.Count; i++) bytes += Check(group, wanted[i].Field, chunks[i], reader.RowCount);
        if (bytes > MaxGroupBytes)
            throw new LengthwiseException(
                ExitCode.Data, FormattableString.Invariant($"reading '{_file}': {Name(group)} needs {bytes} bytes of memory, the limit is {MaxGroupBytes}"), "write the file with smaller row groups");
        string place = Name(group);
        return Guard(_file, () => place, () =>
        {
            var columns = new ParquetColumn[wanted.Count];
            for (int i = 0; i < columns.Length; i++)
            {
                place = $"{Name(group)}, column '{wanted[i].Field.Path}'";
                columns[i] = ParquetColumn.Read(reader, wanted[i].Field, wanted[i].AsNumbers);
            }
            return columns;
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static long Size(RowGroup group) => group.Columns.Sum(c => Math.Clamp(c.MetaData?.TotalCompressedSize ?? 0, 0, 1L << 32));

    private static string Name(int group) => FormattableString.Invariant($"row group {group + 1}");

    /// <summary>Refuses sizes that cannot be, before memory is set aside for them; returns what the column needs.</summary>
    private long Check(int group, DataField field, ColumnChunk? chunk, long rows)
    {
        const long Always = 1 << 20, PerByte = 1000;
        ColumnMetaData? data = chunk?.MetaData;
        long length = _file.Length;
        string? fault = data switch
        {
            null => "is missing",
            { NumValues: < 0 } or { TotalCompressedSize: < 0 } or { TotalUncompressedSize: < 0 } or { DataPageOffset: < 4 } => "has sizes below zero",
            _ when data.DataPageOffset > length || data.TotalCompressedSize > length => "lies outside the file",
            _ when data.NumValues > Always + PerByte * data.TotalCompressedSize => FormattableString.Invariant($"announces {data.NumValues} values in {data.TotalCompressedSize} bytes"),
            _ when rows < 0 || rows > data.NumValues => FormattableString.Invariant($"announces {data.NumValues} values for {rows} rows"),
            _ => null,
        };
        if (fault is not null) throw Damaged(_file, $"{Name(group)}, column '{field.Path}'", fault, null);
        return Math.Max(data!.TotalUncompressedSize, 8 * data.NumValues);
    }

    private static void CheckFrame(FileInfo file)
    {
        using FileStream stream = SourceFile.Open(file);
        Span<byte> head = stackalloc byte[4], tail = stackalloc byte[8];
        if (stream.Length < 12) throw new InvalidDataException(FormattableString.Invariant($"the file has {stream.Length} bytes, too few for Parquet"));
        stream.ReadExactly(head);
        stream.Position = stream.Length - 8;
        stream.ReadExactly(tail);
        if (tail[4..].SequenceEqual("PARE"u8)) throw new InvalidDataException("the file is encrypted, which is not read");
        if (!head.SequenceEqual("PAR1"u8) || !tail[4..].SequenceEqual("PAR1"u8)) throw new InvalidDataException("it does not begin and end with 'PAR1': it is no Parquet file, or cut off");
        uint footer = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        if (footer == 0 || footer > stream.Length - 12) throw new InvalidDataException(FormattableString.Invariant($"the footer announces {footer} bytes in a file of {stream.Length}"));
    }

    /// <summary>Whatever a decoder meets in a file that nobody vouches for is the file's fault.</summary>
    private static T Guard<T>(FileInfo file, string what, Func<T> read) => Guard(file, () => what, read);

    private static T Guard<T>(FileInfo file, Func<string> what, Func<T> read)
    {
        try
        {
            return Watchdog.Run(read, Watchdog.LimitFor(file.Length));
        }
        catch (Exception e) when (e is not (LengthwiseException or OperationCanceledException))
        {
            throw Damaged(file, what(), e is OutOfMemoryException ? "it announces more than the memory holds" : e.Message, e);
        }
    }

    private static LengthwiseException Damaged(FileInfo file, string what, string fault, Exception? inner) => new(
        ExitCode.Data, $"reading '{file}', {what}: {fault}", "the file is damaged or uses a part of Parquet that is not read; write it again with plain columns (snappy, gzip or zstd)", inner);
}

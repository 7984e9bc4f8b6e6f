using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Records.Encodings;

namespace Lengthwise.Modeling.Records.Conversion;

/// <summary>
/// The records of one part of a source in a form that is quick to read again, since splits and statistics need all rows before any
/// is encoded. A finished file ends with its row count; parts that were finished survive an interruption.
/// </summary>
internal static class Spool
{
    private const int FormatVersion = 1;
    private const int EndOfRows = -1;

    private static ReadOnlySpan<byte> Magic => "LWSPOOL\n"u8;

    /// <summary>Writes a part; the file appears when it is complete.</summary>
    /// <param name="path">The file.</param>
    /// <param name="part">The part.</param>
    /// <param name="kind">Decides how steps are counted.</param>
    /// <param name="problems">What to do with bad rows; its count is stored too.</param>
    /// <param name="cancellation">Stops between rows.</param>
    public static void Write(string path, RecordPart part, EncodingKind kind, BadRows problems, CancellationToken cancellation)
    {
        string partial = PartialFile.NameFor(path);
        try
        {
            using (var stream = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 18))
            using (var writer = new BinaryWriter(stream, Encoding.UTF8))
            {
                writer.Write(Magic);
                writer.Write(FormatVersion);
                foreach (SequenceRecord record in part.Read(problems, cancellation))
                {
                    cancellation.ThrowIfCancellationRequested();
                    WriteRow(writer, record, kind);
                }
                writer.Write(EndOfRows);
                writer.Write(problems.Count);
                writer.Write(problems.First.Count);
                foreach (string fault in problems.First) writer.Write(fault);
                writer.Flush();
                stream.Flush(flushToDisk: true);
            }
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>Reads the rows of a finished part.</summary>
    /// <param name="path">The file.</param>
    /// <param name="withContent">Whether contents are read too, or skipped.</param>
    /// <param name="onEnd">Takes how many rows were skipped, and the first faults.</param>
    public static IEnumerable<SpooledRow> Read(string path, bool withContent, Action<long, IReadOnlyList<string>>? onEnd = null)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 18);
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        if (!reader.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic) || reader.ReadInt32() != FormatVersion)
            throw new InvalidDataException($"'{path}' is not a spool of this version");
        while (reader.ReadInt32() is var contentBytes && contentBytes != EndOfRows)
        {
            RowFacts facts = ReadFacts(reader);
            if (withContent)
            {
                int parts = reader.ReadByte();
                SequenceContent content = ReadContent(reader);
                yield return new SpooledRow(facts, content, parts == 2 ? ReadContent(reader) : null);
            }
            else
            {
                stream.Seek(contentBytes, SeekOrigin.Current);
                yield return new SpooledRow(facts, null, null);
            }
        }
        long skipped = reader.ReadInt64();
        var first = new string[reader.ReadInt32()];
        for (int i = 0; i < first.Length; i++) first[i] = reader.ReadString();
        onEnd?.Invoke(skipped, first);
    }

    private static void WriteRow(BinaryWriter writer, SequenceRecord record, EncodingKind kind)
    {
        SequenceContent[] contents = record.Second is null ? [record.Content] : [record.Content, record.Second];
        writer.Write(1 + contents.Sum(c => 1 + sizeof(int) + sizeof(int) + BytesOf(c)));
        writer.Write(record.Where);
        WriteText(writer, record.Id);
        WriteText(writer, record.Group);
        writer.Write((sbyte)(record.Split is { } split ? (int)split : -1));
        WriteText(writer, record.Label);
        writer.Write(record.Targets?.Length ?? -1);
        foreach (float target in record.Targets ?? []) writer.Write(target);
        writer.Write(contents.Max(c => StepsOf(c, kind)));
        writer.Write(contents.Sum(MissingIn));
        writer.Write(contents.All(c => c is SequenceContent.Levels));
        writer.Write(HashOf(contents));
        writer.Write((byte)contents.Length);
        foreach (SequenceContent content in contents) WriteContent(writer, content);
    }

    private static RowFacts ReadFacts(BinaryReader reader)
    {
        string where = reader.ReadString();
        string? id = ReadText(reader), group = ReadText(reader);
        int split = reader.ReadSByte();
        string? label = ReadText(reader);
        int targets = reader.ReadInt32();
        float[]? values = targets < 0 ? null : new float[targets];
        for (int i = 0; i < targets; i++) values![i] = reader.ReadSingle();
        return new RowFacts
        {
            Where = where,
            Id = id,
            Group = group,
            Split = split < 0 ? null : (SplitName)split,
            Label = label,
            Targets = values,
            Steps = reader.ReadInt32(),
            Missing = reader.ReadInt64(),
            IsLevels = reader.ReadBoolean(),
            Hash = MemoryMarshal.Read<UInt128>(reader.ReadBytes(16)),
        };
    }

    private static void WriteContent(BinaryWriter writer, SequenceContent content)
    {
        (byte kind, int channels) = content switch
        {
            SequenceContent.Text => ((byte)0, 1),
            SequenceContent.Symbols => ((byte)1, 1),
            SequenceContent.Levels levels => ((byte)2, levels.Channels),
            SequenceContent.Reals reals => ((byte)3, reals.Channels),
            _ => throw new NotSupportedException($"content {content}"),
        };
        writer.Write(kind);
        writer.Write(channels);
        writer.Write(BytesOf(content));
        switch (content)
        {
            case SequenceContent.Text text: writer.Write(text.Utf8.Span); break;
            case SequenceContent.Symbols symbols:
                foreach (string name in symbols.Names) writer.Write(Encoding.UTF8.GetBytes(Line(name)));
                break;
            case SequenceContent.Levels levels: writer.Write(levels.Values.Span); break;
            case SequenceContent.Reals reals: writer.Write(MemoryMarshal.AsBytes(reals.Values.Span)); break;
        }
    }

    private static SequenceContent ReadContent(BinaryReader reader)
    {
        byte kind = reader.ReadByte();
        int channels = reader.ReadInt32();
        byte[] bytes = reader.ReadBytes(reader.ReadInt32());
        return kind switch
        {
            0 => new SequenceContent.Text(bytes),
            1 => new SequenceContent.Symbols(Encoding.UTF8.GetString(bytes).Split('\n')[..^1]),
            2 => new SequenceContent.Levels(bytes, channels),
            _ => new SequenceContent.Reals(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), channels),
        };
    }

    private static string Line(string symbol) => symbol.Contains('\n', StringComparison.Ordinal)
        ? throw new LengthwiseException(ExitCode.Data, $"the symbol '{symbol}' contains a line break", "separate symbols by blanks or as a list")
        : symbol + "\n";

    private static int BytesOf(SequenceContent content) => content switch
    {
        SequenceContent.Text text => text.Utf8.Length,
        SequenceContent.Symbols symbols => symbols.Names.Sum(n => Encoding.UTF8.GetByteCount(n) + 1),
        SequenceContent.Levels levels => levels.Values.Length,
        SequenceContent.Reals reals => checked(reals.Values.Length * sizeof(float)),
        _ => throw new NotSupportedException($"content {content}"),
    };

    private static int StepsOf(SequenceContent content, EncodingKind kind) => content switch
    {
        SequenceContent.Text text => kind == EncodingKind.Characters ? TextCharacters.Count(text.Utf8.Span) : text.Utf8.Length,
        SequenceContent.Symbols symbols => symbols.Names.Count,
        SequenceContent.Levels levels => levels.Values.Length / levels.Channels,
        SequenceContent.Reals reals => reals.Values.Length / reals.Channels,
        _ => throw new NotSupportedException($"content {content}"),
    };

    private static long MissingIn(SequenceContent content)
    {
        if (content is not SequenceContent.Reals reals) return 0;
        long missing = 0;
        foreach (float value in reals.Values.Span)
            if (float.IsNaN(value)) missing++;
        return missing;
    }

    private static byte[] HashOf(SequenceContent[] contents)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (SequenceContent content in contents)
        {
            hash.AppendData(BitConverter.GetBytes(BytesOf(content)));
            switch (content)
            {
                case SequenceContent.Text text: hash.AppendData(text.Utf8.Span); break;
                case SequenceContent.Symbols symbols:
                    foreach (string name in symbols.Names) hash.AppendData(Encoding.UTF8.GetBytes(name + "\n"));
                    break;
                case SequenceContent.Levels levels: hash.AppendData(levels.Values.Span); break;
                case SequenceContent.Reals reals: hash.AppendData(MemoryMarshal.AsBytes(reals.Values.Span)); break;
            }
        }
        return hash.GetHashAndReset()[..16];
    }

    private static void WriteText(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        if (text is not null) writer.Write(text);
    }

    private static string? ReadText(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;
}

/// <summary>A row of a spool.</summary>
/// <param name="Facts">All but the content.</param>
/// <param name="Content">The sequence; null where contents were skipped.</param>
/// <param name="Second">The other sequence of a pair.</param>
internal sealed record SpooledRow(RowFacts Facts, SequenceContent? Content, SequenceContent? Second);

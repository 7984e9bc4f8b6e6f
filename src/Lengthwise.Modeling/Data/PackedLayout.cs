using System.Buffers.Binary;

namespace Lengthwise.Modeling.Data;

/// <summary>
/// Layout of a packed split, little-endian: a header of 88 bytes, the elements (step-major), zeros up to a multiple of 8, int64
/// offsets[n x parts + 1] in steps, int32 labels[n], float32 targets[n, K], and where bytes stand for values float32 scaling[C, 2]
/// (offset, scale). The tables follow the elements because a conversion learns of them last.
/// </summary>
/// <param name="Shape">What the rows consist of.</param>
/// <param name="Count">Rows, n.</param>
/// <param name="Steps">Steps of all rows.</param>
internal sealed record PackedLayout(SplitShape Shape, long Count, long Steps)
{
    public const int HeaderBytes = 88;
    private const int FormatVersion = 2;
    private const int HashOffset = 56;
    private const int HashBytes = 32;

    private static ReadOnlySpan<byte> Magic => "LWSPLIT\n"u8;

    public static long ElementsStart => HeaderBytes;

    public long ElementsEnd => ElementsStart + Steps * Shape.StepBytes;

    public long OffsetsStart => (ElementsEnd + 7) / 8 * 8;

    public long Sequences => Count * Shape.Parts;

    public long LabelsStart => OffsetsStart + sizeof(long) * (Sequences + 1);

    public long TargetsStart => LabelsStart + sizeof(int) * Count;

    public long ScalingStart => TargetsStart + sizeof(float) * Count * Shape.Targets;

    public int ScaledChannels => Shape.Kind == ElementKind.ByteReal ? Shape.Channels : 0;

    public long FileBytes => ScalingStart + 2 * sizeof(float) * ScaledChannels;

    public void Write(Span<byte> header, ReadOnlySpan<byte> hash)
    {
        header.Clear();
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], (int)Shape.Kind);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], Shape.Channels);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], Shape.Classes);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], Shape.Parts);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], Shape.Targets);
        BinaryPrimitives.WriteInt64LittleEndian(header[32..], Shape.FirstToken);
        BinaryPrimitives.WriteInt64LittleEndian(header[40..], Count);
        BinaryPrimitives.WriteInt64LittleEndian(header[48..], Steps);
        hash.CopyTo(header[HashOffset..]);
    }

    /// <summary>Reads a header and holds it against the size of its file, before any of its numbers is used.</summary>
    public static PackedLayout Read(ReadOnlySpan<byte> header, long fileBytes)
    {
        if (!header[..8].SequenceEqual(Magic)) throw new InvalidDataException("it does not begin with 'LWSPLIT'");
        int version = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        if (version != FormatVersion) throw new InvalidDataException($"its format version is {version}, expected {FormatVersion}");

        long firstToken = BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
        var shape = new SplitShape((ElementKind)BinaryPrimitives.ReadInt32LittleEndian(header[12..]), BinaryPrimitives.ReadInt32LittleEndian(header[16..]))
        {
            Classes = BinaryPrimitives.ReadInt32LittleEndian(header[20..]),
            Parts = BinaryPrimitives.ReadInt32LittleEndian(header[24..]),
            Targets = BinaryPrimitives.ReadInt32LittleEndian(header[28..]),
            FirstToken = (int)Math.Clamp(firstToken, int.MinValue, int.MaxValue),
        };
        var layout = new PackedLayout(shape, BinaryPrimitives.ReadInt64LittleEndian(header[40..]), BinaryPrimitives.ReadInt64LittleEndian(header[48..]));
        // Each table must fit a span, whose length is an int.
        bool isSensible = shape.Problem() is null && layout.Count is >= 0 and <= int.MaxValue && layout.Sequences < int.MaxValue
            && layout.Count * shape.Targets <= int.MaxValue && layout.Steps >= layout.Sequences && layout.Steps < 1L << 44;
        if (!isSensible) throw new InvalidDataException($"its header is impossible ({layout})");
        if (layout.FileBytes != fileBytes)
            throw new InvalidDataException($"it has {fileBytes} bytes, its header says {layout.FileBytes}");
        return layout;
    }

    public static ReadOnlySpan<byte> Hash(ReadOnlySpan<byte> header) => header.Slice(HashOffset, HashBytes);
}

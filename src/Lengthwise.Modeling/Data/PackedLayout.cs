using System.Buffers.Binary;

namespace Lengthwise.Modeling.Data;

/// <summary>
/// Layout of a packed split, little-endian: a header of 72 bytes, int64 offsets[n + 1] in steps, int32 labels[n], then the
/// elements (uint16 tokens or float32 values, step-major).
/// </summary>
/// <param name="Kind">What the elements are.</param>
/// <param name="Channels">Elements per step.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Count">Rows, n.</param>
/// <param name="Steps">Steps of all rows.</param>
internal sealed record PackedLayout(ElementKind Kind, int Channels, int Classes, long Count, long Steps)
{
    public const int HeaderBytes = 72;
    public const long OffsetsStart = HeaderBytes;
    private const int FormatVersion = 1;
    private const int HashOffset = 40;
    private const int HashBytes = 32;

    private static ReadOnlySpan<byte> Magic => "LWSPLIT\n"u8;

    public long LabelsStart => OffsetsStart + 8 * (Count + 1);

    public long ElementsStart => LabelsStart + 4 * Count;

    public int StepBytes => Channels * (Kind == ElementKind.Token ? sizeof(ushort) : sizeof(float));

    public long FileBytes => ElementsStart + Steps * StepBytes;

    public void Write(Span<byte> header, ReadOnlySpan<byte> hash)
    {
        header.Clear();
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], (int)Kind);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], Channels);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], Classes);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], Count);
        BinaryPrimitives.WriteInt64LittleEndian(header[32..], Steps);
        hash.CopyTo(header[HashOffset..]);
    }

    /// <summary>Reads a header and holds it against the size of its file, before any of its numbers is used.</summary>
    public static PackedLayout Read(ReadOnlySpan<byte> header, long fileBytes)
    {
        if (!header[..8].SequenceEqual(Magic)) throw new InvalidDataException("it does not begin with 'LWSPLIT'");
        int version = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        if (version != FormatVersion) throw new InvalidDataException($"its format version is {version}, expected {FormatVersion}");

        var layout = new PackedLayout(
            (ElementKind)BinaryPrimitives.ReadInt32LittleEndian(header[12..]),
            BinaryPrimitives.ReadInt32LittleEndian(header[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(header[20..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[32..]));
        bool isSensible = Enum.IsDefined(layout.Kind) && layout.Channels is > 0 and < 1 << 16 && layout.Classes > 0
            && layout.Count is >= 0 and <= int.MaxValue && layout.Steps >= layout.Count && layout.Steps < 1L << 44;
        if (!isSensible) throw new InvalidDataException($"its header is impossible ({layout})");
        if (layout.FileBytes != fileBytes)
            throw new InvalidDataException($"it has {fileBytes} bytes, its header says {layout.FileBytes}");
        return layout;
    }

    public static ReadOnlySpan<byte> Hash(ReadOnlySpan<byte> header) => header.Slice(HashOffset, HashBytes);
}

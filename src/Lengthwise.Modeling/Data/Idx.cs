using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace Lengthwise.Modeling.Data;

/// <summary>An array of bytes in the IDX layout of MNIST: big-endian magic 0x000008 and the number of dimensions, their sizes, the bytes.</summary>
/// <param name="Shape">Sizes, slowest first.</param>
/// <param name="Bytes">Elements, row-major.</param>
public sealed record Idx(IReadOnlyList<int> Shape, byte[] Bytes)
{
    private const int MaxBytes = 1 << 30;

    /// <summary>Reads an array from gzip; its shape must be as expected.</summary>
    /// <param name="gzip">Compressed stream, read to its end. Not disposed.</param>
    /// <param name="name">Named in errors.</param>
    /// <param name="dimensions">1 for labels, 3 for images.</param>
    /// <exception cref="LengthwiseException">The content is damaged or of another kind.</exception>
    public static Idx ReadGzip(Stream gzip, string name, int dimensions)
    {
        try
        {
            using var stream = new GZipStream(gzip, CompressionMode.Decompress, leaveOpen: true);
            return Read(stream, name, dimensions);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(name, e.Message);
        }
    }

    /// <summary>Reads an array; nothing may follow it.</summary>
    /// <param name="stream">Read to its end. Not disposed.</param>
    /// <param name="name">Named in errors.</param>
    /// <param name="dimensions">1 for labels, 3 for images.</param>
    /// <exception cref="LengthwiseException">The content is damaged or of another kind.</exception>
    public static Idx Read(Stream stream, string name, int dimensions)
    {
        var header = new byte[4 + 4 * dimensions];
        int read = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (read < header.Length) throw Damaged(name, Invariant($"found {read} bytes, expected a header of {header.Length}"));
        int magic = BinaryPrimitives.ReadInt32BigEndian(header), expected = 0x0800 | dimensions;
        if (magic != expected) throw Damaged(name, Invariant($"found magic 0x{magic:x8}, expected 0x{expected:x8} (bytes in {dimensions} dimension(s))"));

        var shape = new int[dimensions];
        long size = 1;
        for (int d = 0; d < dimensions; d++)
        {
            shape[d] = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4 + 4 * d));
            if (shape[d] < 1 || (size *= shape[d]) > MaxBytes)
                throw Damaged(name, Invariant($"found size {shape[d]} in dimension {d + 1}, expected at least 1 and at most {MaxBytes} bytes in all"));
        }
        var bytes = new byte[size];
        read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < bytes.Length) throw Damaged(name, Invariant($"found {read} bytes of data, expected {string.Join(" x ", shape)} = {size}"));
        if (stream.ReadByte() >= 0) throw Damaged(name, Invariant($"found more than the {size} bytes of data that its header announces"));
        return new Idx(shape, bytes);
    }

    private static LengthwiseException Damaged(string name, string found) =>
        new(ExitCode.Data, $"reading IDX data '{name}': {found}", "the file is damaged or another kind of file; get it again");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

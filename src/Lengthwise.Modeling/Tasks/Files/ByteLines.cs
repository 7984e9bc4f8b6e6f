using System.IO.Compression;

namespace Lengthwise.Modeling.Tasks.Files;

/// <summary>
/// Lines of a file as bytes, whatever its encoding: texts of papers are not always valid UTF-8. Plain files can be read from the middle, so that several parts of one
/// can be read at once; gzip is told by its first bytes and read whole.
/// </summary>
internal static class ByteLines
{
    /// <summary>Longest line.</summary>
    public const int MostBytes = 64 << 20;

    private const int BufferBytes = 1 << 18;
    private const long RangeBytes = 64L << 20;

    /// <summary>Ranges of a file that can be read independently; a gzip file is one range.</summary>
    public static IReadOnlyList<(long Start, long End)> Ranges(FileInfo file)
    {
        if (IsGzip(file)) return [(0, long.MaxValue)];
        var ranges = new List<(long, long)>();
        for (long start = 0; start < file.Length; start += RangeBytes) ranges.Add((start, Math.Min(file.Length, start + RangeBytes)));
        return ranges.Count > 0 ? ranges : [(0, 0)];
    }

    /// <summary>Lines that begin within a range, with the position of each in the (unpacked) file.</summary>
    /// <exception cref="LengthwiseException">The file cannot be read, or a line is endless.</exception>
    public static IEnumerable<(long Position, ReadOnlyMemory<byte> Line)> Read(FileInfo file, long start, long end)
    {
        using Stream stream = Open(file, Math.Max(0, start - 1));
        var buffer = new byte[BufferBytes];
        int filled = 0, from = 0;
        // A line belongs to the range that it begins in: the rest of one that began before is skipped.
        bool isInside = start == 0;
        long position = Math.Max(0, start - 1);
        while (true)
        {
            int at = buffer.AsSpan(from, filled - from).IndexOf((byte)'\n');
            if (at < 0)
            {
                (buffer, filled, from) = Refill(file, stream, buffer, filled, from, position, out bool isAtEnd);
                if (!isAtEnd) continue;
                if (filled > from && isInside && position < end) yield return (position, Trimmed(buffer, from, filled - from));
                yield break;
            }
            if (isInside)
            {
                if (position >= end) yield break;
                yield return (position, Trimmed(buffer, from, at));
            }
            isInside = true;
            from += at + 1;
            position += at + 1;
        }
    }

    private static ReadOnlyMemory<byte> Trimmed(byte[] buffer, int from, int length) =>
        buffer.AsMemory(from, length > 0 && buffer[from + length - 1] == '\r' ? length - 1 : length);

    private static (byte[] Buffer, int Filled, int From) Refill(FileInfo file, Stream stream, byte[] buffer, int filled, int from, long position, out bool isAtEnd)
    {
        int kept = filled - from;
        if (kept > MostBytes)
            throw new LengthwiseException(
                ExitCode.Data, FormattableString.Invariant($"{file.FullName}: the line at byte {position} is longer than {MostBytes} bytes"), "check that this is the right file and that its line ends are LF or CRLF");
        byte[] next = new byte[Math.Max(BufferBytes, 2 * kept)];
        buffer.AsSpan(from, kept).CopyTo(next);
        int read = Take(file, stream, next.AsSpan(kept));
        isAtEnd = read == 0;
        return (next, kept + read, 0);
    }

    private static int Take(FileInfo file, Stream stream, Span<byte> buffer)
    {
        try
        {
            return stream.Read(buffer);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new LengthwiseException(ExitCode.Data, $"reading '{file.FullName}': {e.Message}", "the file is damaged; get it again", e);
        }
    }

    private static bool IsGzip(FileInfo file)
    {
        using Stream stream = OpenPlain(file);
        return stream.ReadByte() == 0x1f && stream.ReadByte() == 0x8b;
    }

    private static Stream Open(FileInfo file, long position)
    {
        bool isGzip = IsGzip(file);
        FileStream stream = OpenPlain(file);
        if (isGzip) return new GZipStream(stream, CompressionMode.Decompress);
        stream.Position = position;
        return stream;
    }

    private static FileStream OpenPlain(FileInfo file)
    {
        try
        {
            return file.OpenRead();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LengthwiseException(ExitCode.Data, $"opening '{file.FullName}': {e.Message}", "check the path and that you may read it", e);
        }
    }
}

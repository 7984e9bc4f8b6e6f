using System.Text;

namespace Lengthwise.Experiments;

/// <summary>
/// Follows a <c>metrics.jsonl</c> that another process appends to, reading only what is new. A file that was cut back, as a resumed run does, is
/// read again from its start; lines that are no metric lines are counted and passed over.
/// </summary>
/// <param name="path">The file; it need not exist yet.</param>
public sealed class MetricsTail(string path)
{
    private const int LongestRead = 4 << 20, Remembered = 256;
    private byte[] _before = [];
    private long _offset;

    /// <summary>Bytes read so far, for tests: a second look at an unchanged file reads none.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Lines that were no metric lines.</summary>
    public int BadLines { get; private set; }

    /// <summary>Reads what was appended since the last call.</summary>
    /// <param name="lines">Receives the new lines.</param>
    /// <returns>Whether the file began anew, so that what was read before no longer counts.</returns>
    public bool Read(ICollection<MetricLine> lines)
    {
        bool isNew = false;
        try
        {
            var file = new FileInfo(path);
            long length = file.Exists ? file.Length : 0;
            if (length == _offset) return false;
            if (length == 0) return Restart();
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (_offset > 0 && !IsContinued(stream)) isNew = Restart();
            stream.Seek(_offset, SeekOrigin.Begin);
            while (stream.Length > _offset && ReadSome(stream, lines))
            {
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Deleted, or not ours to read at this moment: the next look may have more luck.
        }
        return isNew;
    }

    private bool Restart()
    {
        bool hadLines = _offset > 0;
        (_offset, _before, BadLines) = (0, [], 0);
        return hadLines;
    }

    // The bytes before the offset are remembered: cut back and grown again, the file differs there in its times.
    private bool IsContinued(FileStream stream)
    {
        if (stream.Length < _offset) return false;
        stream.Seek(_offset - _before.Length, SeekOrigin.Begin);
        var found = new byte[_before.Length];
        return stream.ReadAtLeast(found, found.Length, throwOnEndOfStream: false) == found.Length && found.AsSpan().SequenceEqual(_before);
    }

    private bool ReadSome(FileStream stream, ICollection<MetricLine> lines)
    {
        var buffer = new byte[Math.Min(LongestRead, stream.Length - _offset)];
        int count = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        BytesRead += count;
        int whole = buffer.AsSpan(0, count).LastIndexOf((byte)'\n') + 1;
        // No line is that long: what stands there is no metrics file.
        if (whole == 0 && count == LongestRead) (whole, BadLines) = (count, BadLines + 1);
        if (whole == 0) return false;
        Parse(buffer.AsSpan(0, whole), lines);
        _before = buffer[Math.Max(0, whole - Remembered)..whole];
        _offset += whole;
        stream.Seek(_offset, SeekOrigin.Begin);
        return true;
    }

    private void Parse(ReadOnlySpan<byte> text, ICollection<MetricLine> lines)
    {
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range].Trim((byte)' ');
            if (line.Length == 0) continue;
            if (MetricsFile.Parse(Encoding.UTF8.GetString(line), out _) is { } metric) lines.Add(metric);
            else BadLines++;
        }
    }
}

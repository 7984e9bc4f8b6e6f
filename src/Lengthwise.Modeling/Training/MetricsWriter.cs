using System.Text;
using Lengthwise.Experiments;

namespace Lengthwise.Modeling.Training;

/// <summary>Appends to <c>metrics.jsonl</c>. On resume the file is cut back to what the checkpoint had seen.</summary>
internal sealed class MetricsWriter : IDisposable
{
    private readonly FileStream _stream;

    /// <summary>Opens the file and drops everything after <paramref name="length"/> bytes.</summary>
    public MetricsWriter(string path, long length)
    {
        _stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        _stream.SetLength(length);
        _stream.Seek(0, SeekOrigin.End);
    }

    /// <summary>Bytes written.</summary>
    public long Length => _stream.Length;

    /// <summary>Appends one line.</summary>
    public void Write(MetricLine line)
    {
        _stream.Write(Encoding.UTF8.GetBytes(MetricsFile.Format(line) + "\n"));
        _stream.Flush();
    }

    /// <summary>Forces the lines to the disk, before a checkpoint says that they exist.</summary>
    public void FlushToDisk() => _stream.Flush(flushToDisk: true);

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}

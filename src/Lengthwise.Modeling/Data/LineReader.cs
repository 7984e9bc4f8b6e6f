using System.IO.Compression;
using System.Text;

namespace Lengthwise.Modeling.Data;

/// <summary>
/// Lines of a text file, plain or gzip (told by its first bytes), one at a time and each within a limit: a damaged or hostile
/// file costs neither memory nor patience.
/// </summary>
public sealed class LineReader : IDisposable
{
    private readonly string _path;
    private readonly int _maxLength;
    private readonly StreamReader _reader;
    private readonly char[] _buffer = new char[1 << 16];
    private int _position;
    private int _filled;

    /// <summary>Opens a file as UTF-8.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxLength">Longest line, in characters.</param>
    /// <exception cref="LengthwiseException">The file cannot be opened.</exception>
    public LineReader(string path, int maxLength)
    {
        (_path, _maxLength) = (path, maxLength);
        _reader = new StreamReader(Open(path), new UTF8Encoding(false), detectEncodingFromByteOrderMarks: true, 1 << 16);
    }

    /// <summary>Number of the line that was read last, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>The next line without its end (LF or CRLF); null after the last.</summary>
    /// <exception cref="LengthwiseException">The line is too long, or the file is damaged.</exception>
    public string? Next(StringBuilder reused)
    {
        reused.Clear();
        bool isAtEnd = true;
        while (_position < _filled || Fill())
        {
            isAtEnd = false;
            ReadOnlySpan<char> rest = _buffer.AsSpan(_position, _filled - _position);
            int end = rest.IndexOf('\n');
            reused.Append(end < 0 ? rest : rest[..end]);
            if (reused.Length > _maxLength + 1) throw TooLong();
            _position += end < 0 ? rest.Length : end + 1;
            if (end >= 0) break;
        }
        if (isAtEnd) return null;
        Line++;
        if (reused.Length > 0 && reused[^1] == '\r') reused.Length--;
        return reused.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private static Stream Open(string path)
    {
        FileStream? file = null;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
            bool isGzip = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
            file.Position = 0;
            return isGzip ? new GZipStream(file, CompressionMode.Decompress) : file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw new LengthwiseException(ExitCode.Data, $"opening '{path}': {e.Message}", "check the path and that you may read it", e);
        }
    }

    private bool Fill()
    {
        try
        {
            _position = 0;
            _filled = _reader.Read(_buffer, 0, _buffer.Length);
            return _filled > 0;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new LengthwiseException(
                ExitCode.Data, FormattableString.Invariant($"reading '{_path}' after line {Line}: {e.Message}"), "the file is damaged; get it again", e);
        }
    }

    private LengthwiseException TooLong() => new(
        ExitCode.Data,
        FormattableString.Invariant($"{_path}({Line + 1},{_maxLength + 1}): the line is longer than {_maxLength} characters"),
        "check that this is the right file and that its line ends are LF or CRLF");
}

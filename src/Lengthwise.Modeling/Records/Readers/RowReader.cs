namespace Lengthwise.Modeling.Records.Readers;

/// <summary>
/// Rows of a text file one at a time, with their place. A row is bounded: an endless line is refused before it fills the memory.
/// </summary>
internal sealed class RowReader : IDisposable
{
    /// <summary>Longest row, in bytes.</summary>
    public const int MaxRowBytes = 64 << 20;

    private const byte LineFeed = (byte)'\n', CarriageReturn = (byte)'\r', Quote = (byte)'"';

    private readonly Stream _stream;
    private readonly string _name;
    private readonly RowStyle _style;
    private readonly int _maxRowBytes;
    private byte[] _buffer = new byte[1 << 16];
    private long _bufferOffset;
    private int _next;
    private int _filled;
    private int _rowStart;
    private int _rowLength;
    private bool _isAtEnd;

    /// <summary>Reads from where the stream stands.</summary>
    /// <param name="stream">Disposed with the reader.</param>
    /// <param name="name">Named in errors.</param>
    /// <param name="style">How rows are told apart.</param>
    /// <param name="range">Where the stream stands; its end is the caller's affair.</param>
    /// <param name="maxRowBytes">Longest row.</param>
    public RowReader(Stream stream, string name, RowStyle style, RowRange range, int maxRowBytes = MaxRowBytes)
    {
        (_stream, _name, _style, _maxRowBytes) = (stream, name, style, maxRowBytes);
        (_bufferOffset, LastLine) = (range.Offset, range.Line);
    }

    /// <summary>The row without its line end; valid until the next one is read.</summary>
    public ReadOnlySpan<byte> Row => _buffer.AsSpan(_rowStart, _rowLength);

    /// <summary>Number of the line on which the row begins, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Number of the line on which it ends.</summary>
    public long LastLine { get; private set; }

    /// <summary>Byte at which the row begins.</summary>
    public long Offset => _bufferOffset + _rowStart;

    /// <summary>Byte at which the next row begins.</summary>
    public long NextOffset => _bufferOffset + _next;

    /// <summary>Reads the next row; false after the last.</summary>
    /// <exception cref="LengthwiseException">The file is damaged, a row is too long, or a quote is never closed.</exception>
    public bool Next()
    {
        _rowStart = _next;
        Line = LastLine + 1;
        int at = _next;
        bool isQuoted = false;
        while (true)
        {
            at = isQuoted ? FindClosing(at, ref isQuoted) : FindEnd(at, ref isQuoted);
            if (at < _filled && !isQuoted && _buffer[at] == LineFeed)
            {
                LastLine++;
                Take(at, at + 1);
                return true;
            }
            if (at < _filled) continue;
            if (_filled - _rowStart > _maxRowBytes) throw TooLong(isQuoted);
            int before = _rowStart;
            bool isMore = Fill();
            at -= before - _rowStart;
            if (isMore) continue;
            if (isQuoted) throw NeverClosed();
            if (_rowStart == _filled) return false;
            LastLine++;
            Take(_filled, _filled);
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    /// <summary>The next line feed outside quotes, or the place behind a quote that opens a field, or the end of what is read.</summary>
    private int FindEnd(int at, ref bool isQuoted)
    {
        while (at < _filled)
        {
            ReadOnlySpan<byte> rest = _buffer.AsSpan(at, _filled - at);
            int found = _style.HasQuotes ? rest.IndexOfAny(LineFeed, Quote) : rest.IndexOf(LineFeed);
            if (found < 0) return _filled;
            at += found;
            if (_buffer[at] == LineFeed) return at;
            bool opens = at == _rowStart || _buffer[at - 1] == _style.Separator;
            at++;
            if (!opens) continue;
            isQuoted = true;
            return at;
        }
        return at;
    }

    /// <summary>The place behind the quote that closes the field, or the end of what is read.</summary>
    private int FindClosing(int at, ref bool isQuoted)
    {
        while (at < _filled)
        {
            ReadOnlySpan<byte> rest = _buffer.AsSpan(at, _filled - at);
            int found = rest.IndexOfAny(LineFeed, Quote);
            if (found < 0) return _filled;
            at += found;
            if (_buffer[at] == LineFeed)
            {
                LastLine++;
                at++;
            }
            else if (at + 1 < _filled && _buffer[at + 1] == Quote)
            {
                at += 2;
            }
            else if (at + 1 < _filled || _isAtEnd)
            {
                isQuoted = false;
                return at + 1;
            }
            else
            {
                // Whether it closes the field is said by the byte that follows, which is not read yet.
                int before = _rowStart;
                Fill();
                at -= before - _rowStart;
            }
        }
        return at;
    }

    private void Take(int end, int next)
    {
        if (end > _rowStart && _buffer[end - 1] == CarriageReturn) end--;
        if (end - _rowStart > _maxRowBytes) throw TooLong(isQuoted: false);
        (_rowLength, _next) = (end - _rowStart, next);
    }

    /// <summary>Reads on, keeping the row that has begun; false at the end of the file.</summary>
    private bool Fill()
    {
        if (_isAtEnd) return false;
        if (_rowStart > 0)
        {
            _buffer.AsSpan(_rowStart, _filled - _rowStart).CopyTo(_buffer);
            _bufferOffset += _rowStart;
            _filled -= _rowStart;
            _rowStart = 0;
            _next = 0;
        }
        else if (_filled == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }
        int read = _stream.Read(_buffer, _filled, _buffer.Length - _filled);
        _filled += read;
        _isAtEnd = read == 0;
        return read > 0;
    }

    private LengthwiseException TooLong(bool isQuoted) => new(
        ExitCode.Data,
        FormattableString.Invariant($"{_name}({Line},{_maxRowBytes}): the row is longer than {_maxRowBytes} bytes, the limit"),
        isQuoted
            ? "a quote is opened in this row and not closed; if quotes are plain characters, set 'quotes = \"literal\"' in [task]"
            : "check that this is the right file and that its line ends are LF or CRLF");

    private LengthwiseException NeverClosed() => new(
        ExitCode.Data,
        FormattableString.Invariant($"{_name}({Line},1): a quote is opened in this row and never closed"),
        "the file is cut off, or quotes are plain characters in it: set 'quotes = \"literal\"' in [task]");
}

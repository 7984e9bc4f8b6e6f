using System.Text;

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>The fields of one row of a text table. Made once and filled for each row.</summary>
internal sealed class RowFields(RowStyle style)
{
    private const byte Quote = (byte)'"';

    private readonly List<(int Start, int Length, bool HasDoubled)> _fields = [];
    private byte[] _unquoted = [];

    public int Count => _fields.Count;

    /// <summary>Cuts a row.</summary>
    /// <exception cref="RowFault">Something follows a closing quote, or a quote is not closed.</exception>
    public void Cut(ReadOnlySpan<byte> row)
    {
        _fields.Clear();
        int at = 0;
        while (true)
        {
            if (style.HasQuotes && at < row.Length && row[at] == Quote)
            {
                at = CutQuoted(row, at);
            }
            else
            {
                int length = row[at..].IndexOf(style.Separator);
                if (length < 0) length = row.Length - at;
                _fields.Add((at, length, false));
                at += length;
            }
            if (at >= row.Length) return;
            at++;
        }
    }

    /// <summary>A field without its quotes; valid until the next one is asked for.</summary>
    public ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> row, int column)
    {
        (int start, int length, bool hasDoubled) = _fields[column];
        ReadOnlySpan<byte> field = row.Slice(start, length);
        if (!hasDoubled) return field;
        if (_unquoted.Length < length) _unquoted = new byte[length];
        int written = 0;
        for (int i = 0; i < length; i++)
        {
            _unquoted[written++] = field[i];
            if (field[i] == Quote) i++;
        }
        return _unquoted.AsSpan(0, written);
    }

    /// <summary>A field as text, trimmed.</summary>
    public string Text(ReadOnlySpan<byte> row, int column) => Encoding.UTF8.GetString(Bytes(row, column)).Trim();

    /// <summary>The column, from 1, in which a byte of the row stands.</summary>
    public int ColumnAt(int offset)
    {
        int column = _fields.FindIndex(f => offset <= f.Start + f.Length);
        return column < 0 ? Math.Max(1, _fields.Count) : column + 1;
    }

    private int CutQuoted(ReadOnlySpan<byte> row, int open)
    {
        bool hasDoubled = false;
        for (int at = open + 1; ;)
        {
            int found = row[at..].IndexOf(Quote);
            if (found < 0) throw new RowFault(_fields.Count + 1, "a quote is opened and not closed");
            at += found;
            if (at + 1 < row.Length && row[at + 1] == Quote)
            {
                hasDoubled = true;
                at += 2;
                continue;
            }
            _fields.Add((open + 1, at - open - 1, hasDoubled));
            if (at + 1 < row.Length && row[at + 1] != style.Separator)
                throw new RowFault(_fields.Count, "text follows a closing quote; quotes inside a quoted field are doubled, or set 'quotes = \"literal\"' in [task]");
            return at + 1;
        }
    }
}

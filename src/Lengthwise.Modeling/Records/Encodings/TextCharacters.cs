using System.Buffers;
using System.Text;

namespace Lengthwise.Modeling.Records.Encodings;

/// <summary>Unicode characters of UTF-8 text that need not be valid: every maximal bad sequence counts as one unknown character.</summary>
internal ref struct TextCharacters(ReadOnlySpan<byte> utf8)
{
    private ReadOnlySpan<byte> _rest = utf8;

    /// <summary>The code point; U+FFFD where the bytes are not valid.</summary>
    public int Current { get; private set; }

    /// <summary>Moves to the next character.</summary>
    public bool MoveNext()
    {
        if (_rest.IsEmpty) return false;
        bool isValid = Rune.DecodeFromUtf8(_rest, out Rune rune, out int used) == OperationStatus.Done;
        Current = isValid ? rune.Value : Rune.ReplacementChar.Value;
        _rest = _rest[used..];
        return true;
    }

    /// <summary>Characters in all.</summary>
    public static int Count(ReadOnlySpan<byte> utf8)
    {
        var characters = new TextCharacters(utf8);
        int count = 0;
        while (characters.MoveNext()) count++;
        return count;
    }
}

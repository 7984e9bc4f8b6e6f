using System.Text;

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>Text as a sequence.</summary>
internal static class TextContent
{
    /// <summary>Text as bytes or characters, which are told apart later, or its words; null if there are none.</summary>
    public static SequenceContent? Of(ReadOnlyMemory<byte> utf8, ContentKind content)
    {
        if (content != ContentKind.Symbols) return utf8.IsEmpty ? null : new SequenceContent.Text(utf8);
        string[] words = Encoding.UTF8.GetString(utf8.Span).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? null : new SequenceContent.Symbols(words);
    }
}

using System.Text;
using System.Text.Unicode;

namespace Lengthwise.Modeling.Records.Readers.Folders;

/// <summary>A text file as a sequence. Bytes are taken as they are; characters and words have to be UTF-8.</summary>
internal sealed class TextFileContent : FileContent
{
    private const long MostBytes = 64 << 20;

    private readonly ContentKind _content;

    public TextFileContent(ReadSettings settings)
    {
        if (settings.Content == ContentKind.Real)
            throw new LengthwiseException(ExitCode.Usage, $"reading '{settings.Path}': 'content' is \"real\", but the files are text", "set 'content' or 'format' in [task]");
        _content = settings.Content == ContentKind.Auto ? ContentKind.Bytes : settings.Content;
    }

    public override IReadOnlyList<string> Notes => [$"content: {Recipes.Naming.ToKey(_content)}"];

    public override SequenceContent Read(FileInfo file)
    {
        ReadOnlyMemory<byte> text = Bytes(file, MostBytes);
        if (text.Span.StartsWith(Encoding.Unicode.Preamble) || text.Span.StartsWith(Encoding.BigEndianUnicode.Preamble))
            throw new RowFault(1, "the file is UTF-16; expected UTF-8");
        if (text.Span.StartsWith(Encoding.UTF8.Preamble)) text = text[3..];
        if (_content != ContentKind.Bytes && !Utf8.IsValid(text.Span)) throw new RowFault(1, "the file is not UTF-8; store it as such, or set 'content = \"bytes\"' in [task]");
        return TextContent.Of(text, _content) ?? throw new RowFault(1, "the file holds no text");
    }
}

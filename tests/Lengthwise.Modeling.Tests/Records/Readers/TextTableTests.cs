using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Readers;

namespace Lengthwise.Modeling.Tests.Records.Readers;

public sealed class TextTableTests : IDisposable
{
    private readonly UserFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void A_column_of_texts_is_found_by_its_name()
    {
        IReadOnlyList<SequenceRecord> records = _files.Read("x.csv", "text,label\n\"Good, \"\"really\"\"\nso\",pos\nBad,neg\n");

        Assert.Equal("Good, \"really\"\nso", records[0].Text());
        Assert.Equal(["pos", "neg"], records.Select(r => r.Label));
    }

    [Fact]
    public void Quotes_in_tab_separated_text_are_plain_characters()
    {
        IReadOnlyList<SequenceRecord> records = _files.Read("x.tsv", "label\ttext\n1\t\"Quo\" he said\n0\tplain\n");

        Assert.Equal("\"Quo\" he said", records[0].Text());
    }

    [Fact]
    public void Words_are_symbols_when_asked_for()
    {
        SequenceRecord record = Assert.Single(_files.Read("x.csv", "text,label\n[MAX 1  [MIN 2 ] ],2\n", new ReadSettings { Content = ContentKind.Symbols }));

        Assert.Equal(["[MAX", "1", "[MIN", "2", "]", "]"], record.Symbols());
    }

    [Fact]
    public void An_empty_text_is_bad()
    {
        string error = _files.Error("x.csv", "text,label\n,pos\n");

        Assert.Contains("x.csv(2,1): the text is empty", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_known_name_the_reader_asks_whether_there_is_a_header()
    {
        string error = _files.Error("x.csv", "great,good\nawful,bad\n");

        Assert.Contains("header = \"yes\"", error, StringComparison.Ordinal);
    }
}

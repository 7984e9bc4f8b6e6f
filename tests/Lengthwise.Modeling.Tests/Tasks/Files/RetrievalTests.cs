using System.Text;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Tasks.Files;

namespace Lengthwise.Modeling.Tests.Tasks.Files;

public sealed class RetrievalTests : IDisposable
{
    private readonly FileTaskBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void The_release_is_read_without_header_and_without_quoting()
    {
        WriteRelease();

        using PreparedTask data = _bench.Prepare("retrieval", new RetrievalSettings { Split = SplitRule.Published });

        Assert.Equal((3, 1, 1), FileTaskBench.Counts(data));
        Assert.Equal(2, data.Train.Parts);
        Assert.Equal([1, 0, 1], Enumerable.Range(0, 3).Select(data.Train.Label));
        Assert.Equal("a \"quoted start<eos>", FileTaskBench.Read(data, data.Train, 0));
        Assert.Equal("second text\"<eos>", FileTaskBench.Read(data, data.Train, 0, 1));
        Assert.Equal((16, 13), (data.Train.Length(0), data.Train.Length(0, 1)));
        Assert.Contains(data.Notes, n => n.StartsWith("leak: documents", StringComparison.Ordinal));
    }

    [Fact]
    public void Clean_leaves_out_training_pairs_that_share_a_document_with_another_split()
    {
        WriteRelease();

        using PreparedTask data = _bench.Prepare("retrieval", new RetrievalSettings());

        Assert.Equal((2, 1, 1), FileTaskBench.Counts(data));
        Assert.DoesNotContain(Enumerable.Range(0, 2).Select(row => FileTaskBench.Read(data, data.Train, row)), text => text.StartsWith("shares", StringComparison.Ordinal));
    }

    [Fact]
    public void Gzip_and_plain_files_are_the_same_data()
    {
        WriteRelease();
        using PreparedTask plain = _bench.Prepare("retrieval", new RetrievalSettings());
        foreach (string split in (string[])["train", "eval", "test"])
        {
            byte[] bytes = File.ReadAllBytes(_bench.At($"tsv_data/new_aan_pairs.{split}.tsv"));
            File.Delete(_bench.At($"tsv_data/new_aan_pairs.{split}.tsv"));
            _bench.WriteGzip($"tsv_data/new_aan_pairs.{split}.tsv.gz", bytes);
        }

        using PreparedTask packed = _bench.Prepare("retrieval", new RetrievalSettings());

        Assert.Equal(plain.Hash, packed.Hash);
    }

    [Fact]
    public void Documents_and_pairs_in_files_of_their_own_are_joined()
    {
        _bench.Write("acl_docs.jsonl", string.Concat(Enumerable.Range(0, 8).Select(i => $"{{\"id\": \"D{i}\", \"full_bytes\": 9, \"text\": \"document \\u00e9{i}\"}}\n")));
        _bench.Write("acl_pairs.tsv", "split\tlabel\tid1\tid2\ntrain\t1\tD0\tD1\ntrain\t0\tD0\tD2\ntrain\t1\tD3\tD4\neval\t0\tD5\tD4\ntest\t1\tD6\tD7\n");

        using PreparedTask published = _bench.Prepare("retrieval", new RetrievalSettings { Split = SplitRule.Published });
        using PreparedTask clean = _bench.Prepare("retrieval", new RetrievalSettings { MaxLength = 6 });

        Assert.Equal((3, 1, 1), FileTaskBench.Counts(published));
        Assert.Equal((2, 1, 1), FileTaskBench.Counts(clean));
        Assert.Equal("document é0<eos>", FileTaskBench.Read(published, published.Train, 0));
        Assert.Equal("docum<eos>", FileTaskBench.Read(clean, clean.Test, 0, 1));
    }

    [Theory]
    [InlineData("1.0\tA\tB\tonly four", "found 4 fields")]
    [InlineData("2.0\tA\tB\tx\ty", "found label '2.0'")]
    [InlineData("1.0\tA\tB\t\ty", "empty text")]
    public void A_bad_row_is_named_with_its_place(string row, string fault)
    {
        WriteRelease();
        File.AppendAllText(_bench.At("tsv_data/new_aan_pairs.train.tsv"), row + "\n");

        LengthwiseException refused = _bench.Refused("retrieval", new RetrievalSettings());

        Assert.Contains("new_aan_pairs.train.tsv, byte ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(fault, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pair_of_an_unknown_document_is_named_by_line()
    {
        _bench.Write("acl_docs.jsonl", "{\"id\": \"D0\", \"text\": \"x\"}\n");
        _bench.Write("acl_pairs.tsv", "split\tlabel\tid1\tid2\ntrain\t1\tD0\tD9\n");

        LengthwiseException refused = _bench.Refused("retrieval", new RetrievalSettings());

        Assert.Contains("acl_pairs.tsv(2)", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'D9'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ranges_of_a_file_hold_every_line_once()
    {
        var random = new RandomStream(1, "lines");
        string[] lines = [.. Enumerable.Range(0, 200).Select(i => new string((char)('a' + i % 26), random.Next(30)))];
        _bench.Write("a.txt", string.Join('\n', lines));
        var file = new FileInfo(_bench.At("a.txt"));
        for (int width = 1; width < 60; width += 7)
        {
            var read = new List<string>();
            for (long start = 0; start < file.Length; start += width)
                read.AddRange(ByteLines.Read(file, start, start + width).Select(l => Encoding.ASCII.GetString(l.Line.Span)));

            Assert.Equal(lines, read);
        }
    }

    private void WriteRelease()
    {
        _bench.Write("tsv_data/new_aan_pairs.train.tsv", "1.0\tP1\tP2\ta \"quoted start\tsecond text\"\n0.0\tP3\tP4\tnothing\tin common\r\n1.0\tP5\tP9\tshares\tits second\n");
        _bench.Write("tsv_data/new_aan_pairs.eval.tsv", "0.0\tP8\tP9\teval one\teval two\n");
        _bench.Write("tsv_data/new_aan_pairs.test.tsv", "1.0\tP6\tP7\ttest one\ttest two");
    }
}

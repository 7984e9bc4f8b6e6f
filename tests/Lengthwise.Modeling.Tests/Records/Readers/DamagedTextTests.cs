using System.Text;
using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Readers;

namespace Lengthwise.Modeling.Tests.Records.Readers;

public sealed class DamagedTextTests : IDisposable
{
    private const string Table = "label,v0,v1,v2\na,1,2,3\nb,4,5,6\n";

    private readonly UserFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void A_missing_file_is_told() =>
        Assert.Contains("there is no such file or folder", _files.Error(new ReadSettings { Path = Path.Combine(_files.Directory.FullName, "no.csv") }), StringComparison.Ordinal);

    [Fact]
    public void An_empty_file_is_told() => Assert.Contains("it is empty", _files.Error("x.csv", ""), StringComparison.Ordinal);

    [Fact]
    public void A_header_alone_is_told() => Assert.Contains("no rows", _files.Error("x.csv", "label,v0,v1,v2\n"), StringComparison.Ordinal);

    [Fact]
    public void A_file_of_another_kind_is_told_by_its_first_bytes()
    {
        string path = _files.Write("x.csv", [.. "PAR1"u8, 0, 1, 2]);

        Assert.Contains("begins like a Parquet file", _files.Error(new ReadSettings { Path = path }), StringComparison.Ordinal);
    }

    [Fact]
    public void Gzip_is_read_and_every_truncation_of_it_is_an_error()
    {
        string rows = string.Concat(Enumerable.Range(0, 50).Select(i => FormattableString.Invariant($"a,{i},2,{i * 7919 % 101}\n")));
        byte[] gzip = UserFiles.Gzip(Encoding.UTF8.GetBytes("label,v0,v1,v2\n" + rows));

        Assert.Equal(50, _files.Read(new ReadSettings { Path = _files.Write("x.csv.gz", gzip) }).Count);

        for (int length = 0; length < gzip.Length; length += 3)
            _files.Error(new ReadSettings { Path = _files.Write("y.csv.gz", gzip[..length]) });
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_name()
    {
        string path = _files.Write("x.csv", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Table)]);

        IReadOnlyList<SequenceRecord> whole = _files.Read(new ReadSettings { Path = path }), pieces = _files.Read(new ReadSettings { Path = path }, pieceBytes: 10);

        Assert.Equal(["a", "b"], whole.Select(r => r.Label));
        Assert.Equal(["a", "b"], pieces.Select(r => r.Label));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Utf16_with_a_mark_is_read(bool isBigEndian)
    {
        var encoding = new UnicodeEncoding(isBigEndian, byteOrderMark: true);
        string path = _files.Write("x.csv", [.. encoding.Preamble, .. encoding.GetBytes(Table)]);

        Assert.Equal([4f, 5f, 6f], _files.Read(new ReadSettings { Path = path })[1].Reals());
    }

    [Fact]
    public void A_row_in_another_encoding_is_told_with_row_and_column()
    {
        string path = _files.Write("x.csv", [.. Encoding.UTF8.GetBytes("label,v0,v1,v2\né,1,2,3\n"), .. Encoding.Latin1.GetBytes("é,4,5,6\n")]);

        Assert.Contains("x.csv(3,1): byte 0xe9 is not UTF-8", _files.Error(new ReadSettings { Path = path }), StringComparison.Ordinal);
    }

    [Fact]
    public void An_endless_line_is_refused_at_the_limit()
    {
        using var reader = new RowReader(new EndlessStream((byte)'1'), "x.csv", new RowStyle(true, (byte)','), RowRange.All, maxRowBytes: 100_000);

        LengthwiseException error = Assert.Throws<LengthwiseException>(() => reader.Next());

        Assert.Contains("longer than 100000 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_quote_that_is_never_closed_is_told_with_the_row_that_opens_it()
    {
        string error = _files.Error("x.csv", "text,label\nfine,a\n\"open,b\nmore,c\n");

        Assert.Contains("x.csv(3,1): a quote is opened in this row and never closed", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,\"b\"\nc,d", new[] { "a,\"b\"", "c,d" })]
    [InlineData("a\r\nb\r\n", new[] { "a", "b" })]
    [InlineData("\"a\n\"\"b\",c\nd", new[] { "\"a\n\"\"b\",c", "d" })]
    [InlineData("5\" pipe,b\nc", new[] { "5\" pipe,b", "c" })]
    [InlineData("\"\",\"\"\n\"\"", new[] { "\"\",\"\"", "\"\"" })]
    [InlineData("\n\na", new[] { "", "", "a" })]
    public void Rows_end_at_line_ends_outside_quotes(string text, string[] expected)
    {
        foreach (int chunk in new[] { 1, 2, 1000 })
        {
            var rows = new List<string>();
            using var reader = new RowReader(new ChunkedStream(Encoding.UTF8.GetBytes(text), chunk), "x", new RowStyle(true, (byte)','), RowRange.All);
            while (reader.Next()) rows.Add(Encoding.UTF8.GetString(reader.Row));

            Assert.Equal(expected, rows);
        }
    }

    private sealed class EndlessStream(byte value) : ReadingStream
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill(value);
            return count;
        }
    }

    private sealed class ChunkedStream(byte[] content, int chunk) : ReadingStream
    {
        private int _at;

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = Math.Min(Math.Min(chunk, count), content.Length - _at);
            content.AsSpan(_at, read).CopyTo(buffer.AsSpan(offset));
            _at += read;
            return read;
        }
    }

    private abstract class ReadingStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => 0; set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

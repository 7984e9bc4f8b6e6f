using System.IO.Compression;
using Lengthwise.Modeling.Data;

namespace Lengthwise.Modeling.Tests.Data;

public sealed class IdxTests
{
    private static readonly byte[] Good = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60];

    [Fact]
    public void An_array_is_read_with_its_shape()
    {
        Idx idx = Idx.Read(new MemoryStream(Good), "x", 3);

        Assert.Equal([2, 1, 3], idx.Shape);
        Assert.Equal([10, 20, 30, 40, 50, 60], idx.Bytes);
    }

    [Fact]
    public void Gzip_is_read_too()
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Good);
        compressed.Position = 0;

        Assert.Equal(6, Idx.ReadGzip(compressed, "x", 3).Bytes.Length);
    }

    [Fact]
    public void Every_cut_is_found()
    {
        for (int bytes = 0; bytes < Good.Length; bytes++)
            Assert.Contains("'x'", Assert.Throws<LengthwiseException>(() => Idx.Read(new MemoryStream(Good[..bytes]), "x", 3)).Message);
    }

    [Theory]
    [InlineData(3, 1, "found magic 0x00000801, expected 0x00000803")]
    [InlineData(2, 13, "found magic 0x00000d03")]
    [InlineData(4, 0x7f, "found size 2130706434 in dimension 1")]
    [InlineData(11, 0, "found size 0 in dimension 2")]
    [InlineData(15, 2, "found more than the 4 bytes")]
    public void A_wrong_header_is_refused(int position, byte value, string message)
    {
        byte[] bytes = [.. Good];
        bytes[position] = value;

        var error = Assert.Throws<LengthwiseException>(() => Idx.Read(new MemoryStream(bytes), "x", 3));

        Assert.Equal(ExitCode.Data, error.Code);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void What_is_no_gzip_is_refused() =>
        Assert.Throws<LengthwiseException>(() => Idx.ReadGzip(new MemoryStream(Good), "x", 3));
}

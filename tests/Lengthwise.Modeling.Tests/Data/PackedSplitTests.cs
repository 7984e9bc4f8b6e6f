using CsCheck;
using Lengthwise.Modeling.Data;

namespace Lengthwise.Modeling.Tests.Data;

public sealed class PackedSplitTests : IDisposable
{
    private static readonly ushort[][] Rows = [[4, 5, 6], [7], [8, 9]];
    private static readonly int[] Labels = [2, 0, 1];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tokens_come_back_as_they_were_written()
    {
        string hash = WriteTokens(_folder["a.split"]);

        using PackedSplit split = PackedSplit.Open(_folder["a.split"]);

        Assert.Equal(3, split.Count);
        Assert.Equal(Rows, Enumerable.Range(0, 3).Select(row => split.Tokens(row).ToArray()));
        Assert.Equal(Labels, Enumerable.Range(0, 3).Select(split.Label));
        Assert.Equal([3, 1, 2], Enumerable.Range(0, 3).Select(split.Length));
        Assert.Equal(hash, split.ContentHash);
    }

    [Fact]
    public void Values_come_back_as_they_were_written()
    {
        using (var writer = new PackedSplitWriter(_folder["v.split"], ElementKind.Real, channels: 2, classes: 2, count: 2))
        {
            writer.Add([1f, -2f, 3f, float.Epsilon], 1);
            writer.Add([5f, 6f], 0);
            writer.Finish();
        }

        using PackedSplit split = PackedSplit.Open(_folder["v.split"]);

        Assert.Equal([1f, -2f, 3f, float.Epsilon], split.Values(0).ToArray());
        Assert.Equal([5f, 6f], split.Values(1).ToArray());
        Assert.Equal([2, 1], [split.Length(0), split.Length(1)]);
    }

    [Fact]
    public void The_same_content_in_memory_has_the_same_hash()
    {
        string tokens = WriteTokens(_folder["a.split"]);
        using var values = new PackedSplitWriter(_folder["v.split"], ElementKind.Real, channels: 2, classes: 3, count: 1);
        values.Add([1f, 2f, 3f, 4f], 2);

        Assert.Equal(MemorySplit.OfTokens(Rows, Labels, 3).ContentHash, tokens);
        Assert.Equal(MemorySplit.OfValues([1, 2, 3, 4], 2, 2, [2], 3).ContentHash, values.Finish());
    }

    [Fact]
    public void A_change_of_any_byte_is_found_and_the_file_is_named()
    {
        string path = _folder["a.split"];
        WriteTokens(path);
        byte[] good = File.ReadAllBytes(path);
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte[1, 255]).Sample((position, change) =>
        {
            byte[] damaged = [.. good];
            damaged[position] ^= change;
            string copy = _folder[$"{position}-{change}.split"];
            File.WriteAllBytes(copy, damaged);

            var error = Assert.Throws<LengthwiseException>(() => PackedSplit.Open(copy));

            Assert.Equal(ExitCode.Data, error.Code);
            Assert.Contains(copy, error.Message);
            File.Delete(copy);
        }, iter: 300, threads: 1);
    }

    [Fact]
    public void A_file_of_any_other_size_is_refused()
    {
        string path = _folder["a.split"];
        WriteTokens(path);
        byte[] good = File.ReadAllBytes(path);

        for (int bytes = 0; bytes < good.Length; bytes++)
        {
            File.WriteAllBytes(path, good[..bytes]);
            Assert.Throws<LengthwiseException>(() => PackedSplit.Open(path));
        }
        File.WriteAllBytes(path, [.. good, 0]);
        Assert.Throws<LengthwiseException>(() => PackedSplit.Open(path));
    }

    [Fact]
    public void A_writer_that_does_not_finish_leaves_nothing_behind()
    {
        using (var writer = new PackedSplitWriter(_folder["a.split"], ElementKind.Token, 1, 3, 3)) writer.Add(Rows[0], 1);

        Assert.Empty(_folder.Directory.EnumerateFileSystemInfos());
    }

    [Fact]
    public void A_writer_refuses_bad_rows_and_a_wrong_number_of_them()
    {
        using var writer = new PackedSplitWriter(_folder["a.split"], ElementKind.Token, 1, classes: 3, count: 1);

        Assert.Throws<ArgumentException>(() => writer.Add(Rows[0], 3));
        Assert.Throws<ArgumentException>(() => writer.Add(ReadOnlySpan<ushort>.Empty, 0));
        Assert.Throws<InvalidOperationException>(() => writer.Add([1f], 0));
        Assert.Throws<InvalidOperationException>(writer.Finish);
        writer.Add(Rows[0], 2);
        Assert.Throws<InvalidOperationException>(() => writer.Add(Rows[1], 0));
    }

    [Fact]
    public void Rows_outside_the_split_and_a_closed_split_are_refused()
    {
        WriteTokens(_folder["a.split"]);
        PackedSplit split = PackedSplit.Open(_folder["a.split"]);

        Assert.Throws<ArgumentOutOfRangeException>(() => split.Tokens(3).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => split.Label(-1));
        split.Dispose();
        Assert.Throws<ObjectDisposedException>(() => split.Tokens(0).Length);
    }

    private static string WriteTokens(string path)
    {
        using var writer = new PackedSplitWriter(path, ElementKind.Token, 1, 3, 3);
        for (int row = 0; row < 3; row++) writer.Add(Rows[row], Labels[row]);
        return writer.Finish();
    }
}

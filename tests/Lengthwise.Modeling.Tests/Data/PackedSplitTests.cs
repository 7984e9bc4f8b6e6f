using CsCheck;
using Lengthwise.Modeling.Data;

namespace Lengthwise.Modeling.Tests.Data;

public sealed class PackedSplitTests : IDisposable
{
    private static readonly ushort[][] Rows = [[4, 5, 6], [7], [8, 9]];
    private static readonly int[] Labels = [2, 0, 1];
    private static readonly SplitShape Shape = new(ElementKind.Token) { Classes = 3 };
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
        Assert.Equal([3, 1, 2], Enumerable.Range(0, 3).Select(row => split.Length(row)));
        Assert.Equal(hash, split.ContentHash);
    }

    [Fact]
    public void Values_come_back_as_they_were_written()
    {
        using (var writer = new PackedSplitWriter(_folder["v.split"], new SplitShape(ElementKind.Real, 2) { Classes = 2 }))
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
        using var values = new PackedSplitWriter(_folder["v.split"], new SplitShape(ElementKind.Real, 2) { Classes = 3 });
        values.Add([1f, 2f, 3f, 4f], 2);

        Assert.Equal(MemorySplit.OfTokens(Rows, Labels, 3).ContentHash, tokens);
        Assert.Equal(MemorySplit.OfValues([1, 2, 3, 4], 2, 2, [2], 3).ContentHash, values.Finish());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_change_of_any_byte_is_found_and_the_file_is_named(bool isElaborate)
    {
        string path = _folder["a.split"];
        if (isElaborate) WriteElaborate(path);
        else WriteTokens(path);
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_of_any_other_size_is_refused(bool isElaborate)
    {
        string path = _folder["a.split"];
        if (isElaborate) WriteElaborate(path);
        else WriteTokens(path);
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
    public void Pairs_targets_and_bytes_come_back_as_they_were_written()
    {
        string hash = WriteElaborate(_folder["e.split"]);

        using PackedSplit split = PackedSplit.Open(_folder["e.split"]);

        Assert.Equal((2, 2, hash), (split.Count, split.Parts, split.ContentHash));
        Assert.Equal([2, 1, 1, 3], [split.Length(0, 0), split.Length(0, 1), split.Length(1, 0), split.Length(1, 1)]);
        Assert.Equal([-1f, 0, -0.5f, 1], split.Values(0, 0).ToArray());
        Assert.Equal([126.5f, 255], split.Values(0, 1).ToArray());
        Assert.Equal([SequenceSplit.Unlabelled, 1], [split.Label(0), split.Label(1)]);
        Assert.Equal([1.5f, float.NaN], split.Targets(0).ToArray());
        Assert.Equal([-2f, 0], split.Targets(1).ToArray());
    }

    [Fact]
    public void Copies_of_tokens_and_values_equal_the_views_of_every_kind()
    {
        using PackedSplit plain = Open(new SplitShape(ElementKind.Token) { Classes = 1 }, w => w.Add([9, 300], 0));
        using PackedSplit bytes = Open(new SplitShape(ElementKind.ByteToken) { Classes = 1, FirstToken = 4 }, w => w.Add([4, 259], 0));
        using PackedSplit real = Open(new SplitShape(ElementKind.Real, 2) { Classes = 1 }, w => w.Add([1.5f, -2f], 0));
        using PackedSplit scaled = Open(new SplitShape(ElementKind.ByteReal, 2) { Classes = 1 }, w =>
        {
            w.Add([(byte)3, (byte)200], 0);
            w.SetScaling([new ByteScaling(1, 2), new ByteScaling(0, 0.5f)]);
        });

        long[] ids = new long[3];
        plain.CopyTokens(0, 0, ids);
        Assert.Equal([9, 300, 0], ids);
        bytes.CopyTokens(0, 0, ids);
        Assert.Equal([4, 259, 0], ids);
        Assert.Equal([4, 259], bytes.Tokens(0).ToArray());
        float[] values = new float[3];
        real.CopyValues(0, 0, values);
        Assert.Equal([1.5f, -2, 0], values);
        scaled.CopyValues(0, 0, values);
        Assert.Equal([7f, 100, 0], values);
        Assert.Equal([7f, 100], scaled.Values(0).ToArray());
        Assert.Throws<InvalidOperationException>(() => bytes.CopyValues(0, 0, new float[2]));
    }

    [Fact]
    public void A_checked_file_is_not_read_whole_again_until_it_changes()
    {
        string path = _folder["a.split"];
        WriteTokens(path);
        var written = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, written);
        PackedSplit.Open(path, leastProvenBytes: 1).Dispose();

        byte[] bytes = File.ReadAllBytes(path);
        bytes[90] ^= 1; // an element
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, written);
        using (PackedSplit trusted = PackedSplit.Open(path, leastProvenBytes: 1)) Assert.NotEqual(Rows[0], trusted.Tokens(0).ToArray());
        File.SetLastWriteTimeUtc(path, written.AddSeconds(1));

        Assert.Throws<LengthwiseException>(() => PackedSplit.Open(path, leastProvenBytes: 1));
    }

    [Fact]
    public void A_file_that_has_just_been_written_is_not_yet_noted_as_checked()
    {
        WriteTokens(_folder["a.split"]);

        PackedSplit.Open(_folder["a.split"], leastProvenBytes: 1).Dispose();

        Assert.Single(_folder.Directory.EnumerateFiles());
    }

    [Fact]
    public void A_writer_that_does_not_finish_leaves_nothing_behind()
    {
        using (var writer = new PackedSplitWriter(_folder["a.split"], Shape)) writer.Add(Rows[0], 1);

        Assert.Empty(_folder.Directory.EnumerateFileSystemInfos());
    }

    [Fact]
    public void A_writer_refuses_bad_rows()
    {
        using var writer = new PackedSplitWriter(_folder["a.split"], Shape);

        Assert.Throws<ArgumentException>(() => writer.Add(Rows[0], 3));
        Assert.Throws<ArgumentException>(() => writer.Add(Rows[0], -2));
        Assert.Throws<ArgumentException>(() => writer.Add(ReadOnlySpan<ushort>.Empty, 0));
        Assert.Throws<InvalidOperationException>(() => writer.Add([1f], 0));
        Assert.Equal(0, writer.Count);
    }

    [Fact]
    public void A_writer_refuses_rows_that_are_not_whole()
    {
        using var writer = new PackedSplitWriter(_folder["a.split"], Shape with { Parts = 2, Targets = 1 });

        Assert.Throws<InvalidOperationException>(() => writer.Add(Rows[0], 0));
        writer.AddPart(Rows[0]);
        Assert.Throws<InvalidOperationException>(() => writer.EndRow(0, [1]));
        Assert.Throws<InvalidOperationException>(writer.Finish);
        writer.AddPart(Rows[1]);
        Assert.Throws<InvalidOperationException>(() => writer.AddPart(Rows[2]));
        Assert.Throws<ArgumentException>(() => writer.EndRow(0));
        writer.EndRow(0, [1]);
        Assert.Equal(1, writer.Count);
    }

    [Fact]
    public void Impossible_shapes_are_refused()
    {
        SplitShape[] shapes =
        [
            new(ElementKind.Token, 2), new(ElementKind.Real, 0), Shape with { Parts = 3 }, Shape with { Targets = -1 }, Shape with { FirstToken = 2 },
            new(ElementKind.ByteToken) { FirstToken = ushort.MaxValue }, new((ElementKind)9),
        ];

        Assert.All(shapes, shape => Assert.Throws<ArgumentException>(() => new MemorySplitWriter(shape)));
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
        using var writer = new PackedSplitWriter(path, Shape);
        for (int row = 0; row < 3; row++) writer.Add(Rows[row], Labels[row]);
        return writer.Finish();
    }

    private PackedSplit Open(SplitShape shape, Action<PackedSplitWriter> write)
    {
        string path = _folder[$"{shape.Kind}.split"];
        using (var writer = new PackedSplitWriter(path, shape))
        {
            write(writer);
            writer.Finish();
        }
        return PackedSplit.Open(path);
    }

    private static string WriteElaborate(string path)
    {
        using var writer = new PackedSplitWriter(path, new SplitShape(ElementKind.ByteReal, 2) { Classes = 2, Parts = 2, Targets = 2 });
        writer.AddPart([(byte)0, 0, 1, 1]);
        writer.AddPart([(byte)255, 255]);
        writer.EndRow(SequenceSplit.Unlabelled, [1.5f, float.NaN]);
        writer.AddPart([(byte)7, 8]);
        writer.AddPart([(byte)9, 10, 11, 12, 13, 14]);
        writer.EndRow(1, [-2, 0]);
        writer.SetScaling([new ByteScaling(-1, 0.5f), new ByteScaling(0, 1)]);
        return writer.Finish();
    }
}

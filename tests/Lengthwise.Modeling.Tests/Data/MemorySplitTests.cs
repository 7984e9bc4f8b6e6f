using Lengthwise.Modeling.Data;

namespace Lengthwise.Modeling.Tests.Data;

public sealed class MemorySplitTests
{
    [Fact]
    public void The_hash_tells_contents_apart_that_have_the_same_elements()
    {
        string[] hashes =
        [
            MemorySplit.OfTokens([[2, 3], [4]], [0, 1], 2).ContentHash,
            MemorySplit.OfTokens([[2], [3, 4]], [0, 1], 2).ContentHash,
            MemorySplit.OfTokens([[2, 3], [4]], [1, 1], 2).ContentHash,
            MemorySplit.OfTokens([[2, 3], [4]], [0, 1], 3).ContentHash,
            MemorySplit.OfTokens([[2, 3], [5]], [0, 1], 2).ContentHash,
        ];

        Assert.Distinct(hashes);
        Assert.Equal(hashes[0], MemorySplit.OfTokens([[2, 3], [4]], [0, 1], 2).ContentHash);
    }

    [Fact]
    public void Labels_outside_the_classes_and_empty_rows_are_refused()
    {
        Assert.Contains("row 1 has label 2", Assert.Throws<ArgumentException>(() => MemorySplit.OfTokens([[2], [3]], [0, 2], 2)).Message);
        Assert.Contains("row 1 is empty", Assert.Throws<ArgumentException>(() => MemorySplit.OfTokens([[2], []], [0, 1], 2)).Message);
    }

    [Fact]
    public void Values_are_not_read_from_a_token_split()
    {
        using MemorySplit split = MemorySplit.OfTokens([[2]], [0], 1);

        Assert.Throws<InvalidOperationException>(() => split.Values(0).Length);
    }

    [Fact]
    public void The_hash_tells_pairs_targets_and_scalings_apart()
    {
        var bytes = new SplitShape(ElementKind.ByteReal) { Classes = 1 };
        string[] hashes =
        [
            Hash(bytes, 1, [], new ByteScaling(0, 1)),
            Hash(bytes, 1, [], new ByteScaling(0, 2)),
            Hash(bytes with { Parts = 2 }, 2, [], new ByteScaling(0, 1)),
            Hash(bytes with { Targets = 1 }, 1, [1], new ByteScaling(0, 1)),
            Hash(bytes with { Targets = 1 }, 1, [float.NaN], new ByteScaling(0, 1)),
        ];

        Assert.Distinct(hashes);
    }

    // Recorded runs name these hashes.
    [Fact]
    public void The_hash_of_labelled_single_sequences_never_changes()
    {
        Assert.Equal("22b15d2b25ff07b3f06c0d01bb1b1e60417d466237e8441eb4052d3dd8f5bcb2", MemorySplit.OfTokens([[2, 3], [4]], [0, 1], 2).ContentHash);
        Assert.Equal("236da94f580d262191a1edae89c9abebde66f9462287f61daf7f0b984211c82f", MemorySplit.OfValues([1, 2, 3, 4], 2, 2, [2], 3).ContentHash);
    }

    private static string Hash(SplitShape shape, int parts, float[] targets, ByteScaling scaling)
    {
        using var writer = new MemorySplitWriter(shape);
        for (int part = 0; part < parts; part++) writer.AddPart([(byte)5, 6]);
        writer.EndRow(0, targets);
        writer.SetScaling([scaling]);
        return writer.Finish().ContentHash;
    }
}

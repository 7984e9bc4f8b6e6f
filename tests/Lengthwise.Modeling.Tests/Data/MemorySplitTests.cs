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
}

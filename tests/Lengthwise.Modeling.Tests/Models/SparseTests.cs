using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class SparseTests : ModelTestSuite<Sparse>
{
    protected override ModelSettings Small(bool bidirectional) =>
        new Sparse.Settings { DModel = 8, NLayers = 2, NHeads = 2, BlockSize = 3, SummarySize = 1, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes =>
    [
        (Sparse.Settings)Small(true) with { BlockSize = 1 }, (Sparse.Settings)Small(false) with { BlockSize = 60, SummarySize = 60 },
        (Sparse.Settings)Small(true) with { NHeads = 8, SummarySize = 0 },
    ];

    [Theory]
    [InlineData(true, 8, 2, 40)]
    [InlineData(true, 8, 2, 41, 41)]
    [InlineData(true, 8, 2, 41, 1, 8, 9, 17, 39)]
    [InlineData(false, 8, 2, 41, 1, 8, 9, 17, 39)]
    [InlineData(true, 5, 0, 31, 8)]
    [InlineData(false, 5, 5, 31, 8)]
    [InlineData(true, 100, 30, 301, 257, 120)]
    [InlineData(false, 100, 30, 301, 257, 120)]
    public void Layer_equals_dense_attention_with_the_mask_of_the_pattern(bool bidirectional, int block, int summary, params int[] lengths)
    {
        random.manual_seed(1);
        var settings = (Sparse.Settings)Small(bidirectional) with { BlockSize = block, SummarySize = summary };
        using SequenceLayer layer = new Sparse().CreateLayers(settings, 0, 512)[0];

        DenseAttention.AssertEqual(layer, 8, [.. lengths], u => DenseAttention.Layer(
            layer, u, 2, (_, t, s) => (t / block == s / block || s % block >= block - summary) && (bidirectional || s <= t)));
    }

    [Fact]
    public void A_summary_as_long_as_the_block_is_the_Transformer()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(2);
        using SequenceLayer sparse = new Sparse().CreateLayers((Sparse.Settings)Small(true) with { SummarySize = 3 }, 0, 64)[0];
        random.manual_seed(2);
        using SequenceLayer whole = new Transformer().CreateLayers(new Transformer.Settings { DModel = 8, NHeads = 2 }, 0, 64)[0];
        Tensor u = randn(2, 37, 8);

        Assert.True(allclose(whole.forward(u, null), sparse.forward(u, null), rtol: 1e-5, atol: 1e-6));
    }

    [Fact]
    public void A_summary_longer_than_the_block_is_refused()
    {
        var settings = (Sparse.Settings)Small(true) with { SummarySize = 4 };

        Assert.Contains("'summary_size' is 4", Assert.Single(settings.Validate()), StringComparison.Ordinal);
    }
}

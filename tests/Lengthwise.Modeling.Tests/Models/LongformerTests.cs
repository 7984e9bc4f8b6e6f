using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class LongformerTests : ModelTestSuite<Longformer>
{
    protected override ModelSettings Small(bool bidirectional) =>
        new Longformer.Settings { DModel = 8, NLayers = 2, NHeads = 2, Window = 5, NGlobal = 1, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes =>
    [
        (Longformer.Settings)Small(true) with { Window = 1, NGlobal = 0 }, (Longformer.Settings)Small(true) with { Window = 1 << 20, NGlobal = 1 << 16 },
        (Longformer.Settings)Small(true) with { NHeads = 8, NGlobal = 3 },
    ];

    [Theory]
    [InlineData(true, 4, 1, 70)]
    [InlineData(true, 4, 1, 71, 71)]
    [InlineData(true, 5, 3, 101, 1, 2, 64, 65)]
    [InlineData(false, 5, 3, 101, 1, 2, 64)]
    [InlineData(true, 90, 2, 101, 47)]
    [InlineData(false, 90, 0, 101, 47)]
    [InlineData(true, 1, 1, 67)]
    [InlineData(true, 512, 0, 31)]
    [InlineData(true, 7, 200, 37, 5)]
    [InlineData(false, 7, 200, 37, 5)]
    [InlineData(true, 3, 0, 1)]
    public void Layer_equals_dense_attention_with_the_released_masks(bool bidirectional, int window, int globals, params int[] lengths)
    {
        random.manual_seed(1);
        var settings = (Longformer.Settings)Small(bidirectional) with { Window = window, NGlobal = globals };
        using SequenceLayer layer = new Longformer().CreateLayers(settings, 0, 128)[0];
        int after = window / 2, before = window - 1 - after;

        DenseAttention.AssertEqual(layer, 8, [.. lengths], u =>
        {
            Tensor Part(string name) => DenseAttention.Project(layer, name, u);
            Tensor local = DenseAttention.Mix(
                Part("q"), Part("k"), Part("v"), 2, (_, t, s) => ((s >= t - before && s <= t + after) || s < globals) && (bidirectional || s <= t));
            if (globals == 0) return DenseAttention.Project(layer, "o", local);
            Tensor global = DenseAttention.Mix(Part("q_global"), Part("k_global"), Part("v_global"), 2, (_, t, s) => bidirectional || s <= t);
            Tensor isGlobal = arange(u.shape[0], ScalarType.Int64).lt(globals).unsqueeze(1);
            return DenseAttention.Project(layer, "o", where(isGlobal, global, local));
        });
    }

    [Fact]
    public void Without_global_steps_there_are_no_parameters_for_them()
    {
        using SequenceLayer with = new Longformer().CreateLayers(Small(true), 0, 64)[0];
        using SequenceLayer without = new Longformer().CreateLayers((Longformer.Settings)Small(true) with { NGlobal = 0 }, 0, 64)[0];

        Assert.Equal(["q", "k", "v", "o", "q_global", "k_global", "v_global"], with.named_children().Select(c => c.name));
        Assert.Equal(["q", "k", "v", "o"], without.named_children().Select(c => c.name));
    }

    [Fact]
    public void A_long_window_is_the_Transformer()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(2);
        using SequenceLayer window = new Longformer().CreateLayers((Longformer.Settings)Small(true) with { Window = 200, NGlobal = 0 }, 0, 64)[0];
        random.manual_seed(2);
        using SequenceLayer whole = new Transformer().CreateLayers(new Transformer.Settings { DModel = 8, NHeads = 2 }, 0, 64)[0];
        Tensor u = randn(2, 37, 8);

        Assert.True(allclose(whole.forward(u, null), window.forward(u, null), rtol: 1e-5, atol: 1e-6));
    }
}

using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using static TorchSharp.torch;
using Padding = Lengthwise.Modeling.Layers.Padding;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class BagTests : AnyModelTestSuite<Bag>
{
    protected override ModelSettings Small(bool bidirectional) => new Bag.Settings { DModel = 8, NLayers = 2, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes =>
    [
        new Bag.Settings { DModel = 1, NLayers = 1 }, new Bag.Settings { DModel = 8, NLayers = 9, Pooling = PoolingKind.Max },
    ];

    [Theory]
    [InlineData(PoolingKind.Mean)]
    [InlineData(PoolingKind.Max)]
    public void The_order_of_steps_does_not_matter(PoolingKind pooling)
    {
        using var scope = NewDisposeScope();
        using SequenceModel tokens = Create(Tokens, new ModelOutput.Pooled(5), Small(true) with { Pooling = pooling });
        using SequenceModel reals = Create(Reals, new ModelOutput.Pooled(5), Small(true) with { Pooling = pooling });
        Tensor words = randint(0, 11, [3, 20], ScalarType.Int64), values = randn(3, 20, 2), order = randperm(20, ScalarType.Int64);

        Tensor word = tokens.forward(words, null) - tokens.forward(words.index_select(1, order), null);
        Tensor value = reals.forward(values, null) - reals.forward(values.index_select(1, order), null);

        Assert.InRange(word.abs().max().item<float>() + value.abs().max().item<float>(), 0, 1e-5f);
    }

    [Fact]
    public void How_often_a_symbol_stands_matters()
    {
        using var scope = NewDisposeScope();
        using SequenceModel model = Create(Tokens, new ModelOutput.Pooled(5), Small(true));

        Tensor once = model.forward(tensor(new long[,] { { 3, 4, 4, 4 } }), null), twice = model.forward(tensor(new long[,] { { 3, 3, 4, 4 } }), null);

        Assert.True((once - twice).abs().max().item<float>() > 1e-3);
    }

    [Fact]
    public void Values_count_by_mean_and_spread_of_valid_steps_alone()
    {
        using var scope = NewDisposeScope();
        using SequenceModel model = Create(Reals, new ModelOutput.Pooled(5), Small(true));
        using Padding padding = PaddingOf([2, 3], 3);
        // Channels (1, -1), (0, 2) with mean 0 and spread 1, and mean 1 and spread 1; the same with a third step behind the end.
        Tensor input = tensor(new float[] { 1, 0, -1, 2, 7, 7, 1, 0, -1, 2, 7, 7 }, [2, 3, 2]);
        Tensor other = tensor(new float[] { -1, 2, 1, 0 }, [1, 2, 2]);

        Tensor padded = model.forward(input, padding), same = model.forward(other, null);

        Assert.InRange((padded[0] - same[0]).abs().max().item<float>(), 0, 1e-6f);
        Assert.True((padded[1] - same[0]).abs().max().item<float>() > 1e-3);
    }
}

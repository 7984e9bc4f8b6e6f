using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class LocalTests : ModelTestSuite<Local>
{
    protected override ModelSettings Small(bool bidirectional) =>
        new Local.Settings { DModel = 8, NLayers = 2, NHeads = 2, BlockSize = 9, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes =>
    [
        (Local.Settings)Small(true) with { BlockSize = 1 }, (Local.Settings)Small(false) with { BlockSize = 60 },
        (Local.Settings)Small(true) with { NHeads = 8, Positions = PositionKind.None },
    ];

    [Theory]
    [InlineData(true, 5, 20)]
    [InlineData(true, 5, 23, 23)]
    [InlineData(true, 5, 23, 1, 7, 20)]
    [InlineData(false, 5, 23, 1, 7, 20)]
    [InlineData(true, 1, 3)]
    [InlineData(true, 64, 31, 12)]
    [InlineData(false, 7, 1)]
    public void Layer_equals_dense_attention_with_the_mask_of_blocks(bool bidirectional, int block, params int[] lengths)
    {
        random.manual_seed(1);
        var settings = (Local.Settings)Small(bidirectional) with { BlockSize = block };
        using SequenceLayer layer = new Local().CreateLayers(settings, 0, 64)[0];

        DenseAttention.AssertEqual(
            layer, 8, [.. lengths], u => DenseAttention.Layer(layer, u, 2, (_, t, s) => t / block == s / block && (bidirectional || s <= t)));
    }

    [Fact]
    public void No_step_of_another_block_has_any_influence()
    {
        using var scope = NewDisposeScope();
        using SequenceModel model = Create(new ModelInput.Reals(1), new ModelOutput.PerPosition(1), Small(true));
        Tensor input = randn(1, 31, 1), other = input.clone();
        other.narrow(1, 9, 9).zero_();

        Tensor changed = (model.forward(input, null) - model.forward(other, null))[0].abs().sum(-1);

        Assert.Equal(0, changed.narrow(0, 0, 9).max().item<float>() + changed.narrow(0, 18, 13).max().item<float>());
        Assert.True(changed.narrow(0, 9, 9).min().item<float>() > 0);
    }
}

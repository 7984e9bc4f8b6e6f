using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class LinformerTests : ModelTestSuite<Linformer>
{
    protected override ModelSettings Small(bool bidirectional) =>
        new Linformer.Settings { DModel = 8, NLayers = 2, NHeads = 2, Rank = 6, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes =>
        [(Linformer.Settings)Small(true) with { Rank = 1 }, (Linformer.Settings)Small(true) with { Rank = 200, ShareHeads = false, NHeads = 8 }];

    [Theory]
    [InlineData(true, 31, 1, 12)]
    [InlineData(false, 31, 1, 12)]
    public void Layer_equals_attention_to_the_mapped_keys_and_values(bool shared, params int[] lengths)
    {
        random.manual_seed(1);
        using SequenceLayer layer = new Linformer().CreateLayers((Linformer.Settings)Small(true) with { ShareHeads = shared }, 0, 64)[0];

        DenseAttention.AssertEqual(layer, 8, [.. lengths], u => HeadFormula.Layer(layer, u, 2, Formula));

        Tensor Formula(int head, Tensor q, Tensor k, Tensor v)
        {
            Tensor map = layer.named_parameters().Single(p => p.name == "E").parameter[shared ? 0 : head].narrow(1, 0, q.shape[0]);
            return matmul((matmul(q, matmul(map, k).t()) / 2).softmax(-1), matmul(map, v));
        }
    }

    [Fact]
    public void With_the_identity_as_map_it_is_softmax_attention()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        using SequenceLayer layer = new Linformer().CreateLayers((Linformer.Settings)Small(true) with { Rank = 13 }, 0, 13)[0];
        using (no_grad()) layer.named_parameters().Single(p => p.name == "E").parameter.copy_(eye(13));
        Tensor u = randn(1, 13, 8);

        Tensor output = layer.forward(u, null)[0];

        Assert.True(allclose(DenseAttention.Layer(layer, u[0], 2, (_, _, _) => true), output, rtol: 1e-5, atol: 1e-6));
    }

    [Fact]
    public void Sequences_beyond_the_map_are_refused()
    {
        using var scope = NewDisposeScope();
        using SequenceModel model = Create(new ModelInput.Reals(2), new ModelOutput.Pooled(2), Small(true) with { Positions = PositionKind.None }, maxLength: 16);

        var error = Assert.Throws<LengthwiseException>(() => model.forward(zeros(1, 17, 2), null));

        Assert.Contains("17 steps, expected at most 16", error.Message, StringComparison.Ordinal);
    }

    // The Transformer's 68,228 and 2 layers x 16 x 64 of E.
    [Fact]
    public void Preset_size_has_the_derived_number_of_parameters()
    {
        var settings = new Linformer.Settings { DModel = 64, NHeads = 4, DFfMultiplier = 2 };

        using SequenceModel model = Create(new ModelInput.Tokens(14), new ModelOutput.Pooled(4), settings);

        Assert.Equal(70_276, model.ParameterCount);
    }
}

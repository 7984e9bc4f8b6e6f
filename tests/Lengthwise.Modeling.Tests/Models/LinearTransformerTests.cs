using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class LinearTransformerTests : RecurrentModelTestSuite<LinearTransformer>
{
    protected override ModelSettings Small(bool bidirectional) =>
        new LinearTransformer.Settings { DModel = 8, NLayers = 2, NHeads = 2, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes =>
    [
        (LinearTransformer.Settings)Small(true) with { NHeads = 8, Divisor = LinearDivisor.Length },
        (LinearTransformer.Settings)Small(false) with { NHeads = 1, Positions = PositionKind.Rotary },
    ];

    [Theory]
    [InlineData(true, LinearDivisor.Weights, 23, 1, 7, 20)]
    [InlineData(false, LinearDivisor.Weights, 23, 1, 7, 20)]
    [InlineData(true, LinearDivisor.Length, 12, 31)]
    [InlineData(false, LinearDivisor.Length, 12)]
    [InlineData(false, LinearDivisor.Weights, 300, 128, 129)]
    public void Layer_equals_the_matrix_of_products_of_features(bool bidirectional, LinearDivisor divisor, params int[] lengths)
    {
        random.manual_seed(1);
        ModelSettings settings = (LinearTransformer.Settings)Small(bidirectional) with { Divisor = divisor };
        using SequenceLayer layer = new LinearTransformer().CreateLayers(settings, 0, 300)[0];

        DenseAttention.AssertEqual(layer, 8, [.. lengths], u => HeadFormula.Layer(layer, u, 2, Formula));

        Tensor Formula(int head, Tensor q, Tensor k, Tensor v)
        {
            Tensor weights = HeadFormula.Seen(matmul(Features(q), Features(k).t()), bidirectional);
            return matmul(weights, v) / (divisor == LinearDivisor.Length ? tensor(Math.Sqrt(300)) : weights.sum(1, keepdim: true) + 1e-6);
        }

        static Tensor Features(Tensor x) => where(x > 0, x + 1, x.exp());
    }

    [Fact]
    public void Rotary_positions_leave_no_single_steps()
    {
        using SequenceLayer layer = new LinearTransformer().CreateLayers(Small(false) with { Positions = PositionKind.Rotary }, 0, 64)[0];

        Assert.False(layer.HasStep);
        Assert.Throws<LengthwiseException>(() => layer.InitialState(1));
    }

    [Fact]
    public void Preset_size_has_as_many_parameters_as_the_Transformer()
    {
        ModelInput input = new ModelInput.Tokens(14);
        ModelOutput output = new ModelOutput.Pooled(4);
        using SequenceModel model = Create(input, output, new LinearTransformer.Settings { DModel = 64, NHeads = 4, DFfMultiplier = 2 });
        using SequenceModel reference = SequenceModel.Create(
            new Transformer(), new Transformer.Settings { DModel = 64, NHeads = 4, DFfMultiplier = 2 }, input, output, 64);

        Assert.Equal(reference.ParameterCount, model.ParameterCount);
        Assert.Equal(68_228, model.ParameterCount);
    }
}

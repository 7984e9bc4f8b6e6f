using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class SynthesizerTests : ModelTestSuite<Synthesizer>
{
    protected override ModelSettings Small(bool bidirectional) =>
        new Synthesizer.Settings { DModel = 8, NLayers = 2, NHeads = 2, Rank = 3, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes =>
    [
        (Synthesizer.Settings)Small(true) with { Rank = 1, NHeads = 8 },
        (Synthesizer.Settings)Small(false) with { Rank = null, Mode = SynthesizerMode.Random },
    ];

    [Theory]
    [InlineData(SynthesizerMode.FactorizedRandom, true, 31, 1, 12)]
    [InlineData(SynthesizerMode.FactorizedRandom, false, 31, 1, 12)]
    [InlineData(SynthesizerMode.Random, true, 31, 12)]
    [InlineData(SynthesizerMode.Random, false, 31, 12)]
    public void Layer_equals_a_softmax_of_the_trained_matrix(SynthesizerMode mode, bool bidirectional, params int[] lengths)
    {
        random.manual_seed(1);
        using SequenceLayer layer = new Synthesizer().CreateLayers(Settings(mode, bidirectional), 0, 64)[0];
        using (no_grad()) foreach ((_, Parameter parameter) in Trained(layer)) parameter.mul_(20);

        DenseAttention.AssertEqual(layer, 8, [.. lengths], Formula);

        Tensor Formula(Tensor u)
        {
            Dictionary<string, Parameter> p = Trained(layer).ToDictionary(x => x.Name, x => x.Parameter);
            Tensor v = DenseAttention.Project(layer, "v", u), hidden = ones([u.shape[0], u.shape[0]], ScalarType.Bool).triu(1);
            return DenseAttention.Project(layer, "o", cat([.. Enumerable.Range(0, 2).Select(head =>
            {
                Tensor r = mode == SynthesizerMode.Random ? p["random"][head] : matmul(p["random1"][head], p["random2"][head]);
                Tensor scores = r.narrow(0, 0, u.shape[0]).narrow(1, 0, u.shape[0]);
                if (!bidirectional) scores = scores.masked_fill(hidden, double.NegativeInfinity);
                return matmul(scores.softmax(-1), v.narrow(1, 4 * head, 4));
            })], 1));
        }
    }

    [Fact]
    public void Weights_beyond_the_range_of_floats_give_finite_values_and_gradients()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        using SequenceLayer layer = new Synthesizer().CreateLayers(Settings(SynthesizerMode.Random, true), 0, 64)[0];
        using (no_grad()) Trained(layer).Single().Parameter.mul_(1e4);
        using var padding = PaddingOf([3, 31], 31);

        Tensor y = layer.forward(randn(2, 31, 8), padding);
        y.sum().backward();

        Assert.True(y.isfinite().all().item<bool>() && Trained(layer).Single().Parameter.grad!.isfinite().all().item<bool>());
    }

    // Per layer 2 (D² + D), 2 h 64 k, feed-forward 4 D² + 3 D and norms 4 D; a last norm, the encoder and Linear(D, classes).
    [Fact]
    public void Preset_size_has_the_derived_number_of_parameters()
    {
        var settings = new Synthesizer.Settings { DModel = 64, NHeads = 4, DFfMultiplier = 2, Rank = 16 };

        using SequenceModel model = Create(new ModelInput.Tokens(14), new ModelOutput.Pooled(4), settings);

        Assert.Equal(67_972, model.ParameterCount);
    }

    [Fact]
    public void Contradictory_settings_are_all_reported()
    {
        var settings = new Synthesizer.Settings { Mode = SynthesizerMode.Random, Rank = 4, Positions = PositionKind.Rotary };

        string[] problems = [.. settings.Validate()];

        Assert.Equal(["rank", "positions"], problems.Select(p => p.Split('\'')[1]));
    }

    private ModelSettings Settings(SynthesizerMode mode, bool bidirectional) =>
        (Synthesizer.Settings)Small(bidirectional) with { Mode = mode, Rank = mode == SynthesizerMode.Random ? null : 3 };

    private static IEnumerable<(string Name, Parameter Parameter)> Trained(SequenceLayer layer) =>
        layer.named_parameters().Where(p => p.name.StartsWith("random", StringComparison.Ordinal)).Select(p => (p.name, p.parameter));
}

using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using TorchSharp;
using static TorchSharp.torch;
using Padding = Lengthwise.Modeling.Layers.Padding;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class CnnTests : RecurrentModelTestSuite<Cnn>
{
    // Five taps and dilations 1 and 2 see 12 steps to each side.
    protected override ModelSettings Small(bool bidirectional) => new Cnn.Settings { DModel = 8, NLayers = 2, KernelSize = 5, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes =>
    [
        (Cnn.Settings)Small(true) with { KernelSize = 1, DilationGrowth = 1 },
        (Cnn.Settings)Small(true) with { KernelSize = 1023 },
        (Cnn.Settings)Small(false) with { NLayers = 4, DilationGrowth = 16, KernelSize = 2 },
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_layer_equals_the_written_out_sums_over_valid_steps(bool bidirectional)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        using var layer = (SequenceLayer)new Cnn().CreateLayers(Small(bidirectional), depth: 1, 64)[0].to(ScalarType.Float64);
        Dictionary<string, Tensor> p = layer.named_parameters().ToDictionary(x => x.name, x => (Tensor)x.parameter);
        Tensor u = randn([2, 15, 8], ScalarType.Float64);
        using Padding padding = PaddingOf([15, 9], 15);

        Tensor found = layer.forward(u, padding);

        foreach ((int row, int length) in ((int, int)[])[(0, 15), (1, 9)])
        {
            Tensor inner = nn.functional.gelu(WrittenOut(p, "conv1", u[row].narrow(0, 0, length), bidirectional));
            Tensor expected = WrittenOut(p, "conv2", inner, bidirectional);
            Assert.True(allclose(expected, found[row].narrow(0, 0, length), rtol: 1e-10, atol: 1e-12), $"row {row}");
        }
    }

    [Fact]
    public void Dilations_grow_with_depth_and_begin_again_after_a_cycle()
    {
        var settings = new Cnn.Settings { NLayers = 7, DilationGrowth = 3, DilationCycle = 3 };

        Assert.Equal([1, 3, 9, 1, 3, 9, 1], Enumerable.Range(0, 7).Select(settings.Dilation));
    }

    // Per layer 2 (D D k + D) and 2 D norm, a last norm, the encoder and Linear(D, classes).
    [Fact]
    public void Preset_size_has_the_derived_number_of_parameters()
    {
        var settings = new Cnn.Settings { DModel = 40, NLayers = 7 };

        using SequenceModel model = Create(new ModelInput.Tokens(14), new ModelOutput.Pooled(4), settings);

        Assert.Equal(7 * (2 * (40 * 40 * 3 + 40) + 80) + 80 + 14 * 40 + 41 * 4, model.ParameterCount);
    }

    public static TheoryData<string, string> Mistakes => new()
    {
        { "kernel_size = 4", "'kernel_size' is 4" },
        { "n_layers = 40\ndilation_growth = 16", "'dilation_growth' is 16" },
        { "positions = 'rotary'", "'positions' is 'rotary'" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Settings_that_contradict_each_other_are_refused_by_name(string lines, string message)
    {
        string text = $"[task]\nname = 'markov-sources'\n[model]\nname = 'cnn'\n{lines}\n";

        RecipeProblem problem = Assert.Single(Assert.Throws<RecipeException>(() => RecipeReader.Parse(text, "recipe.toml", [], new SettingsCatalog())).Problems);

        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
    }

    // Five taps two steps apart, [L, D].
    private static Tensor WrittenOut(Dictionary<string, Tensor> p, string name, Tensor x, bool bidirectional)
    {
        Tensor weight = p[$"{name}.weight"];
        long length = x.shape[0];
        return stack([.. Enumerable.Range(0, (int)length).Select(t =>
        {
            Tensor sum = p[$"{name}.bias"].clone();
            for (int tap = 0; tap < 5; tap++)
                if (t + 2 * (tap - (bidirectional ? 2 : 4)) is var s && s >= 0 && s < length) sum += matmul(weight.select(2, tap), x[s]);
            return sum;
        })]);
    }
}

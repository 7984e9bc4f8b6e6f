using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using TorchSharp;
using static TorchSharp.torch;
using Padding = Lengthwise.Modeling.Layers.Padding;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class EmaTests : RecurrentModelTestSuite<Ema>
{
    protected override ModelSettings Small(bool bidirectional) => new Ema.Settings { DModel = 8, NLayers = 2, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes => [(Ema.Settings)Small(true) with { MaxMemory = 2 }, (Ema.Settings)Small(false) with { MaxMemory = 1e9 }];

    [Fact]
    public void The_convolution_equals_the_averages_written_out_from_both_ends_of_every_sequence()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        using var layer = (SequenceLayer)new Ema().CreateLayers(Small(true), 0, 64)[0].to(ScalarType.Float64);
        Dictionary<string, Tensor> p = layer.named_parameters().ToDictionary(x => x.name, x => (Tensor)x.parameter);
        Tensor Map(string name, Tensor x) => matmul(p[$"{name}.weight"], x) + p[$"{name}.bias"];
        Tensor u = randn([2, 7, 8], ScalarType.Float64);
        using Padding padding = PaddingOf([7, 4], 7);

        Tensor found = layer.forward(u, padding);

        Tensor a = p["alpha"].sigmoid();
        foreach ((int row, int length) in ((int, int)[])[(0, 7), (1, 4)])
        {
            Tensor[] v = [.. Enumerable.Range(0, length).Select(t => Map("v", u[row, t]))];
            Tensor[] forwards = WrittenOut(v, a[0]), backwards = WrittenOut([.. v.Reverse()], a[1]);
            for (int t = 0; t < length; t++)
            {
                Tensor expected = Map("o", Map("g", u[row, t]).sigmoid() * (forwards[t] + backwards[length - 1 - t]));
                Assert.True(allclose(expected, found[row, t], rtol: 1e-10, atol: 1e-12), $"row {row}, step {t}");
            }
        }
    }

    [Fact]
    public void Memories_begin_between_two_steps_and_the_longest()
    {
        using SequenceModel model = Create(new ModelInput.Tokens(11), new ModelOutput.Pooled(5), new Ema.Settings { DModel = 256, NLayers = 1, MaxMemory = 50 });

        using Tensor memory = 1 / (1 - model.State.Single(s => s.Name.EndsWith("alpha", StringComparison.Ordinal)).Tensor.sigmoid());

        Assert.InRange(memory.min().item<float>(), 1.99f, 2.5f);
        Assert.InRange(memory.max().item<float>(), 40, 50.1f);
    }

    // Per layer 3 (D D + D), 2 D of alpha and 2 D of its norm; a last norm, the encoder and Linear(D, classes).
    [Fact]
    public void Preset_size_has_the_derived_number_of_parameters()
    {
        using SequenceModel model = Create(new ModelInput.Tokens(14), new ModelOutput.Pooled(4), new Ema.Settings { DModel = 104, NLayers = 2 });

        Assert.Equal(68_436, model.ParameterCount);
    }

    private static Tensor[] WrittenOut(Tensor[] v, Tensor a)
    {
        var averages = new Tensor[v.Length];
        for (int t = 0; t < v.Length; t++) averages[t] = (t > 0 ? a * averages[t - 1] : 0 * a) + (1 - a) * v[t];
        return averages;
    }
}

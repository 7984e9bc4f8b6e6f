using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Padding = Lengthwise.Modeling.Layers.Padding;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class MambaTests : RecurrentModelTestSuite<Mamba>
{
    protected override ModelSettings Small(bool bidirectional) =>
        new Mamba.Settings { DModel = 8, NLayers = 2, DState = 4, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes =>
    [
        (Mamba.Settings)Small(true) with { DtMin = 1e-9, DtMax = 1e-9, DState = 1, DConv = 1 },
        (Mamba.Settings)Small(false) with { DtMin = 1000, DtMax = 1000, DState = 256, Expand = 1, DtRank = 20 },
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Layer_equals_its_equations_from_each_end_of_every_sequence(bool bidirectional)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        using var layer = (SequenceLayer)new Mamba().CreateLayers(Small(bidirectional), 0, 64)[0].to(ScalarType.Float64);
        Dictionary<string, Parameter> p = layer.named_parameters().ToDictionary(x => x.name, x => x.parameter);
        Tensor u = randn([2, 9, 8], ScalarType.Float64);
        using Padding padding = PaddingOf([9, 5], 9);

        Tensor found = layer.forward(u, padding);

        for (int row = 0; row < 2; row++)
        {
            int length = row == 0 ? 9 : 5;
            Tensor[] halves = matmul(u[row].narrow(0, 0, length), p["in_proj.weight"].t()).chunk(2, -1);
            Tensor y = WrittenOut(p, halves[0], "conv1d", "x_proj", "dt_proj", "A_log", "D");
            if (bidirectional) y = y + WrittenOut(p, halves[0].flip(0), "conv1d_b", "x_proj_b", "dt_proj_b", "A_b_log", "D_b").flip(0);
            Tensor expected = matmul(y * nn.functional.silu(halves[1]), p["out_proj.weight"].t());
            Assert.True(allclose(expected, found[row].narrow(0, 0, length), rtol: 1e-10, atol: 1e-12), $"row {row}");
        }
    }

    [Fact]
    public void Initial_values_are_the_published_ones()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        using SequenceLayer layer = new Mamba().CreateLayers(new Mamba.Settings { DModel = 64 }, 0, 64)[0];
        Dictionary<string, Parameter> p = layer.named_parameters().ToDictionary(x => x.name, x => x.parameter);

        Tensor steps = nn.functional.softplus(p["dt_proj.bias"]);

        Assert.True(allclose(p["A_log"].exp(), arange(1, 17, ScalarType.Float32).expand(128, 16), rtol: 1e-5));
        Assert.Equal([128, 4], p["dt_proj.weight"].shape);
        Assert.InRange(p["dt_proj.weight"].abs().max().item<float>(), 0.45, 0.5);
        Assert.InRange(steps.min().item<float>(), 0.00099, 0.002);
        Assert.InRange(steps.max().item<float>(), 0.07, 0.1001);
    }

    [Fact]
    public void It_is_listed_apart()
    {
        Assert.Contains("no part of the published comparison", ModelCatalog.Remark("mamba"), StringComparison.Ordinal);
        Assert.Null(ModelCatalog.Remark("transformer"));
    }

    // Per layer 6 D², for each direction E (K + 1 + R + 2 N + R + 1 + N + 1), and norms 2 D; a last norm, the encoder and Linear(D, classes).
    [Fact]
    public void Preset_size_has_the_derived_number_of_parameters()
    {
        using SequenceModel model = Create(new ModelInput.Tokens(14), new ModelOutput.Pooled(4), new Mamba.Settings { DModel = 56 });

        Assert.Equal(67_204, model.ParameterCount);
    }

    [Fact]
    public void Contradictory_settings_are_all_reported()
    {
        var settings = new Mamba.Settings { DtMin = 1, DtMax = 0.1, Positions = PositionKind.Rotary };

        string[] problems = [.. settings.Validate()];

        Assert.Equal(["dt_min", "positions"], problems.Select(problem => problem.Split('\'')[1]));
    }

    /// <summary>A direction of one sequence, [L, E], before the gate.</summary>
    private static Tensor WrittenOut(Dictionary<string, Parameter> p, Tensor x, string conv, string project, string step, string aLog, string skip)
    {
        Tensor state = zeros(16, 4, dtype: ScalarType.Float64);
        var outputs = new List<Tensor>();
        for (int t = 0; t < x.shape[0]; t++)
        {
            Tensor sum = p[conv + ".bias"];
            for (int i = 0; i < 4; i++) if (t - 3 + i >= 0) sum = sum + p[conv + ".weight"].select(2, i).squeeze(1) * x[t - 3 + i];
            Tensor input = nn.functional.silu(sum), all = matmul(p[project + ".weight"], input);
            Tensor dt = nn.functional.softplus(matmul(p[step + ".weight"], all.narrow(0, 0, 1)) + p[step + ".bias"]);
            state = (dt.unsqueeze(1) * -p[aLog].exp()).exp() * state + (dt * input).unsqueeze(1) * all.narrow(0, 1, 4);
            outputs.Add(matmul(state, all.narrow(0, 5, 4)) + p[skip] * input);
        }
        return stack(outputs);
    }
}

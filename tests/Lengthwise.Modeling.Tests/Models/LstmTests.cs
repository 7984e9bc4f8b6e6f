using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using TorchSharp;
using static TorchSharp.torch;
using Padding = Lengthwise.Modeling.Layers.Padding;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class LstmTests : RecurrentModelTestSuite<Lstm>
{
    protected override ModelSettings Small(bool bidirectional) => new Lstm.Settings { DModel = 8, NLayers = 2, DState = 6, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes => [(Lstm.Settings)Small(true) with { DState = 1 }, (Lstm.Settings)Small(false) with { DState = 300 }];

    [Fact]
    public void Both_directions_equal_the_written_out_recurrence_from_each_end_of_every_sequence()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        using var layer = (SequenceLayer)new Lstm().CreateLayers(Small(true), 0, 64)[0].to(ScalarType.Float64);
        Dictionary<string, Tensor> p = layer.named_parameters().ToDictionary(x => x.name, x => (Tensor)x.parameter);
        Tensor u = randn([2, 7, 8], ScalarType.Float64);
        using Padding padding = PaddingOf([7, 4], 7);

        Tensor found = layer.forward(u, padding);

        for (int row = 0; row < 2; row++)
        {
            int length = row == 0 ? 7 : 4;
            Tensor[] forwards = WrittenOut(p, "rnn.", [.. Enumerable.Range(0, length).Select(t => u[row, t])]);
            Tensor[] backwards = WrittenOut(p, "rnn_reverse.", [.. Enumerable.Range(0, length).Reverse().Select(t => u[row, t])]);
            for (int t = 0; t < length; t++)
            {
                Tensor expected = matmul(p["out.weight"], cat([forwards[t], backwards[length - 1 - t]])) + p["out.bias"];
                Assert.True(allclose(expected, found[row, t], rtol: 1e-10, atol: 1e-12), $"row {row}, step {t}");
            }
        }
    }

    // Per layer and direction 4 (S H + S² + 2 S); then H (2 S + 1) out and 2 H norm, a last norm, the encoder and Linear(H, classes).
    [Fact]
    public void Preset_size_has_the_derived_number_of_parameters()
    {
        var settings = new Lstm.Settings { DModel = 48, NLayers = 2, DState = 40 };

        using SequenceModel model = Create(new ModelInput.Tokens(14), new ModelOutput.Pooled(4), settings);

        Assert.Equal(66_532, model.ParameterCount);
    }

    private static Tensor[] WrittenOut(Dictionary<string, Tensor> p, string prefix, Tensor[] steps)
    {
        Tensor h = zeros(6, ScalarType.Float64), cell = h;
        var states = new Tensor[steps.Length];
        for (int t = 0; t < steps.Length; t++)
        {
            Tensor mapped = matmul(p[prefix + "weight_ih_l0"], steps[t]) + p[prefix + "bias_ih_l0"]
                + matmul(p[prefix + "weight_hh_l0"], h) + p[prefix + "bias_hh_l0"];
            Tensor[] gates = mapped.chunk(4);
            cell = gates[1].sigmoid() * cell + gates[0].sigmoid() * gates[2].tanh();
            h = gates[3].sigmoid() * cell.tanh();
            states[t] = h;
        }
        return states;
    }
}

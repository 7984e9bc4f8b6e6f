using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class LstmTests : GatedRecurrenceTestSuite<Lstm>
{
    protected override ModelSettings Small(bool bidirectional) => new Lstm.Settings { DModel = 8, NLayers = 2, DState = 6, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes => [(Lstm.Settings)Small(true) with { DState = 1 }, (Lstm.Settings)Small(false) with { DState = 300 }];

    // Per layer and direction 4 (S H + S² + 2 S); then H (2 S + 1) out and 2 H norm, a last norm, the encoder and Linear(H, classes).
    [Fact]
    public void Preset_size_has_the_derived_number_of_parameters()
    {
        var settings = new Lstm.Settings { DModel = 48, NLayers = 2, DState = 40 };

        using SequenceModel model = Create(new ModelInput.Tokens(14), new ModelOutput.Pooled(4), settings);

        Assert.Equal(66_532, model.ParameterCount);
    }

    protected override Tensor[] WrittenOut(Dictionary<string, Tensor> p, string prefix, Tensor[] steps)
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

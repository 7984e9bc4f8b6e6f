using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class GruTests : GatedRecurrenceTestSuite<Gru>
{
    protected override ModelSettings Small(bool bidirectional) => new Gru.Settings { DModel = 8, NLayers = 2, DState = 6, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes => [(Gru.Settings)Small(true) with { DState = 1 }, (Gru.Settings)Small(false) with { DState = 300 }];

    // Per layer and direction 3 (S H + S² + 2 S); then H (2 S + 1) out and 2 H norm, a last norm, the encoder and Linear(H, classes).
    [Fact]
    public void Preset_size_has_the_derived_number_of_parameters()
    {
        var settings = new Gru.Settings { DModel = 48, NLayers = 2, DState = 48 };

        using SequenceModel model = Create(new ModelInput.Tokens(14), new ModelOutput.Pooled(4), settings);

        Assert.Equal(66_916, model.ParameterCount);
    }

    protected override Tensor[] WrittenOut(Dictionary<string, Tensor> p, string prefix, Tensor[] steps)
    {
        Tensor h = zeros(6, ScalarType.Float64);
        var states = new Tensor[steps.Length];
        for (int t = 0; t < steps.Length; t++)
        {
            Tensor[] x = (matmul(p[prefix + "weight_ih_l0"], steps[t]) + p[prefix + "bias_ih_l0"]).chunk(3);
            Tensor[] back = (matmul(p[prefix + "weight_hh_l0"], h) + p[prefix + "bias_hh_l0"]).chunk(3);
            Tensor reset = (x[0] + back[0]).sigmoid(), keep = (x[1] + back[1]).sigmoid();
            h = (1 - keep) * (x[2] + reset * back[2]).tanh() + keep * h;
            states[t] = h;
        }
        return states;
    }
}

using Lengthwise.Modeling.Layers;
using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class GauTests : ModelTestSuite<Gau>
{
    protected override ModelSettings Small(bool bidirectional) =>
        new Gau.Settings { DModel = 8, NLayers = 2, DAttin = 4, DAttout = 12, AttentionActivation = AttentionActivation.Softmax, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes =>
    [
        (Gau.Settings)Small(true) with { DAttin = 1, DAttout = 1 },
        (Gau.Settings)Small(true) with { AttentionActivation = AttentionActivation.Relu2 },
        (Gau.Settings)Small(false) with { AttentionActivation = AttentionActivation.Laplace, RelPosBias = RelativeBiasKind.Rotary },
    ];

    [Fact]
    public void With_attention_to_itself_alone_it_is_a_gated_feed_forward()
    {
        using var scope = NewDisposeScope();
        using GauBlock block = Block((Gau.Settings)Small(true) with { AttentionActivation = AttentionActivation.Relu2 });
        Dictionary<string, Parameter> p = block.named_parameters().ToDictionary(x => x.name, x => x.parameter);
        using (no_grad())
        {
            p["gamma"].zero_();
            p["rel_pos_bias.rel_pos_bias"].zero_();
            p["rel_pos_bias.rel_pos_bias"][63] = 1.0;
        }
        Tensor u = randn([2, 9, 8], ScalarType.Float64);
        Tensor Map(string name) => nn.functional.silu(matmul(u, p[name + ".weight"].t()) + p[name + ".bias"]);

        Tensor found = block.forward(u, null);

        Assert.True(allclose(matmul(Map("u_proj") * Map("v_proj"), p["out.weight"].t()) + p["out.bias"], found, rtol: 1e-10, atol: 1e-12));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Unit_equals_its_formula(bool causal)
    {
        using var scope = NewDisposeScope();
        using GauBlock block = Block((Gau.Settings)Small(!causal) with { AttentionActivation = AttentionActivation.Relu2 });
        Dictionary<string, Parameter> p = block.named_parameters().ToDictionary(x => x.name, x => x.parameter);
        using (no_grad()) p["rel_pos_bias.rel_pos_bias"].mul_(30);
        Tensor u = randn([1, 9, 8], ScalarType.Float64);
        Tensor Map(string name) => nn.functional.silu(matmul(u[0], p[name + ".weight"].t()) + p[name + ".bias"]);
        Tensor z = Map("z_proj"), difference = arange(9).unsqueeze(0) - arange(9).unsqueeze(1);
        Tensor bias = p["rel_pos_bias.rel_pos_bias"].index_select(0, (63 + difference).flatten()).view(9, 9);
        Tensor seen = causal ? ones([9, 9], ScalarType.Float64).tril() : ones([9, 9], ScalarType.Float64);
        Tensor scores = matmul(z * p["gamma"][0] + p["beta"][0], (z * p["gamma"][1] + p["beta"][1]).t()) / seen.sum(1, keepdim: true) + bias;
        Tensor expected = matmul(Map("u_proj") * matmul(scores.relu().square() * seen, Map("v_proj")), p["out.weight"].t()) + p["out.bias"];

        Assert.True(allclose(expected, block.forward(u, null)[0], rtol: 1e-10, atol: 1e-12));
    }

    [Fact]
    public void Single_steps_are_declared_impossible()
    {
        using GauBlock block = Block((Gau.Settings)Small(false));

        Assert.False(block.HasStep);
        Assert.Throws<LengthwiseException>(() => block.InitialState(1));
    }

    // Per layer 2 E (H + 1) + S (H + 1) + 4 S + 2 M - 1 + H (E + 1) + 2 H; a last norm, the encoder and Linear(H, classes).
    [Fact]
    public void Preset_size_has_the_derived_number_of_parameters()
    {
        var settings = new Gau.Settings { DModel = 48, NLayers = 4, DAttin = 40, DAttout = 96 };

        using SequenceModel model = Create(new ModelInput.Tokens(14), new ModelOutput.Pooled(4), settings);

        Assert.Equal(66_592, model.ParameterCount);
    }

    [Fact]
    public void Contradictory_settings_are_all_reported()
    {
        var settings = new Gau.Settings { DAttin = 5, RelPosBias = RelativeBiasKind.Rotary, Positions = PositionKind.Rotary };

        string[] problems = [.. settings.Validate()];

        Assert.Equal(["d_attin", "positions"], problems.Select(p => p.Split('\'')[1]));
    }

    private static GauBlock Block(Gau.Settings settings)
    {
        random.manual_seed(3);
        return (GauBlock)new GauBlock(settings, 64).to(ScalarType.Float64);
    }
}

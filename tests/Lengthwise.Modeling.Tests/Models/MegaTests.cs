using Lengthwise.Modeling.Layers;
using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Padding = Lengthwise.Modeling.Layers.Padding;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class MegaTests : RecurrentModelTestSuite<Mega>
{
    // Chunks of five, so that most sequences of the suite end inside one.
    protected override ModelSettings Small(bool bidirectional) => new Mega.Settings
    {
        DModel = 8,
        NLayers = 2,
        DState = 3,
        DAttin = 4,
        DAttout = 10,
        DFf = 12,
        Chunk = 5,
        Bidirectional = bidirectional,
    };

    protected override IEnumerable<ModelSettings> Extremes =>
    [
        (Mega.Settings)Small(true) with { Chunk = null },
        (Mega.Settings)Small(true) with { Chunk = 1, DState = 1, DAttin = 1, DAttout = 1, DFf = 1 },
        (Mega.Settings)Small(true) with { Chunk = 100_000, AttentionActivation = AttentionActivation.Laplace },
        (Mega.Settings)Small(false) with { AttentionActivation = AttentionActivation.Relu2, RelPosBias = RelativeBiasKind.Rotary, Norm = NormKind.Scale },
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_truncated_average_sees_its_steps_and_no_further(bool bidirectional)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        using var average = (DampedAverage)new DampedAverage(1, 3, bidirectional, truncation: 4).to(ScalarType.Float64);
        random.manual_seed(3);
        using var whole = (DampedAverage)new DampedAverage(1, 3, bidirectional).to(ScalarType.Float64);
        Tensor impulse = zeros([1, 15, 1], ScalarType.Float64);
        impulse[0, 7, 0] = 1;

        Tensor response = average.forward(impulse).flatten(), full = whole.forward(impulse).flatten();

        int reach = bidirectional ? 3 : 0;
        Assert.True(allclose(response.narrow(0, 7 - reach, reach + 4), full.narrow(0, 7 - reach, reach + 4), rtol: 1e-9));
        Assert.InRange(response.narrow(0, 0, 7 - reach).abs().max().item<double>(), 0, 1e-12);
        Assert.InRange(response.narrow(0, 11, 4).abs().max().item<double>(), 0, 1e-12);
        Assert.True(full.narrow(0, 11, 4).abs().min().item<double>() > 1e-6);
    }

    [Fact]
    public void A_truncated_average_has_no_recurrence()
    {
        using var block = new MegaBlock((Mega.Settings)Small(false) with { Truncation = 4 }, 16);

        Assert.False(block.HasStep);
        Assert.Throws<LengthwiseException>(() => block.InitialState(1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(37)]
    public void Average_over_the_sequence_equals_the_recurrence_in_both_directions(int length)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        using var average = (DampedAverage)new DampedAverage(4, 3, bidirectional: true).to(ScalarType.Float64);
        Dictionary<string, Parameter> p = average.named_parameters().ToDictionary(x => x.name, x => x.parameter);
        Tensor u = randn([2, length, 4], ScalarType.Float64), damping = p["delta"].squeeze(-1).sigmoid();
        Tensor kept = 1 - damping * p["alpha"].squeeze(-1).sigmoid();
        Tensor expected = u * p["omega"];
        foreach (bool back in (bool[])[false, true])
        {
            Tensor Rows(Tensor x) => x.narrow(0, back ? 4 : 0, 4);
            Tensor state = zeros([2, 4, 3], ScalarType.Float64);
            for (int i = 0; i < length; i++)
            {
                int t = back ? length - 1 - i : i;
                state = Rows(kept) * state + Rows(damping * p["beta"]) * u.select(1, t).unsqueeze(-1);
                expected.select(1, t).add_((state * Rows(p["gamma"])).sum(-1) / Math.Sqrt(3));
            }
        }

        Tensor found = average.forward(u);

        Assert.True(allclose(expected, found, rtol: 1e-10, atol: 1e-12));
    }

    [Fact]
    public void Saturated_averages_stay_finite_and_remember_nothing_or_everything()
    {
        using var scope = NewDisposeScope();
        using var average = new DampedAverage(4, 2, bidirectional: false);
        using (no_grad())
        {
            average.get_parameter("delta")!.copy_(tensor(new float[] { 90, -90, 90, -20 }).view(4, 1, 1).expand(4, 2, 1));
            average.get_parameter("alpha")!.copy_(tensor(new float[] { 90, -90, -90, -20 }).view(4, 1, 1).expand(4, 2, 1));
        }

        Tensor y = average.forward(randn(1, 50, 4));
        y.sum().backward();

        Assert.True(y.isfinite().all().item<bool>());
        Assert.All(average.parameters(), parameter => Assert.True(parameter.grad!.isfinite().all().item<bool>()));
    }

    [Fact]
    public void A_closed_update_gate_passes_its_input_on()
    {
        using var scope = NewDisposeScope();
        using MegaBlock block = Block((Mega.Settings)Small(true) with { Prenorm = true });
        using var _ = no_grad();
        block.get_parameter("mx_proj.bias")!.narrow(0, 0, 8).fill_(-1000);
        block.get_parameter("nffn.layer.ff.2.weight")!.zero_();
        Tensor u = randn([2, 9, 8], ScalarType.Float64);

        Assert.True(block.forward(u, null).equal(u).all().item<bool>());
    }

    [Fact]
    public void One_chunk_of_the_whole_sequence_equals_attention_to_all_of_it()
    {
        using var scope = NewDisposeScope();
        var whole = (Mega.Settings)Small(true) with { Chunk = null };
        using MegaBlock one = Block(whole), other = Block(whole with { Chunk = 64 });
        Tensor u = randn([2, 23, 8], ScalarType.Float64);

        Assert.True(one.forward(u, null).equal(other.forward(u, null)).all().item<bool>());
    }

    [Fact]
    public void Attention_over_the_whole_sequence_has_no_single_steps()
    {
        using var scope = NewDisposeScope();
        using MegaBlock block = Block((Mega.Settings)Small(false) with { Chunk = null });

        Assert.False(block.HasStep);
        Assert.Throws<LengthwiseException>(() => block.InitialState(1));
    }

    [Theory]
    [InlineData(AttentionActivation.Laplace, RelativeBiasKind.Simple, NormKind.Scale, true)]
    [InlineData(AttentionActivation.Relu2, RelativeBiasKind.Rotary, NormKind.Layer, false)]
    public void Batch_companions_change_nothing_in_the_other_forms_either(
        AttentionActivation activation, RelativeBiasKind bias, NormKind norm, bool bidirectional)
    {
        using var scope = NewDisposeScope();
        var settings = (Mega.Settings)Small(bidirectional) with { Chunk = null, AttentionActivation = activation, RelPosBias = bias, Norm = norm };
        using MegaBlock block = Block(settings);
        Tensor u = randn([3, 13, 8], ScalarType.Float64);
        long[] lengths = [13, 7, 1];
        using Padding padding = PaddingOf(lengths, 13);

        Tensor together = block.forward(u, padding);

        for (int row = 0; row < 3; row++)
        {
            Tensor alone = block.forward(u.narrow(0, row, 1).narrow(1, 0, lengths[row]), null);
            Assert.True(allclose(alone[0], together[row].narrow(0, 0, lengths[row]), rtol: 1e-10, atol: 1e-12));
        }
    }

    [Fact]
    public void Initial_values_follow_their_distributions()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(9);
        using var block = new MegaBlock(new Mega.Settings { DModel = 128, DAttin = 64, DAttout = 256, DFf = 256 }, 1000);
        Dictionary<string, Parameter> own = block.named_parameters().ToDictionary(p => p.name, p => p.parameter);

        foreach (string name in (string[])["v_proj.weight", "mx_proj.weight", "h_proj.weight", "nffn.layer.ff.2.weight", "rel_pos_bias.rel_pos_bias"])
            Assert.InRange(own[name].std().item<float>(), 0.019f, 0.021f);
        foreach (string name in (string[])["ssm.delta", "ssm.alpha"]) Assert.InRange(own[name].std().item<float>(), 0.19f, 0.21f);
        Assert.InRange(own["ssm.beta"].mean([0])[0].item<float>(), 0.99f, 1.01f);
        Assert.InRange(own["ssm.beta"].mean([0])[1].item<float>(), -1.01f, -0.99f);
        Assert.InRange(own["ssm.gamma"].std().item<float>(), 0.95f, 1.05f);
        Assert.Equal(0, own["mx_proj.bias"].abs().max().item<float>() + own["beta"].abs().max().item<float>());
    }

    [Fact]
    public void Contradictory_settings_are_all_reported()
    {
        var settings = new Mega.Settings { DAttin = 5, RelPosBias = RelativeBiasKind.Rotary, Positions = PositionKind.Rotary };

        string[] problems = [.. settings.Validate()];

        Assert.Equal(["d_attin", "positions"], problems.Select(p => p.Split('\'')[1]));
    }

    private static MegaBlock Block(Mega.Settings settings)
    {
        random.manual_seed(3);
        return (MegaBlock)new MegaBlock(settings, 64).to(ScalarType.Float64);
    }
}

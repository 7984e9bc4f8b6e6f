using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class LunaTests : ModelTestSuite<Luna>
{
    protected override ModelSettings Small(bool bidirectional) =>
        new Luna.Settings { DModel = 8, NLayers = 2, NHeads = 2, PLength = 5, Bidirectional = bidirectional };

    protected override IEnumerable<ModelSettings> Extremes =>
        [(Luna.Settings)Small(true) with { PLength = 1, NHeads = 8 }, (Luna.Settings)Small(true) with { PLength = 300, NLayers = 3, Prenorm = false }];

    [Theory]
    [InlineData(PositionKind.None, 31, 1, 12)]
    [InlineData(PositionKind.Sinusoidal, 31, 1, 12)]
    public void Layer_equals_two_softmax_attentions(PositionKind positions, params int[] lengths)
    {
        random.manual_seed(1);
        using SequenceLayer layer = new Luna().CreateLayers(Small(true) with { Positions = positions, Norm = NormKind.None }, 0, 64)[0];

        DenseAttention.AssertEqual(layer, 8, [.. lengths], u =>
        {
            Tensor p = layer.named_parameters().Single(x => x.name == "p").parameter;
            if (positions == PositionKind.Sinusoidal) p = p + Sines(5, 8);
            return Unpacked(layer, u, Packed(layer, u, p));
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whole_model_carries_P_from_layer_to_layer(bool prenorm)
    {
        using var scope = NewDisposeScope();
        ModelSettings settings = Small(true) with { Positions = PositionKind.None, Norm = NormKind.Scale, Prenorm = prenorm, NLayers = 3 };
        using SequenceModel model = Create(new ModelInput.Reals(3), new ModelOutput.PerPosition(4), settings).Double();
        Dictionary<string, Parameter> all = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        using (no_grad()) foreach (string name in all.Keys.Where(n => n.Contains("norm", StringComparison.Ordinal))) all[name].mul_(1.3);
        Tensor input = randn([1, 9, 3], ScalarType.Float64);

        Tensor output = model.forward(input, null)[0];

        Tensor x = Linear("encoder", input[0]), p = all["layers.0.0.layer.p"];
        for (int depth = 0; depth < 3; depth++)
        {
            string at = $"layers.{depth}.0.", ff = $"layers.{depth}.1.", norm = at + "layer.p_norm";
            Tensor u = prenorm ? Norm(at + "norm", x) : x, packed = Attention(
                Linear(at + "layer.pq_proj", prenorm ? Norm(norm, p) : p), Linear(at + "layer.pc_proj", u));
            Tensor y = Linear(at + "layer.out_proj", Attention(Linear(at + "layer.q_proj", u), Linear(at + "layer.c_proj", packed)));
            (x, p) = (prenorm ? x + y : Norm(at + "norm", x + y), prenorm || depth == 2 ? p + packed : Norm(norm, p + packed));
            Tensor inner = Linear(ff + "layer.w2", nn.functional.gelu(Linear(ff + "layer.w1", prenorm ? Norm(ff + "norm", x) : x)));
            x = prenorm ? x + inner : Norm(ff + "norm", x + inner);
        }
        Assert.True(allclose(Linear("decoder", prenorm ? Norm("norm", x) : x), output, rtol: 1e-9, atol: 1e-11));

        Tensor Linear(string name, Tensor value) => matmul(value, all[name + ".weight"].t()) + all[name + ".bias"];

        // One trained size, as in ScaleNormalization.
        Tensor Norm(string name, Tensor value) => value * all.Single(n => n.Key.StartsWith(name + ".", StringComparison.Ordinal)).Value
            * (value.square().mean([-1], keepdim: true) + 1e-5).rsqrt();
    }

    [Fact]
    public void A_pass_leaves_nothing_behind_for_the_next()
    {
        using var scope = NewDisposeScope();
        using SequenceModel model = Create(new ModelInput.Reals(2), new ModelOutput.Pooled(3), Small(true));
        Tensor input = randn(2, 9, 2), other = randn(5, 31, 2);

        Tensor first = model.forward(input, null);
        model.forward(other, null);
        Tensor again = model.forward(input, null);

        Assert.True(first.equal(again).all().item<bool>());
    }

    [Fact]
    public void A_later_layer_alone_says_what_it_lacks()
    {
        using SequenceLayer layer = new Luna().CreateLayers(Small(true), 1, 64)[0];
        using Tensor u = randn(1, 4, 8);

        var error = Assert.Throws<LengthwiseException>(() => layer.forward(u, null));

        Assert.Contains("found no P", error.Message, StringComparison.Ordinal);
    }

    // Per layer 5 (D² + D), feed-forward 2 D F + F + D, norms 6 D; P, a last norm, the encoder and Linear(D, classes).
    [Fact]
    public void Preset_size_has_the_derived_number_of_parameters()
    {
        var settings = new Luna.Settings { DModel = 64, NHeads = 4, DFf = 96, PLength = 16 };

        using SequenceModel model = Create(new ModelInput.Tokens(14), new ModelOutput.Pooled(4), settings);

        Assert.Equal(69_572, model.ParameterCount);
    }

    [Fact]
    public void Contradictory_settings_are_all_reported()
    {
        var settings = new Luna.Settings { DQkv = 32, Positions = PositionKind.Rotary, Bidirectional = false };

        string[] problems = [.. settings.Validate()];

        Assert.Equal(["bidirectional", "d_qkv", "positions"], problems.Select(p => p.Split('\'')[1]));
    }

    private static Tensor Packed(SequenceLayer layer, Tensor u, Tensor p) =>
        Attention(DenseAttention.Project(layer, "pq_proj", p), DenseAttention.Project(layer, "pc_proj", u));

    private static Tensor Unpacked(SequenceLayer layer, Tensor u, Tensor packed) => DenseAttention.Project(
        layer, "out_proj", Attention(DenseAttention.Project(layer, "q_proj", u), DenseAttention.Project(layer, "c_proj", packed)));

    private static Tensor Attention(Tensor q, Tensor context) => DenseAttention.Mix(q, context, context, 2, (_, _, _) => true);

    private static Tensor Sines(int length, int width)
    {
        var values = new double[length, width];
        for (int t = 0; t < length; t++)
            for (int i = 0; i < width; i += 2)
                (values[t, i], values[t, i + 1]) = Math.SinCos(t * Math.Pow(10000, -i / (double)width));
        return tensor(values);
    }
}

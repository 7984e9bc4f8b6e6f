using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Padding = Lengthwise.Modeling.Layers.Padding;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class Conv1DTests : AnyModelTestSuite<Conv1D>
{
    protected override ModelSettings Small(bool bidirectional) =>
        new Conv1D.Settings { DModel = 8, NLayers = 2, BlocksPerWidth = 1, Dropout = 0, Head = HeadKind.Linear, Bidirectional = bidirectional };

    // Seven blocks leave nothing of 61 steps but one; dilations reach beyond the sequence.
    protected override IEnumerable<ModelSettings> Extremes =>
    [
        new Conv1D.Settings { DModel = 8, NLayers = 9, BlocksPerWidth = 9, Dropout = 0 },
        new Conv1D.Settings { DModel = 8, NLayers = 1, KernelSize = 255, Dilations = [1, 4096] },
        new Conv1D.Settings { DModel = 1, NLayers = 1, KernelSize = 1, Dilations = [1] },
    ];

    // 3 f_in 2f + 2f for the first convolution of a block, 3 f 2f + 2f for two more, f_in f + f where widths differ; 128² + 128 and 128 · 4 + 4.
    [Fact]
    public void Published_sizes_have_the_published_number_of_parameters()
    {
        using SequenceModel model = Create(new ModelInput.Reals(1), new ModelOutput.Pooled(4), new Conv1D.Settings(), maxLength: 2600);

        Assert.Equal(748_324, model.ParameterCount);
    }

    [Fact]
    public void An_impulse_is_seen_over_the_published_receptive_field()
    {
        const int length = 8192, published = 3698;
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        // The width does not matter. With positive weights and no biases whatever arrives is above zero: nothing hides an impulse.
        using var body = new Conv1D.Body(new Conv1D.Settings { DModel = 8 }, new ModelInput.Reals(1));
        foreach ((string name, Parameter parameter) in body.named_parameters()) parameter.fill_(name.EndsWith("bias", StringComparison.Ordinal) ? 0 : 0.1);
        bool Sees(int step)
        {
            using var inner = NewDisposeScope();
            Tensor impulse = zeros(1, length, 1);
            impulse[0, step, 0] = 1;
            return body.Features(impulse, null).Sequence[0, 32].sum().item<float>() > 0;
        }

        // The position of the middle sees steps around 4,096 of 8,192.
        int first = Boundary(0, length / 2, Sees), last = Boundary(length - 1, length / 2, Sees);

        Assert.Equal(published, last - first + 1);
        Assert.All(Enumerable.Range(0, 50), i => Assert.True(Sees(first + (last - first) * i / 50)));
    }

    [Fact]
    public void A_block_equals_the_written_out_sums()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        using var block = (Conv1D.Block)new Conv1D.Block(2, 3, new Conv1D.Settings { Dilations = [1, 3] }).to(ScalarType.Float64);
        Dictionary<string, Tensor> p = block.named_parameters().ToDictionary(x => x.name, x => (Tensor)x.parameter);
        Tensor x = randn([1, 2, 7], ScalarType.Float64);

        Tensor found = block.forward(x, null);

        Tensor first = Halves(p, 0, x, 1), second = Halves(p, 1, first, 3);
        Tensor shortcut = matmul(p["shortcut.weight"].squeeze(2), x[0]) + p["shortcut.bias"].unsqueeze(1);
        Assert.True(allclose(second + shortcut, found, rtol: 1e-12, atol: 1e-12));
    }

    [Fact]
    public void Pooling_takes_the_larger_of_two_and_drops_an_odd_last_step_that_is_not_the_only_one()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        // Blocks of one tap that pass positive values on: ReLU(y) + ReLU(0) + y.
        using var body = new Conv1D.Body(new Conv1D.Settings { DModel = 1, NLayers = 2, KernelSize = 1, Dilations = [1] }, new ModelInput.Reals(1));
        foreach ((_, Parameter parameter) in body.named_parameters())
        {
            parameter.zero_();
            if (parameter.dim() == 3) parameter[0] = 1f;
        }
        Tensor values = tensor(new float[] { 1, 5, 3, 2, 9, 4, 7, 0, 0, 0 }).view(2, 5, 1);
        using Padding padding = PaddingOf([5, 1], 5);

        (Tensor left, Padding? short_) = body.Features(values, padding);
        using Padding? owned = short_;

        Assert.Equal([2, 1], short_!.Lengths.data<long>().ToArray());
        Assert.Equal([20f, 12f], left[0].flatten().data<float>().ToArray());
        Assert.Equal(16f, left[1, 0, 0].item<float>());
    }

    [Theory]
    [InlineData(ObjectiveKind.Masked)]
    [InlineData(ObjectiveKind.Causal)]
    public void Pretraining_is_not_applicable(ObjectiveKind objective) => Assert.NotNull(new Conv1D.Settings().ObstacleTo(objective));

    [Fact]
    public void An_output_at_every_step_is_refused()
    {
        var refused = Assert.Throws<LengthwiseException>(() => Create(new ModelInput.Tokens(11), new ModelOutput.PerPosition(11), Small(true)));

        Assert.Contains("an output at every step was asked for, but its sequence is halved", refused.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Mistakes => new()
    {
        { "kernel_size = 4", "'kernel_size' is 4" },
        { "dilations = []", "'dilations' is empty" },
        { "d_model = 36", "'d_model' is 36" },
        { "n_layers = 100", "'d_model' is 128 and would be halved 49 times" },
        { "norm = 'layer'", "'norm' and 'prenorm' have no effect on 'conv1d'" },
        { "prenorm = false", "'norm' and 'prenorm' have no effect on 'conv1d'" },
        { "positions = 'learned'", "'positions' has no effect on 'conv1d'" },
        { "bidirectional = false", "'bidirectional' is false" },
        { "pooling = 'cls'", "'pooling' is 'cls'" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Settings_without_effect_are_refused_by_name(string line, string message)
    {
        string text = $"[task]\nname = 'markov-sources'\n[model]\nname = 'conv1d'\n{line}\n";

        RecipeProblem problem = Assert.Single(Assert.Throws<RecipeException>(() => RecipeReader.Parse(text, "recipe.toml", [], new SettingsCatalog())).Problems);

        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
    }

    private static int Boundary(int outside, int inside, Func<int, bool> sees)
    {
        Assert.False(sees(outside));
        Assert.True(sees(inside));
        while (Math.Abs(inside - outside) > 1)
        {
            int middle = (inside + outside) / 2;
            if (sees(middle)) inside = middle;
            else outside = middle;
        }
        return inside;
    }

    // [1, f, L] to [1, f', L]: three taps, the outer ones that many steps away, zeros beyond the ends.
    private static Tensor Halves(Dictionary<string, Tensor> p, int j, Tensor x, int dilation)
    {
        Tensor weight = p[$"convolutions.{j}.weight"], bias = p[$"convolutions.{j}.bias"];
        long length = x.shape[2], width = weight.shape[0] / 2;
        Tensor y = zeros([1, width, length], ScalarType.Float64);
        for (int t = 0; t < length; t++)
        {
            Tensor sum = bias.clone();
            for (int tap = 0; tap < 3; tap++)
                if (t + (tap - 1) * dilation is var s && s >= 0 && s < length) sum += matmul(weight.select(2, tap), x.select(2, s)[0]);
            Tensor positive = sum.clamp_min(0);
            y[0, TensorIndex.Colon, t] = positive.narrow(0, 0, width) + positive.narrow(0, width, width);
        }
        return y;
    }
}

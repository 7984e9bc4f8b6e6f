using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Training;
using Lengthwise.Recipes;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class ClsPoolingTests
{
    private static readonly ModelInput Tokens = new ModelInput.Tokens(11);

    public static TheoryData<string> Models => ["transformer", "s4d", "gru"];

    [Theory]
    [MemberData(nameof(Models))]
    public void A_models_answer_is_what_became_of_its_token(string name)
    {
        using var scope = NewDisposeScope();
        using SequenceModel model = Create(name, new ModelOutput.Pooled(5));
        Tensor input = randint(0, 11, [2, 9], ScalarType.Int64);

        Tensor first = model.forward(input, null);
        using (no_grad()) Token(model).add_(randn(8));
        Tensor second = model.forward(input, null);
        model.forward(input, null).sum().backward();

        Assert.Equal([2, 5], first.shape);
        Assert.True((first - second).abs().max().item<float>() > 1e-3);
        Assert.True(Token(model).grad!.abs().max().item<float>() > 0);
        Assert.True((first[0] - first[1]).abs().max().item<float>() > 1e-4);
    }

    [Fact]
    public void The_token_has_position_0_and_the_sequence_begins_at_1()
    {
        using var scope = NewDisposeScope();
        using SequenceModel with = Create("transformer", new ModelOutput.PerPosition(5), PositionKind.Learned);
        using SequenceModel without = Create("transformer", new ModelOutput.PerPosition(5), PositionKind.Learned, PoolingKind.Mean);

        long[] longer = Shape(with, "positions.weight"), plain = Shape(without, "positions.weight");

        Assert.Equal([65, 8], longer);
        Assert.Equal([64, 8], plain);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Pretraining_answers_for_the_sequence_without_the_token_and_hands_the_token_on(string name)
    {
        using var scope = NewDisposeScope();
        using SequenceModel pretrained = Create(name, new ModelOutput.PerPosition(11)), model = Create(name, new ModelOutput.Pooled(5));
        using (no_grad()) Token(pretrained).fill_(3);

        Tensor steps = pretrained.forward(randint(0, 11, [2, 9], ScalarType.Int64), null);
        var summary = Transfer.Apply(States(pretrained), States(model), hasMaskColumn: false);

        Assert.Equal([2, 9, 11], steps.shape);
        Assert.Contains("cls", summary.Transferred);
        Assert.Equal(3, Token(model)[0].item<float>());
    }

    [Fact]
    public void The_longest_sequence_still_fits_behind_the_token()
    {
        using var scope = NewDisposeScope();
        using SequenceModel model = Create("transformer", new ModelOutput.Pooled(5), PositionKind.Rotary);

        Tensor output = model.forward(randint(0, 11, [2, 64], ScalarType.Int64), null);

        Assert.True(output.isfinite().all().item<bool>());
    }

    [Fact]
    public void Pairs_are_pooled_from_their_tokens()
    {
        using var scope = NewDisposeScope();
        using SequenceModel model = Create("s4d", new ModelOutput.Paired(2));

        Assert.Equal([3, 2], model.forward(randint(0, 11, [6, 9], ScalarType.Int64), null).shape);
    }

    [Fact]
    public void A_causal_model_refuses_a_token_that_would_see_nothing()
    {
        var settings = new Transformer.Settings { Pooling = PoolingKind.Cls, Bidirectional = false };

        var error = Assert.Throws<LengthwiseException>(() => SequenceModel.Create(new Transformer(), settings, Tokens, new ModelOutput.Pooled(5), 64));

        Assert.Contains("a token in front would see nothing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_inner_width_of_the_head_is_its_own()
    {
        using SequenceModel model = Make("transformer", new ModelOutput.Pooled(5), s => s with { Head = HeadKind.Mlp, HeadWidth = 24 });

        Assert.Equal([24, 8], Shape(model, "decoder.0.weight"));
        Assert.Equal([5, 24], Shape(model, "decoder.2.weight"));
    }

    [Fact]
    public void An_inner_width_without_an_inner_layer_is_a_mistake() =>
        Assert.Contains(new S4D.Settings { HeadWidth = 24 }.Validate(), p => p.Contains("'head_width'", StringComparison.Ordinal));

    private static Parameter Token(SequenceModel model) => model.TrainableParameters.Single(p => p.Name == "cls").Tensor;

    private static long[] Shape(SequenceModel model, string name) => model.TrainableParameters.Single(p => p.Name == name).Tensor.shape;

    private static Dictionary<string, Tensor> States(SequenceModel model) => model.State.ToDictionary(s => s.Name, s => s.Tensor);

    private static SequenceModel Create(
        string name, ModelOutput output, PositionKind positions = PositionKind.None, PoolingKind pooling = PoolingKind.Cls) =>
        Make(name, output, s => s with { Pooling = pooling, Positions = positions });

    private static SequenceModel Make(string name, ModelOutput output, Func<ModelSettings, ModelSettings> change)
    {
        random.manual_seed(3);
        var settings = (ModelSettings)Activator.CreateInstance(ModelCatalog.Settings[name])!;
        return SequenceModel.Create(ModelCatalog.Create(name), change(settings with { DModel = 8 }), Tokens, output, 64);
    }
}

using Lengthwise.Diagnoses;
using Lengthwise.Modeling.Diagnoses;
using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Diagnoses;

public sealed class LocalityModelsTests
{
    [Theory]
    [InlineData(1, "")]
    [InlineData(64, "1,2,4,8,16,32")]
    [InlineData(100, "1,2,4,8,16,32,64")]
    [InlineData(1024, "1,4,16,64,256")]
    public void Default_windows_stay_below_the_length(int length, string windows) =>
        Assert.Equal(windows, string.Join(",", LocalityModels.DefaultWindows(length)));

    [Fact]
    public void Windows_and_whole_attention_have_the_same_parameters_drawn_alike()
    {
        (LocalityArm Arm, Recipe Recipe)[] models = [.. LocalityModels.Of(Transformer(new Transformer.Settings { DModel = 8, DFf = 12, Positions = PositionKind.Rotary, Dropout = 0.1 }), [5, 2], hasWhole: true, 32)];

        Assert.Equal(["bag", "cnn", "window-2", "window-5", "whole"], models.Select(m => m.Arm.Name));
        Assert.Equal(models.Select(m => m.Arm.Name), models.Select(m => m.Recipe.ModelLabel));
        Assert.All(models, m => Assert.Equal((8, 2, 0.1), (m.Recipe.Model.DModel, m.Recipe.Model.NLayers, m.Recipe.Model.Dropout)));
        using SequenceModel window = Made(models[2].Recipe), whole = Made(models[4].Recipe);
        foreach (((string name, Tensor expected), (string other, Tensor found)) in whole.State.Zip(window.State))
        {
            Assert.Equal(name, other);
            Assert.True(expected.equal(found).all().item<bool>());
        }
    }

    // An output behind the last layer is moved by every step of its receptive field, and by no other.
    [Theory]
    [InlineData(1, true)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    [InlineData(4, false)]
    [InlineData(5, false)]
    public void Receptive_fields_are_what_they_are_said_to_be(int window, bool bidirectional)
    {
        (LocalityArm Arm, Recipe Recipe)[] models = [.. LocalityModels.Of(Transformer(new Transformer.Settings { DModel = 8, NHeads = 2, Bidirectional = bidirectional }), [window], hasWhole: false, 41)];

        foreach ((LocalityArm arm, Recipe recipe) in models.Where(m => m.Arm.Kind != LocalityKind.Bag))
        {
            using var scope = NewDisposeScope();
            using SequenceModel model = Made(recipe, new ModelOutput.PerPosition(3));
            using var gradients = no_grad();
            Tensor input = randint(0, 9, [1, 41], ScalarType.Int64), before = model.forward(input, null)[0, 20];
            int moved = Enumerable.Range(0, 41).Count(step =>
            {
                Tensor other = input.clone();
                other[0, step] = (input[0, step] + 1) % 9;
                return (model.forward(other, null)[0, 20] - before).abs().max().item<float>() > 0;
            });
            Assert.Equal(arm.ReceptiveField, moved);
        }
    }

    [Fact]
    public void A_long_window_sees_no_more_than_there_is() =>
        Assert.Equal(32, LocalityModels.Of(Transformer(new Transformer.Settings()), [1000], hasWhole: false, 32)[2].Arm.ReceptiveField);

    [Fact]
    public void Recipes_of_other_models_and_linear_biases_are_refused()
    {
        Recipe s4d = Transformer(new Transformer.Settings()) with { ModelName = "s4d", Model = new S4D.Settings() };
        Recipe alibi = Transformer(new Transformer.Settings { Positions = PositionKind.Alibi });

        Assert.Contains("'s4d'", Assert.Throws<LengthwiseException>(() => LocalityModels.Of(s4d, [1], true, 32)).Message, StringComparison.Ordinal);
        Assert.Contains("'alibi'", Assert.Throws<LengthwiseException>(() => LocalityModels.Of(alibi, [1], true, 32)).Message, StringComparison.Ordinal);
    }

    private static SequenceModel Made(Recipe recipe, ModelOutput? output = null)
    {
        random.manual_seed(1);
        SequenceModel model = SequenceModel.Create(ModelCatalog.Create(recipe.ModelName), recipe.Model, new ModelInput.Tokens(9), output ?? new ModelOutput.Pooled(2), 64);
        model.eval();
        return model;
    }

    private static Recipe Transformer(Transformer.Settings settings) => RecipeReader.Parse(
        """
        [task]
        name = "markov-sources"
        [model]
        name = "transformer"
        """,
        "test.toml", [], new SettingsCatalog()) with
    { Model = settings };
}

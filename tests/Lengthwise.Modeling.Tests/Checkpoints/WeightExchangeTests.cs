using Lengthwise.Modeling.Checkpoints;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tests.Golden;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Checkpoints;

public sealed class WeightExchangeTests
{
    private const string Layer = "layers.0.0.layer";

    [Theory]
    [InlineData("s4_dplr_legs_causal")]
    [InlineData("s4_dplr_legs_bidirectional")]
    public void A_published_layer_goes_into_a_model_by_its_own_names_and_comes_out_again(string name)
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenFile(name);
        var published = new SafetensorsFile();
        foreach (string prefix in (string[])["param.", "buffer."])
            foreach ((string key, string own) in golden.NamesBelow(prefix)) published.Tensors[own] = TensorExchange.ToEntry(golden[key]);
        using SequenceModel model = Create(new S4.Settings { DModel = 8, DState = 16, NLayers = 2, Bidirectional = name.EndsWith("bidirectional", StringComparison.Ordinal) });

        IReadOnlyList<string> drawn = WeightExchange.Import(model.State, published, "theirs", Layer);
        SafetensorsFile back = WeightExchange.Part(FileOf(model), Layer);

        Assert.Empty(drawn);
        Assert.Equal(published.Tensors.Keys, back.Tensors.Keys);
        Assert.All(published.Tensors, t => Assert.Equal(t.Value.Bytes.ToArray(), back.Tensors[t.Key].Bytes.ToArray()));
    }

    [Fact]
    public void Every_tensor_that_does_not_fit_is_named_and_then_nothing_is_taken()
    {
        using var scope = NewDisposeScope();
        using SequenceModel model = Create(new S4D.Settings { DModel = 4, NLayers = 1, DState = 4 });
        SafetensorsFile before = FileOf(model), file = FileOf(model);
        file.Tensors["encoder.weights"] = file.Tensors["encoder.weight"];
        file.Tensors.Remove("encoder.weight");
        file.Tensors["norm.weight"] = new SafetensorsEntry(SafetensorsType.F32, [5], new byte[20]);
        file.Tensors["norm.bias"] = new SafetensorsEntry(SafetensorsType.F32, [4], new byte[16]);

        var error = Assert.Throws<LengthwiseException>(() => WeightExchange.Import(model.State, file, "theirs.safetensors"));

        Assert.Equal(ExitCode.Data, error.Code);
        Assert.Contains("3 tensors do not fit, nothing was taken", error.Message, StringComparison.Ordinal);
        Assert.Contains("'encoder.weight' [7, 4] is missing", error.Message, StringComparison.Ordinal);
        Assert.Contains("'encoder.weights' has no place in the model (is it 'encoder.weight'?)", error.Message, StringComparison.Ordinal);
        Assert.Contains("'norm.weight': found F32 [5], expected F32 [4]", error.Message, StringComparison.Ordinal);
        Assert.Equal(before.Tensors.Values.Select(t => t.Bytes.ToArray()), FileOf(model).Tensors.Values.Select(t => t.Bytes.ToArray()));
    }

    [Fact]
    public void A_head_of_another_size_is_drawn_and_named()
    {
        using var scope = NewDisposeScope();
        using SequenceModel model = Create(new S4D.Settings { DModel = 4, NLayers = 1, DState = 4 }), other = Create(new S4D.Settings { DModel = 4, NLayers = 1, DState = 4 }, classes: 9);

        IReadOnlyList<string> drawn = WeightExchange.Import(model.State, FileOf(other), "theirs.safetensors");

        Assert.Equal(["decoder.bias", "decoder.weight"], drawn.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_place_that_is_not_in_the_model_is_refused_with_those_that_are()
    {
        using var scope = NewDisposeScope();
        using SequenceModel model = Create(new S4D.Settings { DModel = 4, NLayers = 1, DState = 4 });

        var export = Assert.Throws<LengthwiseException>(() => WeightExchange.Part(FileOf(model), "layers.0.1.layer"));
        var import = Assert.Throws<LengthwiseException>(() => WeightExchange.Import(model.State, FileOf(model), "theirs", "layer"));

        Assert.Contains("nothing below 'layers.0.1.layer'", export.Message, StringComparison.Ordinal);
        Assert.Contains("did you mean 'layers.0.0.layer'", export.Hint, StringComparison.Ordinal);
        Assert.Contains("nothing below 'layer'", import.Message, StringComparison.Ordinal);
    }

    private static SafetensorsFile FileOf(SequenceModel model)
    {
        var file = new SafetensorsFile();
        foreach ((string name, Tensor tensor) in model.State) file.Tensors[name] = TensorExchange.ToEntry(tensor);
        return file;
    }

    // Golden layers were made for 96 steps.
    private static SequenceModel Create(ModelSettings settings, int classes = 3)
    {
        random.manual_seed(2);
        string name = ModelCatalog.Settings.Single(s => s.Value == settings.GetType()).Key;
        return SequenceModel.Create(ModelCatalog.Create(name), settings, new ModelInput.Tokens(7), new ModelOutput.Pooled(classes), 96);
    }
}

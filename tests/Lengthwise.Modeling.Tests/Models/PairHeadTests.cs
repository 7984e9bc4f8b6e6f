using Lengthwise.Modeling.Layers;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Native;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

public sealed class PairHeadTests
{
    private static readonly Transformer.Settings Small = new() { DModel = 8, NLayers = 1, NHeads = 2 };

    static PairHeadTests() => NativeRuntime.Start(1);

    [Fact]
    public void The_head_sees_both_encodings_their_difference_and_their_product()
    {
        using var scope = NewDisposeScope();
        using SequenceModel pairs = Create(Small);
        using SequenceModel single = SequenceModel.Create(new Transformer(), Small, new ModelInput.Tokens(9), new ModelOutput.Pooled(3), 12);
        Dictionary<string, Tensor> state = pairs.State.ToDictionary(s => s.Name, s => s.Tensor);
        using (no_grad())
        {
            foreach ((string name, Tensor tensor) in single.State)
                if (!name.StartsWith("decoder", StringComparison.Ordinal)) tensor.copy_(state[name]);
            // The head of the other model shows the pooled encoding itself.
            single.State.Single(s => s.Name == "decoder.weight").Tensor.copy_(eye(3, 8));
            single.State.Single(s => s.Name == "decoder.bias").Tensor.zero_();
        }
        Tensor input = randint(2, 9, [6, 10], ScalarType.Int64), lengths = tensor(new long[] { 10, 3, 7, 1, 10, 5 });
        using var padding = new Padding(lengths, 10);
        pairs.eval();
        single.eval();

        Tensor found = pairs.forward(input, padding);

        Assert.Equal([3, 2], found.shape);
        Assert.Equal([8, 32], state["decoder.0.weight"].shape);
        Tensor pooled = Pooled(single, input, padding);
        (Tensor a, Tensor b) = (pooled.narrow(0, 0, 3), pooled.narrow(0, 3, 3));
        Tensor features = cat([a, b, a - b, a * b], 1);
        Tensor hidden = nn.functional.gelu(features.matmul(state["decoder.0.weight"].t()) + state["decoder.0.bias"]);
        Tensor expected = hidden.matmul(state["decoder.2.weight"].t()) + state["decoder.2.bias"];
        Assert.True(found.allclose(expected, 1e-5, 1e-6));
    }

    [Fact]
    public void An_odd_number_of_sequences_is_refused()
    {
        using SequenceModel model = Create(Small);
        using Tensor input = ones([3, 4], ScalarType.Int64);

        Assert.Contains("even number", Assert.Throws<LengthwiseException>(() => model.forward(input, null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_head_that_would_have_no_effect_is_refused()
    {
        var refused = Assert.Throws<LengthwiseException>(() => Create(Small with { Head = HeadKind.Mlp }));

        Assert.Contains("'head' has no effect on pairs", refused.Message, StringComparison.Ordinal);
    }

    // Eight columns come out three at a time, through a head that copies them.
    private static Tensor Pooled(SequenceModel single, Tensor input, Padding padding)
    {
        var columns = new List<Tensor>();
        Tensor weight = single.State.Single(s => s.Name == "decoder.weight").Tensor;
        for (int first = 0; first < 8; first += 3)
        {
            using (no_grad())
            {
                weight.zero_();
                for (int i = 0; i < 3 && first + i < 8; i++) weight[i, first + i] = tensor(1f);
            }
            columns.Add(single.forward(input, padding));
        }
        return cat(columns, 1).narrow(1, 0, 8);
    }

    private static SequenceModel Create(Transformer.Settings settings) =>
        SequenceModel.Create(new Transformer(), settings, new ModelInput.Tokens(9), new ModelOutput.Paired(2), 12);
}

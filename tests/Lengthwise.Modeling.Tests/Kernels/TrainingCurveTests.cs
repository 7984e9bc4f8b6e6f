using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Kernels;

public sealed class TrainingCurveTests
{
    private const int DModel = 24, NLayers = 2;

    public static TheoryData<string, bool> AttentionModels => new(
        from model in new[] { "transformer", "alibi", "blocks", "local", "longformer", "bigbird", "linear", "performer" }
        from bidirectional in new[] { true, false }
        select (model, bidirectional));

    [Fact]
    public void S4d_learns_along_the_same_curve_with_the_kernels_as_without() =>
        AssertSameCurve(new S4D(), new S4D.Settings { DModel = DModel, NLayers = NLayers, DState = 16 }, 100);

    [Fact]
    [Trait("Category", "Slow")]
    public void S4d_learns_along_the_same_curve_for_200_steps() =>
        AssertSameCurve(new S4D(), new S4D.Settings { DModel = 4 * DModel, NLayers = NLayers, DState = 32 }, 200);

    [Theory]
    [MemberData(nameof(AttentionModels))]
    public void Attention_learns_along_the_same_curve_with_the_kernels_as_without(string model, bool bidirectional) => AssertSameCurve(model, bidirectional, 12);

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(AttentionModels))]
    public void Attention_learns_along_the_same_curve_for_200_steps(string model, bool bidirectional) => AssertSameCurve(model, bidirectional, 200);

    private static void AssertSameCurve(string model, bool bidirectional, int steps)
    {
        (ModelArchitecture architecture, AttentionSettings settings) = model switch
        {
            "transformer" => ((ModelArchitecture)new Transformer(), (AttentionSettings)new Transformer.Settings { NKvHeads = 2 }),
            "alibi" => (new Transformer(), new Transformer.Settings { Positions = PositionKind.Alibi }),
            "blocks" => (new Transformer(), new Transformer.Settings { BlockSize = 9 }),
            "local" => (new Local(), new Local.Settings { BlockSize = 9 }),
            "longformer" => (new Longformer(), new Longformer.Settings { Window = 9 }),
            "linear" => (new LinearTransformer(), new LinearTransformer.Settings()),
            "performer" => (new Performer(), new Performer.Settings { NFeatures = 24 }),
            _ => (new BigBird(), new BigBird.Settings { BlockSize = 5, NRandomBlocks = 1 }),
        };
        AssertSameCurve(architecture, settings with { DModel = DModel, NLayers = NLayers, Bidirectional = bidirectional }, steps);
    }

    private static void AssertSameCurve(ModelArchitecture architecture, ModelSettings settings, int steps)
    {
        double[] plain = Losses(architecture, settings, steps, KernelRoute.Libtorch), own = Losses(architecture, settings, steps, KernelRoute.Best);
        double[] again = Losses(architecture, settings, steps, KernelRoute.Best);

        Assert.Equal(own, again);
        Assert.True(own[^1] < 0.97 * own[0]);
        for (int step = 0; step < plain.Length; step++) Assert.Equal(plain[step], own[step], 2e-3);
    }

    private static double[] Losses(ModelArchitecture architecture, ModelSettings settings, int steps, KernelRoute route)
    {
        using var scope = NewDisposeScope();
        using IDisposable forced = KernelRoute.Use(route);
        random.manual_seed(11);
        using SequenceModel model = SequenceModel.Create(architecture, settings, new ModelInput.Tokens(5), new ModelOutput.Pooled(3), 40);
        using optim.Optimizer optimizer = optim.AdamW(model.parameters(), lr: 3e-3);
        Tensor tokens = randint(5, [7, 40], ScalarType.Int64), labels = randint(3, [7], ScalarType.Int64);
        return [.. Enumerable.Range(0, steps).Select(_ => Step(model, optimizer, tokens, labels))];
    }

    private static double Step(SequenceModel model, optim.Optimizer optimizer, Tensor tokens, Tensor labels)
    {
        using var step = NewDisposeScope();
        optimizer.zero_grad();
        Tensor loss = nn.functional.cross_entropy(model.forward(tokens, null), labels);
        loss.backward();
        BackwardFault.Rethrow();
        optimizer.step();
        return loss.item<float>();
    }
}

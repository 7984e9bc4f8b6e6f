using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Kernels;

/// <summary>Every model with a kernel or a scan of its own learns along one curve with and without the C# kernels.</summary>
public sealed class StateSpaceCurveTests
{
    // Losses are near 1, and roundings of 1e-7 grow along a curve.
    private const double Tolerance = 5e-3;

    public static TheoryData<string> Names() => [.. Models.Keys];

    private static Dictionary<string, (ModelArchitecture Architecture, ModelSettings Settings)> Models { get; } = new(StringComparer.Ordinal)
    {
        ["s4"] = (new S4(), new S4.Settings { DModel = 16, NLayers = 2, DState = 16 }),
        ["s4d bilinear"] = (new S4D(), new S4D.Settings { DModel = 16, NLayers = 2, DState = 16, Discretization = Discretization.Bilinear }),
        ["dss"] = (new DSS(), new DSS.Settings { DModel = 16, NLayers = 2, DState = 12 }),
        ["dss exp"] = (new DSS(), new DSS.Settings { DModel = 16, NLayers = 2, DState = 12, Version = DSSVersion.Exp }),
        ["dlr"] = (new DLR(), new DLR.Settings { DModel = 16, NLayers = 2, DState = 48 }),
        ["s5"] = (new S5(), new S5.Settings { DModel = 16, NLayers = 2, DState = 16 }),
        ["lru"] = (new Lru(), new Lru.Settings { DModel = 16, NLayers = 2, DState = 12 }),
        ["lru causal"] = (new Lru(), new Lru.Settings { DModel = 16, NLayers = 2, DState = 12, Bidirectional = false }),
        ["mega"] = (new Mega(), new Mega.Settings { DModel = 16, NLayers = 2, DState = 4, Chunk = 10 }),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Curve_is_the_same_with_the_kernels_as_without(string name) => AssertSameCurve(name, 25);

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Names))]
    public void Long_curve_is_the_same_with_the_kernels_as_without(string name) => AssertSameCurve(name, 200);

    private static void AssertSameCurve(string name, int steps)
    {
        double[] plain = Losses(name, steps, KernelRoute.Libtorch), own = Losses(name, steps, KernelRoute.Best), again = Losses(name, steps, KernelRoute.Best);

        Assert.Equal(own, again);
        Assert.True(own[^1] < own[0]);
        for (int step = 0; step < plain.Length; step++) Assert.Equal(plain[step], own[step], Tolerance);
    }

    private static double[] Losses(string name, int steps, KernelRoute route)
    {
        using var scope = NewDisposeScope();
        using IDisposable forced = KernelRoute.Use(route);
        random.manual_seed(11);
        using SequenceModel model = SequenceModel.Create(
            Models[name].Architecture, Models[name].Settings, new ModelInput.Tokens(5), new ModelOutput.Pooled(3), 40);
        using optim.Optimizer optimizer = optim.AdamW(model.parameters(), lr: 2e-3);
        Tensor tokens = randint(5, [5, 40], ScalarType.Int64), labels = randint(3, [5], ScalarType.Int64);
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

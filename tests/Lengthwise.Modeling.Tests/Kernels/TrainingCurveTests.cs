using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Kernels;

public sealed class TrainingCurveTests
{
    [Fact]
    public void S4d_learns_along_the_same_curve_with_the_kernels_as_without()
    {
        double[] plain = Losses(KernelRoute.Libtorch), own = Losses(KernelRoute.Best), again = Losses(KernelRoute.Best);

        Assert.Equal(own, again);
        Assert.True(own[^1] < 0.8 * own[0]);
        for (int step = 0; step < plain.Length; step++) Assert.Equal(plain[step], own[step], 2e-3);
    }

    private static double[] Losses(KernelRoute route)
    {
        using var scope = NewDisposeScope();
        using IDisposable forced = KernelRoute.Use(route);
        random.manual_seed(11);
        var settings = new S4D.Settings { DModel = 24, NLayers = 2, DState = 16 };
        using SequenceModel model = SequenceModel.Create(new S4D(), settings, new ModelInput.Tokens(5), new ModelOutput.Pooled(3), 40);
        using optim.Optimizer optimizer = optim.AdamW(model.parameters(), lr: 3e-3);
        Tensor tokens = randint(5, [7, 40], ScalarType.Int64), labels = randint(3, [7], ScalarType.Int64);
        return [.. Enumerable.Range(0, 100).Select(_ => Step(model, optimizer, tokens, labels))];
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

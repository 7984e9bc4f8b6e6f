using Lengthwise.Modeling.Kernels;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Kernels;

public sealed class FourierScanTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(37, false)]
    [InlineData(37, true)]
    public void Transforms_and_passes_give_the_same_states_and_gradients(int length, bool reverse)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        Tensor b = randn([2, length, 6], ScalarType.Float64), weights = randn([2, length, 6], ScalarType.Float64);
        Tensor size = rand(3, ScalarType.Float64) * 0.2 + 0.79, phase = rand(3, ScalarType.Float64) * 6, lambda = stack([size * phase.cos(), size * phase.sin()]);

        Tensor[] expected = Differentiated(b, lambda, weights, (x, l) => DiagonalScan.ApplyLibtorch(x, l, reverse));
        Tensor[] found = Differentiated(b, lambda, weights, (x, l) => FourierScan.Apply(x, l, reverse));

        Assert.All(expected.Zip(found), pair => Assert.True((pair.First - pair.Second).abs().max().item<double>() < 1e-10));
    }

    [Fact]
    public void It_is_taken_while_it_is_forced_only()
    {
        using (FourierScan.Use()) Assert.True(FourierScan.IsForced);
        Assert.False(FourierScan.IsForced);
    }

    private static Tensor[] Differentiated(Tensor b, Tensor lambda, Tensor weights, Func<Tensor, Tensor, Tensor> scan)
    {
        Tensor x = b.clone().requires_grad_(true), l = lambda.clone().requires_grad_(true), y = scan(x, l);
        y.backward([weights]);
        return [y.detach(), x.grad!, l.grad!];
    }
}

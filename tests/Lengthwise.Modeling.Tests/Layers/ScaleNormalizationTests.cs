using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Layers;

public sealed class ScaleNormalizationTests
{
    [Fact]
    public void Positions_have_the_trained_size_whatever_their_scale()
    {
        using var scope = NewDisposeScope();
        using SequenceNorm norm = SequenceNorm.Create(NormKind.Scale, 16)!;
        using (no_grad()) norm.get_parameter("scalar")!.fill_(3);
        Tensor x = randn(2, 5, 16);

        Tensor y = norm.forward(x, null), scaled = norm.forward(x * 1000, null);

        Assert.True(allclose(y.square().mean([-1]).sqrt(), full([2, 5], 3f), rtol: 1e-3));
        Assert.True(allclose(y, scaled, rtol: 1e-3, atol: 1e-4));
    }
}

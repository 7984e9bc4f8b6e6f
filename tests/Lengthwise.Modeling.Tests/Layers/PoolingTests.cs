using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Layers;

public sealed class PoolingTests
{
    [Theory]
    [InlineData(PoolingKind.Mean, 2.0, -4.0, 0.0)]
    [InlineData(PoolingKind.Max, 3.0, -3.0, 0.0)]
    [InlineData(PoolingKind.Last, 2.0, -5.0, 9.0)]
    [InlineData(PoolingKind.Cls, 1.0, -3.0, 9.0)]
    public void Valid_positions_are_pooled(PoolingKind kind, double first, double second, double empty)
    {
        using var scope = NewDisposeScope();
        Tensor x = tensor(new float[] { 1, 3, 2, -3, -5, 100, 9, 100, 100 }).view(3, 3, 1);
        using var padding = new Padding(tensor(new long[] { 3, 2, 0 }), 3);

        Tensor pooled = Pooling.Apply(kind, x, padding);

        Assert.Equal([3, 1], pooled.shape);
        Assert.Equal([(float)first, (float)second, (float)empty], pooled.data<float>().ToArray());
    }

    [Theory]
    [InlineData(PoolingKind.Mean)]
    [InlineData(PoolingKind.Max)]
    [InlineData(PoolingKind.Last)]
    public void Full_rows_pool_alike_with_and_without_lengths(PoolingKind kind)
    {
        using var scope = NewDisposeScope();
        Tensor x = randn(2, 5, 3);
        using var padding = new Padding(tensor(new long[] { 5, 5 }), 5);

        Tensor with = Pooling.Apply(kind, x, padding), without = Pooling.Apply(kind, x, null);

        Assert.True(with.allclose(without, rtol: 1e-6));
    }
}

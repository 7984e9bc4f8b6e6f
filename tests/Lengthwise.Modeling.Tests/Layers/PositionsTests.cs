using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Layers;

public sealed class PositionsTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(5)]
    [InlineData(1)]
    public void Sinusoids_alternate_and_are_added_without_scaling(int width)
    {
        using var scope = NewDisposeScope();
        using var positions = new SinusoidalPositions(width, 20000);
        Tensor x = full(1, 20000, width, 2.0);

        Tensor y = positions.forward(x);

        foreach (int p in (int[])[0, 1, 777, 19999])
            for (int i = 0; i < width; i++)
            {
                double angle = p * Math.Pow(10000, -(i / 2 * 2) / (double)width);
                Assert.Equal(2 + (i % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle)), y[0, p, i].item<float>(), 1e-6);
            }
    }

    [Fact]
    public void Tables_keep_their_digits_after_a_change_of_type()
    {
        using var scope = NewDisposeScope();
        using var positions = new SinusoidalPositions(4, 1000);
        positions.forward(zeros(1, 1000, 4));

        Tensor y = positions.forward(zeros([1, 1000, 4], ScalarType.Float64));

        Assert.Equal(Math.Sin(999), y[0, 999, 0].item<double>(), 1e-13);
    }

    [Fact]
    public void Fixed_tables_stay_out_of_checkpoints()
    {
        using var positions = new SinusoidalPositions(4, 10);

        Assert.Empty(positions.state_dict());
    }
}

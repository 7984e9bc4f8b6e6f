using CsCheck;
using Lengthwise.Modeling.Kernels;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Kernels;

/// <summary>Kernels of DSS, and of S4D under the bilinear rule: sums of exponentials with modes of their own for every channel.</summary>
public sealed class ExponentialSumTests
{
    private static readonly KernelRoute[] SimdRoutes = [.. KernelRoute.All.Where(route => route is { Lanes: > 0, IsSupported: true })];

    public static TheoryData<string, int, int, int, int> RoutesAndShapes()
    {
        var data = new TheoryData<string, int, int, int, int>();
        foreach (KernelRoute route in SimdRoutes)
            foreach (var (channels, width, modes, length) in new[] { (1, 1, 1, 1), (2, 6, 3, 7), (1, 4, 64, 128), (2, 3, 17, 97), (1, 2, 33, 4099) })
                data.Add(route.Name, channels, width, modes, length);
        return data;
    }

    [Theory]
    [MemberData(nameof(RoutesAndShapes))]
    public void Taps_and_gradients_are_as_exact_as_eager_ones(string route, int channels, int width, int modes, int length)
    {
        using var scope = NewDisposeScope();

        KernelComparison.AssertAsExactAsEager(
            p => Sum(p, length), Draw(channels, width, modes), randn(channels, width, length), KernelRoute.Named(route));
    }

    [Theory]
    [InlineData(-1e-9f, 1e-6f)]
    [InlineData(-1e-5f, 3.1f)]
    [InlineData(-30f, 1f)]
    [InlineData(0f, 0f)]
    public void Extreme_exponents_are_as_exact_as_eager_ones(float x, float y)
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(2, 1, 5);
        (inputs[0], inputs[1]) = (full([1, 5], x), full([1, 5], y));

        KernelComparison.AssertAsExactAsEager(p => Sum(p, 65536), inputs, randn(2, 1, 65536), KernelRoute.Best);
    }

    [Fact]
    public void Any_shape_agrees_with_the_double_route()
    {
        Gen.Select(Gen.Int[1, 2], Gen.Int[1, 6], Gen.Int[1, 40], Gen.Int[1, 300], Gen.Int[0, SimdRoutes.Length - 1]).Sample(
            (channels, width, modes, length, route) =>
            {
                using var scope = NewDisposeScope();
                Tensor[] inputs = Draw(channels, width, modes);
                Tensor weights = randn(channels, width, length);

                Tensor[] found = KernelComparison.Evaluate(p => Sum(p, length), inputs, weights, SimdRoutes[route], ScalarType.Float32);
                Tensor[] truth = KernelComparison.Evaluate(p => Sum(p, length), inputs, weights, KernelRoute.Libtorch, ScalarType.Float64);

                (double result, double gradients) = KernelComparison.JointErrors(found, truth, inputs);
                return result < 1e-5 && gradients < 1e-5;
            },
            iter: 60,
            threads: 1);
    }

    [Fact]
    public void Thread_count_does_not_change_a_bit()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(2, 12, 20);
        Tensor weights = randn(2, 12, 700);
        Tensor[] Run() => KernelComparison.Evaluate(p => Sum(p, 700), inputs, weights, KernelRoute.Best, ScalarType.Float32);

        Tensor[] one = Run(), two = KernelComparison.WithThreads(2, Run);

        KernelComparison.AssertSameBits(one, two);
    }

    [Fact]
    public void Nan_stays_in_its_channel()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(1, 3, 4);
        inputs[1][1, 2] = float.NaN;

        Tensor taps = Sum(inputs, 20);

        Assert.True(taps[0, 1].narrow(0, 1, 19).isnan().all().item<bool>());
        Assert.False(taps[0, 0].isnan().any().item<bool>());
        Assert.False(taps[0, 2].isnan().any().item<bool>());
    }

    private static Tensor Sum(Tensor[] p, long length)
    {
        Tensor[] wide = [.. p.Select(input => input.to_type(ScalarType.Float64))];
        return DiagonalKernel.Sum(new(wide[0], wide[1], wide[2], wide[3]), length, p[0].dtype);
    }

    /// <summary>Real and imaginary parts of the exponents and of the weights.</summary>
    private static Tensor[] Draw(int channels, int width, int modes)
    {
        random.manual_seed(43);
        return [-exp(randn(width, modes) - 4), randn(width, modes) * 2, randn(channels, width, modes), randn(channels, width, modes)];
    }
}

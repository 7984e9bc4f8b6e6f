using CsCheck;
using Lengthwise.Modeling.Kernels;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Kernels;

/// <summary>The kernel of DLR: modes that all channels share.</summary>
public sealed class SharedExponentialsTests
{
    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(2, 3, 5, 7)]
    [InlineData(1, 4, 64, 97)]
    [InlineData(2, 2, 33, 1009)]
    public void Taps_and_gradients_are_as_exact_as_eager_ones(int channels, int width, int modes, int length)
    {
        using var scope = NewDisposeScope();

        KernelComparison.AssertAsExactAsEager(p => Taps(p, length), Draw(channels, width, modes), randn(channels, width, length), KernelRoute.Best);
    }

    [Theory]
    [InlineData(-1e-9f, 1e-6f)]
    [InlineData(-1e-5f, 3.1f)]
    [InlineData(-30f, 1f)]
    public void Extreme_exponents_over_many_stretches_are_as_exact_as_eager_ones(float x, float y)
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(1, 1, 32);
        (inputs[0], inputs[1]) = (full([32], x), full([32], y));

        KernelComparison.AssertAsExactAsEager(p => Taps(p, 65536), inputs, randn(1, 1, 65536), KernelRoute.Best);
    }

    [Fact]
    public void Any_shape_agrees_with_the_double_route()
    {
        Gen.Select(Gen.Int[1, 2], Gen.Int[1, 5], Gen.Int[1, 40], Gen.Int[1, 300]).Sample(
            (channels, width, modes, length) =>
            {
                using var scope = NewDisposeScope();
                Tensor[] inputs = Draw(channels, width, modes);
                Tensor weights = randn(channels, width, length);

                Tensor[] found = KernelComparison.Evaluate(p => Taps(p, length), inputs, weights, KernelRoute.Best, ScalarType.Float32);
                Tensor[] truth = KernelComparison.Evaluate(p => Taps(p, length), inputs, weights, KernelRoute.Libtorch, ScalarType.Float64);

                (double result, double gradients) = KernelComparison.JointErrors(found, truth, inputs);
                return result < 1e-5 && gradients < 1e-5;
            },
            iter: 40,
            threads: 1);
    }

    [Fact]
    public void Same_thread_count_gives_the_same_bits()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(2, 12, 50);
        Tensor weights = randn(2, 12, 3000);
        Tensor[] Run() => KernelComparison.WithThreads(
            2, () => KernelComparison.Evaluate(p => Taps(p, 3000), inputs, weights, KernelRoute.Best, ScalarType.Float32));

        Tensor[] once = Run(), again = Run();

        KernelComparison.AssertSameBits(once, again);
    }

    private static Tensor Taps(Tensor[] p, long length) => SharedExponentials.Taps(p[0].to_type(ScalarType.Float64), p[1].to_type(ScalarType.Float64), p[2], length);

    /// <summary>Real and imaginary parts of the exponents, and weights.</summary>
    private static Tensor[] Draw(int channels, int width, int modes)
    {
        random.manual_seed(47);
        return [-exp(randn(modes) - 4), randn(modes) * 2, randn(channels, width, modes, 2)];
    }
}

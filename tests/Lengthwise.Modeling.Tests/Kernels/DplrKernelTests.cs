using CsCheck;
using Lengthwise.Modeling.Kernels;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Kernels;

public sealed class DplrKernelTests
{
    private static readonly KernelRoute[] SimdRoutes = [.. KernelRoute.All.Where(route => route is { Lanes: > 0, IsSupported: true })];

    public static TheoryData<string, int, int, int, int, int> RoutesAndShapes()
    {
        var data = new TheoryData<string, int, int, int, int, int>();
        foreach (KernelRoute route in SimdRoutes)
        {
            foreach (var (channels, width, copies, modes, length) in new[]
            {
                (2, 2, 1, 1, 2), (2, 6, 2, 3, 7), (1, 4, 4, 32, 128), (2, 3, 3, 17, 97), (1, 2, 1, 8, 1009),
            })
                data.Add(route.Name, channels, width, copies, modes, length);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(RoutesAndShapes))]
    public void Taps_and_gradients_are_as_exact_as_eager_ones(string route, int channels, int width, int copies, int modes, int length)
    {
        using var scope = NewDisposeScope();

        KernelComparison.AssertAsExactAsEager(
            p => Taps(p, length), Draw(channels, width, copies, modes), randn(channels, width, length), KernelRoute.Named(route));
    }

    [Theory]
    [InlineData(-18, -0.7, 500)]
    [InlineData(2, 0.5, 500)]
    [InlineData(-2, -14.0, 500)]
    [InlineData(-7, -0.7, 65536)]
    [InlineData(-2, -14.0, 65536)]
    public void Extreme_steps_and_decays_are_as_exact_as_eager_ones(double logDt, double aReal, int length)
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(2, 1, 1, 8);
        inputs[0] = full([1, 1], (float)logDt);
        inputs[1] = full([1, 8], (float)aReal);

        KernelComparison.AssertAsExactAsEager(p => Taps(p, length), inputs, randn(2, 1, length), KernelRoute.Best);
    }

    [Fact]
    public void Any_shape_agrees_with_the_double_route()
    {
        Gen.Select(Gen.Int[1, 2], Gen.Int[1, 3], Gen.Int[1, 3], Gen.Int[1, 40], Gen.Int[1, 300], Gen.Int[0, SimdRoutes.Length - 1]).Sample(
            (channels, copies, repeats, modes, length, route) =>
            {
                using var scope = NewDisposeScope();
                Tensor[] inputs = Draw(channels, copies * repeats, copies, modes);
                Tensor weights = randn(channels, copies * repeats, length);

                Tensor[] found = KernelComparison.Evaluate(p => Taps(p, length), inputs, weights, SimdRoutes[route], ScalarType.Float32);
                Tensor[] truth = KernelComparison.Evaluate(p => Taps(p, length), inputs, weights, KernelRoute.Libtorch, ScalarType.Float64);

                (double result, double gradients) = KernelComparison.JointErrors(found, truth, inputs);
                return result < 1e-6 && gradients < 1e-6;
            },
            iter: 60,
            threads: 1);
    }

    [Fact]
    public void Gradients_are_the_slopes_of_the_kernel()
    {
        using var scope = NewDisposeScope();
        const double h = 1e-6;
        Tensor[] inputs = [.. Draw(2, 2, 1, 3).Select(input => input.to_type(ScalarType.Float64))];
        Tensor weights = randn(2, 2, 11, ScalarType.Float64), direction;
        Tensor[] found = KernelComparison.Evaluate(p => Taps(p, 11), inputs, weights, KernelRoute.Best, ScalarType.Float32);

        for (int i = 0; i < inputs.Length; i++)
        {
            direction = randn_like(inputs[i]);
            double Loss(double step) => (Taps([.. inputs.Select((input, k) => k == i ? input + step * direction : input)], 11) * weights).sum().item<double>();
            double slope = (Loss(h) - Loss(-h)) / (2 * h), gradient = (found[i + 1].to_type(ScalarType.Float64) * direction).sum().item<double>();
            Assert.InRange(gradient, slope - 1e-4 * (1 + Math.Abs(slope)), slope + 1e-4 * (1 + Math.Abs(slope)));
        }
    }

    [Fact]
    public void Thread_count_does_not_change_a_bit()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(2, 12, 3, 20);
        Tensor weights = randn(2, 12, 301);
        Tensor[] Run() => KernelComparison.Evaluate(p => Taps(p, 301), inputs, weights, KernelRoute.Best, ScalarType.Float32);

        Tensor[] one = Run(), two = KernelComparison.WithThreads(2, Run);

        KernelComparison.AssertSameBits(one, two);
    }

    [Fact]
    public void Nan_stays_in_its_channel()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(1, 3, 3, 4);
        inputs[1][1, 2] = float.NaN;

        Tensor taps = Taps(inputs, 20);

        Assert.True(taps[0, 1].isnan().all().item<bool>());
        Assert.Equal(20, taps.isnan().sum().item<long>());
    }

    private static Tensor Taps(Tensor[] p, long length) => DplrKernel.Taps(DplrSystem.Of(p[0], p[1], p[2], p[3], p[4]), p[5], length);

    /// <summary>log dt, log of the decays, frequencies, B, P and C~.</summary>
    private static Tensor[] Draw(int channels, int width, int copies, int modes)
    {
        random.manual_seed(41);
        return
        [
            rand(width, 1) * 4 - 6, randn(copies, modes) * 0.3f - 0.7f, (arange(modes, ScalarType.Float32) * MathF.PI).repeat(copies, 1) + rand(copies, modes),
            randn(1, copies, modes, 2), randn(1, copies, modes, 2) * 0.7f, randn(channels, width, modes, 2),
        ];
    }
}

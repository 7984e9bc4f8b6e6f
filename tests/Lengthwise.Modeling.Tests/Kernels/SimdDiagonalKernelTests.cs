using CsCheck;
using Lengthwise.Modeling.Kernels;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Kernels;

public sealed class SimdDiagonalKernelTests
{
    public static TheoryData<string, int, int, int, int, int, int> RoutesAndShapes()
    {
        var data = new TheoryData<string, int, int, int, int, int, int>();
        foreach (KernelRoute route in KernelRoute.All.Where(route => route is { Lanes: > 0, IsSupported: true }))
        {
            foreach (var (channels, bChannels, width, copies, modes, length) in new[]
            {
                (1, 1, 1, 1, 1, 1), (2, 1, 6, 2, 3, 7), (2, 1, 4, 4, 32, 128), (2, 2, 6, 3, 5, 97), (1, 1, 4, 1, 17, 1000), (2, 1, 3, 1, 32, 4099),
            })
                data.Add(route.Name, channels, bChannels, width, copies, modes, length);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(RoutesAndShapes))]
    public void Result_and_gradients_are_as_exact_as_eager_ones(
        string route, int channels, int bChannels, int width, int copies, int modes, int length)
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(channels, bChannels, width, copies, modes);

        KernelComparison.AssertAsExactAsEager(p => Zoh(p, length), inputs, randn(channels, width, length), KernelRoute.Named(route));
    }

    [Theory]
    [InlineData(1e-9, -0.7, 500)]
    [InlineData(3.0, 1.0, 500)]
    [InlineData(0.1, -14.0, 500)]
    [InlineData(0.1, -14.0, 65536)]
    [InlineData(1e-3, 3.0, 65536)]
    public void Extreme_steps_and_decays_are_as_exact_as_eager_ones(double dt, double aReal, int length)
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(2, 1, 2, 1, 8);
        inputs[0] = full([2], (float)dt);
        inputs[1] = full([1, 8], (float)aReal);

        KernelComparison.AssertAsExactAsEager(p => Zoh(p, length), inputs, randn(2, 2, length), KernelRoute.Best);
    }

    [Fact]
    public void Any_shape_agrees_with_the_double_route()
    {
        KernelRoute[] routes = [.. KernelRoute.All.Where(route => route is { Lanes: > 0, IsSupported: true })];
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 4], Gen.Int[1, 40], Gen.Int[1, 300], Gen.Int[1, 2], Gen.Int[0, routes.Length - 1].Select(i => routes[i])).Sample(
            (copies, repeats, modes, length, channels, route) =>
            {
                using var scope = NewDisposeScope();
                Tensor[] inputs = Draw(channels, 1, copies * repeats, copies, modes);
                Tensor weights = randn(channels, copies * repeats, length);

                Tensor[] found = KernelComparison.Evaluate(p => Zoh(p, length), inputs, weights, route, ScalarType.Float32);
                Tensor[] truth = KernelComparison.Evaluate(p => Zoh(p, length), inputs, weights, KernelRoute.Libtorch, ScalarType.Float64);

                (double result, double gradients) = KernelComparison.JointErrors(found, truth, inputs);
                return result < 1e-5 && gradients < 1e-5;
            },
            iter: 60,
            threads: 1);
    }

    [Fact]
    public void Gradients_are_the_slopes_of_the_kernel()
    {
        using var scope = NewDisposeScope();
        const double h = 1e-3;
        Tensor[] inputs = Draw(2, 1, 4, 2, 6);
        Tensor weights = randn(2, 4, 40);
        Tensor[] found = KernelComparison.Evaluate(p => Zoh(p, 40), inputs, weights, KernelRoute.Best, ScalarType.Float32);

        for (int i = 0; i < inputs.Length; i++)
        {
            Tensor direction = randn_like(inputs[i]) * inputs[i].abs();
            double above = Loss(inputs, i, inputs[i] + h * direction, weights), below = Loss(inputs, i, inputs[i] - h * direction, weights);

            double slope = (found[i + 1] * direction).sum().item<float>();

            Assert.Equal((above - below) / (2 * h), slope, 5e-3 * (1 + Math.Abs(slope)));
        }
    }

    [Fact]
    public void Thread_count_does_not_change_a_bit()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(2, 1, 21, 1, 32);
        Tensor weights = randn(2, 21, 1000);

        Tensor[] one = KernelComparison.Evaluate(p => Zoh(p, 1000), inputs, weights, KernelRoute.Best, ScalarType.Float32);
        Tensor[] two = KernelComparison.WithThreads(2, () => KernelComparison.Evaluate(p => Zoh(p, 1000), inputs, weights, KernelRoute.Best, ScalarType.Float32));

        KernelComparison.AssertSameBits(one, two);
    }

    [Fact]
    public void Nan_in_a_step_reaches_its_kernel_alone()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(2, 1, 4, 4, 5);
        inputs[0][1] = float.NaN;

        Tensor[] found = KernelComparison.Evaluate(p => Zoh(p, 50), inputs, randn(2, 4, 50), KernelRoute.Best, ScalarType.Float32);

        Assert.True(found[0].select(1, 1).isnan().all().item<bool>());
        Assert.False(found[0].select(1, 2).isnan().any().item<bool>());
        Assert.True(found[1][1].isnan().item<bool>());
        Assert.True(found[2][1].isnan().all().item<bool>());
    }

    [Fact]
    public void Step_leaves_no_tensors_behind()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(2, 1, 4, 2, 6);
        Tensor weights = randn(2, 4, 40);
        Step(inputs, weights);
        long before = Tensor.TotalCount;

        for (int i = 0; i < 5; i++) Step(inputs, weights);

        Assert.Equal(before, Tensor.TotalCount);
    }

    private static void Step(Tensor[] inputs, Tensor weights)
    {
        using var step = NewDisposeScope();
        KernelComparison.Evaluate(p => Zoh(p, 40), inputs, weights, KernelRoute.Best, ScalarType.Float32);
    }

    private static double Loss(Tensor[] inputs, int moved, Tensor value, Tensor weights)
    {
        Tensor[] all = [.. inputs];
        all[moved] = value;
        return (Zoh(all, 40).to_type(ScalarType.Float64) * weights).sum().item<double>();
    }

    private static Tensor Zoh(Tensor[] p, int length) => DiagonalKernel.Zoh(p[0], p[1], p[2], p[3], p[4], length);

    private static Tensor[] Draw(int channels, int bChannels, int width, int copies, int modes)
    {
        random.manual_seed(23);
        return
        [
            exp(rand(width) * 4.6f - 6.9f), randn(copies, modes) * 0.3f - 0.7f, randn(copies, modes) * 30,
            randn(bChannels, copies, modes, 2), randn(channels, width, modes, 2),
        ];
    }
}

using CsCheck;
using Lengthwise.Modeling.Kernels;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Kernels;

public sealed class SimdLongConvolutionTests
{
    public static TheoryData<string, int, int, int, int> RoutesAndShapes()
    {
        var data = new TheoryData<string, int, int, int, int>();
        foreach (KernelRoute route in KernelRoute.All.Where(route => route is { Lanes: > 0, IsSupported: true }))
        {
            foreach (var (batch, length, width, channels) in new[]
            {
                (1, 1, 1, 1), (2, 1, 3, 2), (2, 8, 16, 1), (3, 7, 17, 2), (1, 13, 5, 2), (5, 100, 33, 1), (4, 97, 16, 2), (12, 300, 20, 2), (3, 50, 85, 2), (2, 4099, 3, 2),
            })
                data.Add(route.Name, batch, length, width, channels);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(RoutesAndShapes))]
    public void Result_and_gradients_are_as_exact_as_eager_ones(string route, int batch, int length, int width, int channels)
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(batch, length, width, channels);

        KernelComparison.AssertAsExactAsEager(Convolve, inputs, randn(batch, length, width), KernelRoute.Named(route));
    }

    [Fact]
    public void Any_shape_agrees_with_the_double_route()
    {
        KernelRoute[] routes = [.. KernelRoute.All.Where(route => route is { Lanes: > 0, IsSupported: true })];
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 150], Gen.Int[1, 40], Gen.Int[1, 2], Gen.Int[0, routes.Length - 1].Select(i => routes[i])).Sample(
            (batch, length, width, channels, route) =>
            {
                using var scope = NewDisposeScope();
                Tensor[] inputs = Draw(batch, length, width, channels);
                Tensor weights = randn(batch, length, width);

                Tensor[] found = KernelComparison.Evaluate(Convolve, inputs, weights, route, ScalarType.Float32);
                Tensor[] truth = KernelComparison.Evaluate(Convolve, inputs, weights, KernelRoute.Libtorch, ScalarType.Float64);

                (double result, double gradients) = KernelComparison.JointErrors(found, truth, inputs);
                return result < 1e-5 && gradients < 1e-5;
            },
            iter: 60,
            threads: 1);
    }

    [Theory]
    [InlineData(1e-25f)]
    [InlineData(1e15f)]
    public void Scale_of_the_input_does_not_cost_digits(float scale)
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(2, 65, 16, 2);
        inputs[0] = inputs[0] * scale;

        KernelComparison.AssertAsExactAsEager(Convolve, inputs, randn(2, 65, 16), KernelRoute.Best);
    }

    [Fact]
    public void Denormal_tails_of_padding_stay_finite_and_exact()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(2, 2048, 16, 2);
        inputs[0] = inputs[0] * exp(-0.1f * arange(2048, ScalarType.Float32)).view(1, -1, 1);

        KernelComparison.AssertAsExactAsEager(Convolve, inputs, randn(2, 2048, 16), KernelRoute.Best);
    }

    [Fact]
    public void Thread_count_does_not_change_a_bit()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(9, 500, 40, 2);
        Tensor weights = randn(9, 500, 40);

        Tensor[] one = KernelComparison.Evaluate(Convolve, inputs, weights, KernelRoute.Best, ScalarType.Float32);
        Tensor[] two = KernelComparison.WithThreads(2, () => KernelComparison.Evaluate(Convolve, inputs, weights, KernelRoute.Best, ScalarType.Float32));
        Tensor[] again = KernelComparison.WithThreads(2, () => KernelComparison.Evaluate(Convolve, inputs, weights, KernelRoute.Best, ScalarType.Float32));

        KernelComparison.AssertSameBits(one, two);
        KernelComparison.AssertSameBits(two, again);
    }

    [Fact]
    public void Nan_in_a_row_reaches_its_output_and_the_gradient_of_the_kernel()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(4, 33, 16, 2);
        inputs[0][3, 5, 2] = float.NaN;

        Tensor[] found = KernelComparison.Evaluate(Convolve, inputs, randn(4, 33, 16), KernelRoute.Best, ScalarType.Float32);

        Assert.True(found[0][3, TensorIndex.Ellipsis, 2].isnan().all().item<bool>());
        Assert.False(found[0][0].isnan().any().item<bool>());
        Assert.True(found[2][0, 2].isnan().all().item<bool>());
    }

    [Fact]
    public void Gradients_are_the_slopes_of_a_function_that_is_linear_in_each_input()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(3, 50, 18, 2);
        Tensor weights = randn(3, 50, 18);
        Tensor[] found = KernelComparison.Evaluate(Convolve, inputs, weights, KernelRoute.Best, ScalarType.Float32);

        for (int i = 0; i < inputs.Length; i++)
        {
            Tensor direction = randn_like(inputs[i]);
            Tensor[] moved = [.. inputs];
            moved[i] = inputs[i] + direction;
            double difference = ((Convolve(moved) - found[0]) * weights).sum().item<float>();

            double slope = (found[i + 1] * direction).sum().item<float>();

            Assert.Equal(difference, slope, 1e-3 * (1 + Math.Abs(slope)));
        }
    }

    [Fact]
    public void Step_leaves_no_tensors_behind()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(2, 20, 16, 2);
        Tensor weights = randn(2, 20, 16);
        Step(inputs, weights);
        long before = Tensor.TotalCount;

        for (int i = 0; i < 5; i++) Step(inputs, weights);

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Transposed_input_is_taken_as_it_reads()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(2, 24, 16, 1);
        Tensor transposed = inputs[0].transpose(1, 2).contiguous().transpose(1, 2);

        Tensor y = LongConvolution.Apply(transposed, inputs[1], inputs[2]);

        Assert.True(y.equal(Convolve(inputs)).all().item<bool>());
    }

    private static void Step(Tensor[] inputs, Tensor weights)
    {
        using var step = NewDisposeScope();
        KernelComparison.Evaluate(Convolve, inputs, weights, KernelRoute.Best, ScalarType.Float32);
    }

    private static Tensor Convolve(Tensor[] inputs) => LongConvolution.Apply(inputs[0], inputs[1], inputs[2]);

    private static Tensor[] Draw(int batch, int length, int width, int channels)
    {
        random.manual_seed(17);
        return [randn(batch, length, width), randn(channels, width, length), randn(width)];
    }
}

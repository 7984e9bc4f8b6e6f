using CsCheck;
using Lengthwise.Modeling.Kernels;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Kernels;

public sealed class DiagonalScanTests
{
    private static readonly KernelRoute[] SimdRoutes = [.. KernelRoute.All.Where(route => route is { Lanes: > 0, IsSupported: true })];

    public static TheoryData<string, int, int, int, bool> RoutesAndShapes()
    {
        var data = new TheoryData<string, int, int, int, bool>();
        foreach (KernelRoute route in SimdRoutes)
        {
            foreach ((int batch, int length, int states) in new[] { (1, 1, 1), (2, 2, 3), (3, 7, 16), (2, 64, 23), (1, 65, 64), (2, 131, 97), (2, 500, 130) })
            {
                data.Add(route.Name, batch, length, states, false);
                data.Add(route.Name, batch, length, states, true);
            }
        }
        return data;
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(31, false)]
    [InlineData(64, true)]
    [InlineData(97, false)]
    public void Plain_route_equals_the_recurrence_step_by_step_with_its_gradients(int length, bool reverse)
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(2, length, 5);
        Tensor weights = randn(2, length, 10);

        Tensor[] passes = KernelComparison.Evaluate(p => DiagonalScan.Apply(p[0], p[1], reverse), inputs, weights, KernelRoute.Libtorch, ScalarType.Float64);
        Tensor[] steps = KernelComparison.Evaluate(p => StepByStep(p[0], p[1], reverse), inputs, weights, KernelRoute.Libtorch, ScalarType.Float64);

        for (int i = 0; i < steps.Length; i++) Assert.True(allclose(steps[i], passes[i], rtol: 1e-11, atol: 1e-12), $"array {i}");
    }

    [Theory]
    [MemberData(nameof(RoutesAndShapes))]
    public void Result_and_gradients_are_as_exact_as_eager_ones(string route, int batch, int length, int states, bool reverse)
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(batch, length, states);

        KernelComparison.AssertAsExactAsEager(
            p => DiagonalScan.Apply(p[0], p[1], reverse), inputs, randn(batch, length, 2 * states), KernelRoute.Named(route));
    }

    [Fact]
    public void Any_shape_agrees_with_the_double_route()
    {
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 300], Gen.Int[1, 150], Gen.Bool, Gen.Int[0, SimdRoutes.Length - 1]).Sample(
            (batch, length, states, reverse, route) =>
            {
                using var scope = NewDisposeScope();
                Tensor[] inputs = Draw(batch, length, states);
                Tensor weights = randn(batch, length, 2 * states);
                Tensor Scan(Tensor[] p) => DiagonalScan.Apply(p[0], p[1], reverse);

                Tensor[] found = KernelComparison.Evaluate(Scan, inputs, weights, SimdRoutes[route], ScalarType.Float32);
                Tensor[] truth = KernelComparison.Evaluate(Scan, inputs, weights, KernelRoute.Libtorch, ScalarType.Float64);

                (double result, double gradients) = KernelComparison.JointErrors(found, truth, inputs);
                return result < 1e-5 && gradients < 1e-5;
            },
            iter: 60,
            threads: 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Memories_of_a_hundred_thousand_steps_keep_their_phase(bool reverse)
    {
        using var scope = NewDisposeScope();
        Tensor phase = tensor(new[] { 3.0, 1.0, 0.1, 2e-3 });
        Tensor lambda = stack([phase.cos(), phase.sin()]) * 0.99999;
        Tensor b = zeros(1, 65536, 8);
        b[0, reverse ? 65535 : 0] = 1f;

        Tensor x = DiagonalScan.Apply(b, lambda, reverse)[0, reverse ? 0 : 65535];

        Tensor angle = 65535 * phase, size = Math.Pow(0.99999, 65535);
        Tensor expected = cat([angle.cos() - angle.sin(), angle.sin() + angle.cos()]) * size;
        Assert.InRange((x - expected).abs().max().item<double>(), 0, 1e-6);
    }

    [Fact]
    public void Thread_count_does_not_change_a_bit()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(3, 900, 70);
        Tensor weights = randn(3, 900, 140);
        Tensor[] Run() => KernelComparison.Evaluate(p => DiagonalScan.Apply(p[0], p[1], false), inputs, weights, KernelRoute.Best, ScalarType.Float32);

        Tensor[] one = Run(), two = KernelComparison.WithThreads(2, Run);

        KernelComparison.AssertSameBits(one, two);
    }

    [Fact]
    public void Nan_stays_in_its_row_and_state_and_goes_on_from_there()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(2, 9, 5);
        inputs[0][1, 4, 2] = float.NaN;

        Tensor x = DiagonalScan.Apply(inputs[0], inputs[1], reverse: false);

        Assert.True(x[1].narrow(0, 4, 5).select(1, 2).isnan().all().item<bool>());
        Assert.True(x[1].narrow(0, 5, 4).select(1, 7).isnan().all().item<bool>());
        Assert.Equal(5 + 4, x.isnan().sum().item<long>());
    }

    [Fact]
    public void Step_leaves_no_tensors_behind()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(2, 20, 6);
        Tensor weights = randn(2, 20, 12);
        void Step()
        {
            using var step = NewDisposeScope();
            KernelComparison.Evaluate(p => DiagonalScan.Apply(p[0], p[1], true), inputs, weights, KernelRoute.Best, ScalarType.Float32);
        }
        Step();
        long before = Tensor.TotalCount;

        for (int i = 0; i < 5; i++) Step();

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void States_that_do_not_fit_lambda_are_refused()
    {
        using var scope = NewDisposeScope();

        var error = Assert.Throws<LengthwiseException>(() => DiagonalScan.Apply(zeros(2, 5, 4), zeros(2, 4), reverse: false));

        Assert.Contains("[B, L, 2N] = [any, any, 8]", error.Message, StringComparison.Ordinal);
    }

    private static Tensor StepByStep(Tensor b, Tensor lambda, bool reverse)
    {
        (int length, long states) = ((int)b.shape[1], lambda.shape[1]);
        var rows = new Tensor[length];
        Tensor re = zeros_like(b.select(1, 0).narrow(-1, 0, states)), im = re;
        for (int i = 0; i < length; i++)
        {
            int t = reverse ? length - 1 - i : i;
            (re, im) = (
                lambda[0] * re - lambda[1] * im + b.select(1, t).narrow(-1, 0, states),
                lambda[0] * im + lambda[1] * re + b.select(1, t).narrow(-1, states, states));
            rows[t] = cat([re, im], -1);
        }
        return stack(rows, 1);
    }

    private static Tensor[] Draw(int batch, int length, int states)
    {
        random.manual_seed(29);
        Tensor size = rand(states) * 0.5f + 0.49f, phase = rand(states) * 6.28f;
        return [randn(batch, length, 2 * states), stack([size * phase.cos(), size * phase.sin()])];
    }
}

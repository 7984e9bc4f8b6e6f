using Lengthwise.Modeling.Kernels;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Kernels;

public sealed class SelectiveScanTests
{
    private static readonly KernelRoute[] SimdRoutes = [.. KernelRoute.All.Where(route => route is { Lanes: > 0, IsSupported: true })];

    public static TheoryData<string, int, int, int, int> RoutesAndShapes =>
        [.. from route in SimdRoutes
            from shape in new (int, int, int, int)[] { (1, 1, 1, 1), (2, 2, 3, 5), (3, 31, 16, 16), (2, 64, 23, 4), (1, 65, 48, 17), (2, 131, 97, 16) }
            select (route.Name, shape.Item1, shape.Item2, shape.Item3, shape.Item4)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(31)]
    [InlineData(64)]
    [InlineData(97)]
    [InlineData(200)]
    public void Plain_route_equals_the_recurrence_step_by_step_with_its_gradients(int length)
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(2, length, 5, 3);
        Tensor weights = randn(2, length, 5);

        Tensor[] passes = KernelComparison.Evaluate(Scan, inputs, weights, KernelRoute.Libtorch, ScalarType.Float64);
        Tensor[] steps = KernelComparison.Evaluate(StepByStep, inputs, weights, KernelRoute.Libtorch, ScalarType.Float64);

        for (int i = 0; i < steps.Length; i++) Assert.True(allclose(steps[i], passes[i], rtol: 1e-11, atol: 1e-12), $"array {i}");
    }

    [Theory]
    [MemberData(nameof(RoutesAndShapes))]
    public void Result_and_gradients_are_close_to_those_in_double(string route, int batch, int length, int width, int states)
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(batch, length, width, states);
        Tensor weights = randn(batch, length, width);

        Tensor[] found = KernelComparison.Evaluate(Scan, inputs, weights, KernelRoute.Named(route), ScalarType.Float32);
        Tensor[] truth = KernelComparison.Evaluate(Scan, inputs, weights, KernelRoute.Libtorch, ScalarType.Float64);

        for (int i = 0; i < truth.Length; i++) Assert.InRange(KernelComparison.RelativeError(found[i], truth[i]), 0, 3e-6);
    }

    [Fact]
    public void Thread_count_does_not_change_a_bit()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(3, 300, 70, 8);
        Tensor weights = randn(3, 300, 70);
        Tensor[] Run() => KernelComparison.Evaluate(Scan, inputs, weights, KernelRoute.Best, ScalarType.Float32);

        Tensor[] one = Run(), two = KernelComparison.WithThreads(2, Run);

        KernelComparison.AssertSameBits(one, two);
    }

    [Fact]
    public void Not_a_number_stays_in_its_row_and_channel_and_goes_on_from_there()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(2, 9, 20, 4);
        inputs[0][1, 4, 2] = float.NaN;

        Tensor y = Scan(inputs);

        Assert.True(y[1].narrow(0, 4, 5).select(1, 2).isnan().all().item<bool>());
        Assert.Equal(5, y.isnan().sum().item<long>());
    }

    [Fact]
    public void Steps_of_any_size_stay_finite()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(1, 40, 20, 16);
        inputs[1] = exp(rand(1, 40, 20) * 30 - 20);

        Tensor[] found = KernelComparison.Evaluate(Scan, inputs, randn(1, 40, 20), KernelRoute.Best, ScalarType.Float32);

        Assert.All(found, array => Assert.True(array.isfinite().all().item<bool>()));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(2, 9, 5, 4);

        Assert.Throws<LengthwiseException>(() => SelectiveScan.Apply(inputs[0], inputs[1], inputs[2].t(), inputs[3], inputs[4]));
        Assert.Throws<LengthwiseException>(() => SelectiveScan.Apply(inputs[0], inputs[1], inputs[2], inputs[3], inputs[4].narrow(1, 0, 8)));
    }

    [Fact]
    public void Step_leaves_no_tensors_behind()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(2, 40, 6, 3);
        Tensor weights = randn(2, 40, 6);
        void Step()
        {
            using var step = NewDisposeScope();
            KernelComparison.Evaluate(Scan, inputs, weights, KernelRoute.Best, ScalarType.Float32);
        }
        Step();
        long before = Tensor.TotalCount;

        for (int i = 0; i < 5; i++) Step();

        Assert.Equal(before, Tensor.TotalCount);
    }

    private static Tensor Scan(Tensor[] p) => SelectiveScan.Apply(p[0], p[1], p[2], p[3], p[4]);

    private static Tensor StepByStep(Tensor[] p)
    {
        Tensor state = zeros([p[0].shape[0], p[2].shape[0], p[2].shape[1]], p[0].dtype);
        var outputs = new List<Tensor>();
        for (int t = 0; t < p[0].shape[1]; t++)
        {
            (Tensor x, Tensor dt, Tensor b, Tensor c) = (p[0].select(1, t), p[1].select(1, t), p[3].select(1, t), p[4].select(1, t));
            state = (dt.unsqueeze(-1) * p[2]).exp() * state + (dt * x).unsqueeze(-1) * b.unsqueeze(1);
            outputs.Add((state * c.unsqueeze(1)).sum(-1));
        }
        return stack(outputs, 1);
    }

    /// <summary>x, dt, a, b, c; steps as Mamba begins with.</summary>
    private static Tensor[] Draw(int batch, int length, int width, int states)
    {
        random.manual_seed(7);
        return
        [
            randn(batch, length, width), exp(rand(batch, length, width) * 4.6f - 6.9f), -exp(rand(width, states) * 2.8f),
            randn(batch, length, states), randn(batch, length, states),
        ];
    }
}

using CsCheck;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Kernels.Gemm;
using Lengthwise.Modeling.Native;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Kernels.Gemm;

public sealed class FusedLinearTests
{
    private static readonly LinearActivation[] Before = [.. Enum.GetValues<LinearActivation>().Where(a => a != LinearActivation.Glu)];

    static FusedLinearTests() => NativeRuntime.Start(1);

    public static TheoryData<string> Routes => [.. KernelRoute.All.Where(r => r is { Lanes: > 0, IsSupported: true }).Select(r => r.Name)];

    public static TheoryData<LinearActivation, LinearActivation> Activations
    {
        get
        {
            var all = new TheoryData<LinearActivation, LinearActivation>();
            foreach (LinearActivation before in Before)
                foreach (LinearActivation after in Enum.GetValues<LinearActivation>()) all.Add(before, after);
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public void Output_and_gradients_are_as_exact_as_those_of_libtorch(string route) =>
        Gen.Select(Gen.Int[1, 210], Gen.Int[1, 150], Gen.Int[1, 70], Gen.Enum<LinearActivation>(), Gen.Enum<LinearActivation>(), Gen.Bool, Gen.Int[0, 1000])
            .Sample((rows, inputs, outputs, before, after, hasMore, seed) =>
            {
                using var scope = NewDisposeScope();
                before = before == LinearActivation.Glu ? LinearActivation.None : before;
                Case drawn = new(rows, inputs, after == LinearActivation.Glu ? 2 * outputs : outputs, before, after, hasMore, seed);

                KernelComparison.AssertAsExactAsEager(drawn.Run, drawn.Inputs, drawn.Weights, KernelRoute.Named(route));
            }, iter: 40, threads: 1);

    [Theory]
    [InlineData(1e-20f)]
    [InlineData(1e-3f)]
    [InlineData(30f)]
    [InlineData(1e4f)]
    public void Small_and_large_inputs_are_as_exact_as_those_of_libtorch(float size)
    {
        using var scope = NewDisposeScope();
        foreach (LinearActivation before in Before)
        {
            Case drawn = new(97, 40, 34, before, LinearActivation.None, false, 3);
            using Tensor _ = drawn.Inputs[0].mul_(size);

            KernelComparison.AssertAsExactAsEager(drawn.Run, drawn.Inputs, drawn.Weights, KernelRoute.Best);
        }
    }

    [Fact]
    public void Sums_that_cancel_are_as_exact_as_those_of_libtorch()
    {
        using var scope = NewDisposeScope();
        Case drawn = new(9000, 30, 20, LinearActivation.None, LinearActivation.None, false, 4);
        using Tensor _ = drawn.Inputs[0].add_(1000);
        using Tensor signs = drawn.Weights.add_(100);

        KernelComparison.AssertAsExactAsEager(drawn.Run, drawn.Inputs, drawn.Weights, KernelRoute.Best);
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void Gradients_equal_finite_differences(LinearActivation before, LinearActivation after)
    {
        using var scope = NewDisposeScope();
        Case drawn = new(3, 5, 4, before, after, true, 5);
        Tensor[] found = KernelComparison.Evaluate(drawn.Run, drawn.Inputs, drawn.Weights, KernelRoute.Best, ScalarType.Float32);

        for (int input = 0; input < drawn.Inputs.Length; input++)
        {
            Tensor direction = randn_like(drawn.Inputs[input]).to_type(ScalarType.Float64);
            double along = (found[input + 1].to_type(ScalarType.Float64) * direction).sum().item<double>();
            double difference = (drawn.Loss(input, direction * 1e-6) - drawn.Loss(input, direction * -1e-6)) / 2e-6;
            Assert.Equal(difference, along, 1e-4 * Math.Max(1, Math.Abs(difference)));
        }
    }

    [Theory]
    [InlineData(LinearActivation.Gelu)]
    [InlineData(LinearActivation.GeluTanh)]
    [InlineData(LinearActivation.Silu)]
    public void Activations_and_slopes_are_right_to_rounding(LinearActivation activation)
    {
        for (double x = -9; x < 12; x += 0.00371)
        {
            float at = (float)x;
            (float value, float slope) = Value(activation, at);
            double expected = Exact(activation, at), step = 1e-5;
            double exactSlope = (Exact(activation, at + step) - Exact(activation, at - step)) / (2 * step);

            // In the tail the argument of the exponential is rounded too, and it grows with x², that of tanh with x³.
            double ulps = 4 + 2 * at * at;
            Assert.True(Math.Abs(value - expected) <= ulps * Math.Abs(expected) * 6e-8 + 1e-30, FormattableString.Invariant($"{activation}({at}) = {value}, expected {expected}"));
            Assert.Equal(exactSlope, slope, 1e-6);
        }
    }

    [Fact]
    public void NaN_in_is_NaN_out_in_its_own_row_alone()
    {
        using var scope = NewDisposeScope();
        foreach (LinearActivation before in Before)
            foreach (LinearActivation after in Enum.GetValues<LinearActivation>())
            {
                Case drawn = new(5, 33, 8, before, after, true, 6);
                drawn.Inputs[0][2, 32].fill_(float.NaN);

                Tensor[] found = KernelComparison.Evaluate(drawn.Run, drawn.Inputs, drawn.Weights, KernelRoute.Best, ScalarType.Float32);

                Assert.True(found[0][2].isnan().all().item<bool>());
                Assert.True(found[0][3].isfinite().all().item<bool>());
                Assert.True(found[2].isnan().any().item<bool>());
            }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_thread_count_repeats_its_bits(int threads)
    {
        using var scope = NewDisposeScope();
        Case drawn = new(501, 66, 70, LinearActivation.Gelu, LinearActivation.Glu, true, 7);
        Tensor[] Run() => KernelComparison.WithThreads(
            threads, () => KernelComparison.Evaluate(drawn.Run, drawn.Inputs, drawn.Weights, KernelRoute.Best, ScalarType.Float32));

        Tensor[] first = Run(), second = Run();

        KernelComparison.AssertSameBits(first, second);
        KernelComparison.AssertAsExactAsEager(drawn.Run, drawn.Inputs, drawn.Weights, KernelRoute.Best);
    }

    [Fact]
    public void Arrays_stored_past_the_caches_equal_small_ones()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Tensor x = randn(9000, 8), weight = randn(256, 8);

        Tensor whole = FusedLinear.Apply(x, weight, null), part = FusedLinear.Apply(x.narrow(0, 8900, 100), weight, null);

        KernelComparison.AssertSameBits([part], [whole.narrow(0, 8900, 100).contiguous()]);
    }

    [Fact]
    public void Views_that_are_not_contiguous_are_read_right()
    {
        using var scope = NewDisposeScope();
        Tensor x = randn(3, 20, 7), weight = randn(7, 9).t();
        Tensor transposed = x.transpose(0, 1);

        Tensor y = FusedLinear.Apply(transposed, weight, null, LinearActivation.Gelu);

        Assert.True(y.allclose(nn.functional.linear(nn.functional.gelu(transposed), weight), 1e-5, 1e-6));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        using var scope = NewDisposeScope();
        Tensor x = randn(4, 6), weight = randn(5, 6);

        Assert.Throws<LengthwiseException>(() => FusedLinear.Apply(randn(4, 7), weight, null));
        Assert.Throws<LengthwiseException>(() => FusedLinear.Apply(x, weight, randn(6)));
        Assert.Throws<LengthwiseException>(() => FusedLinear.Apply(x, weight, null, after: LinearActivation.Glu));
        Assert.Throws<LengthwiseException>(() => FusedLinear.Apply(x, weight, null, residual: randn(4, 6)));
    }

    private static unsafe (float Value, float Slope) Value(LinearActivation activation, float x)
    {
        float value = x, other = x, slope;
        Activations<Lanes32>.Apply(activation, &value, 1);
        Activations<Lanes32>.Apply(activation, &other, 1, &slope);
        Assert.Equal(value, other);
        return (value, slope);
    }

    private static double Exact(LinearActivation activation, double x) => activation switch
    {
        LinearActivation.Gelu => x * tensor(-x / Math.Sqrt(2), ScalarType.Float64).erfc().item<double>() / 2,
        LinearActivation.GeluTanh => x / (1 + Math.Exp(-2 * Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
        _ => x / (1 + Math.Exp(-x)),
    };

    private sealed class Case
    {
        private readonly LinearActivation _before, _after;

        public Case(int rows, int inputs, int outputs, LinearActivation before, LinearActivation after, bool hasMore, int seed)
        {
            random.manual_seed(seed);
            (_before, _after) = (before, after);
            int width = after == LinearActivation.Glu ? outputs / 2 : outputs;
            Inputs = [randn(rows, inputs), randn(outputs, inputs) / Math.Sqrt(inputs), .. hasMore ? new[] { randn(outputs), randn(rows, width) } : []];
            Weights = randn(rows, width);
        }

        public Tensor[] Inputs { get; }

        public Tensor Weights { get; }

        public Tensor Run(Tensor[] x) => x.Length == 2
            ? FusedLinear.Apply(x[0], x[1], null, _before, _after)
            : FusedLinear.Apply(x[0], x[1], x[2], _before, _after, x[3]);

        /// <summary>The loss in double with something added to one input.</summary>
        public double Loss(int moved, Tensor by)
        {
            using var scope = NewDisposeScope();
            Tensor[] x = [.. Inputs.Select((t, i) => i == moved ? t.to_type(ScalarType.Float64) + by : t.to_type(ScalarType.Float64))];
            return (Run(x) * Weights.to_type(ScalarType.Float64)).sum().item<double>();
        }
    }
}

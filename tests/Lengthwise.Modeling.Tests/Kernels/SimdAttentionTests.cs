using CsCheck;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Layers;
using Lengthwise.Modeling.Native;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Kernels;

public sealed class SimdAttentionTests
{
    static SimdAttentionTests() => NativeRuntime.Start(1);

    public static TheoryData<string> Routes => [.. KernelRoute.All.Where(r => r is { Lanes: > 0, IsSupported: true }).Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Routes))]
    public void Output_and_gradients_equal_the_plain_route_in_double(string route) =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 70], Gen.Int[1, 3], Gen.Int[1, 19], Gen.Bool, Gen.Bool, Gen.Int[0, 1000])
            .Sample((batch, length, heads, head, causal, padded, seed) =>
            {
                using var scope = NewDisposeScope();
                var inputs = new Inputs(batch, length, heads * head, padded, seed);
                Tensor[] expected = inputs.Run(heads, causal, ScalarType.Float64, KernelRoute.Libtorch);
                Tensor[] plain = inputs.Run(heads, causal, ScalarType.Float32, KernelRoute.Libtorch);

                Tensor[] found = inputs.Run(heads, causal, ScalarType.Float32, KernelRoute.Named(route));

                // A saturated softmax has gradients of nearly 0: errors are relative to the largest of all arrays.
                double scale = expected.Max(Largest);
                for (int i = 0; i < expected.Length; i++)
                {
                    double error = Largest(found[i].to_type(ScalarType.Float64) - expected[i]) / scale;
                    double eager = Largest(plain[i].to_type(ScalarType.Float64) - expected[i]) / scale;
                    Assert.True(error < Math.Max(2e-6, 3 * eager), $"output {i}: error {error:g3}, eager {eager:g3}");
                }
            }, iter: 40, threads: 1);

    [Fact]
    public void Large_scores_neither_overflow_nor_lose_their_winner()
    {
        using var scope = NewDisposeScope();
        Tensor q = zeros(1, 40, 16), k = zeros(1, 40, 16), v = arange(40, ScalarType.Float32).reshape(1, 40, 1).expand(1, 40, 16).contiguous();
        q.fill_(300f);
        k[0, 7].fill_(300f);
        k[0, 8].fill_(-300f);

        Tensor y = Attention.Apply(q, k, v, 1, false, null);

        Assert.True(y.sub(7f).abs().max().item<float>() < 1e-4);
    }

    [Fact]
    public void A_row_without_valid_steps_attends_to_its_first()
    {
        using var scope = NewDisposeScope();
        Tensor x = randn(2, 20, 8);
        using var padding = new Padding(tensor(new long[] { 0, 20 }), 20);

        Tensor y = Attention.Apply(x, x, x, 2, false, padding);

        Assert.True(y[0, 0].allclose(x[0, 0]));
        Assert.True(y.isfinite().all().item<bool>());
    }

    [Fact]
    public void NaN_in_is_NaN_out_in_its_own_sequence_alone()
    {
        using var scope = NewDisposeScope();
        Tensor x = randn(2, 20, 8);
        x[0, 3, 2].fill_(float.NaN);

        Tensor y = Attention.Apply(x, x, x, 2, false, null);

        Assert.True(y[0, TensorIndex.Ellipsis, TensorIndex.Slice(0, 4)].isnan().all().item<bool>());
        Assert.True(y[1].isfinite().all().item<bool>());
    }

    [Fact]
    public void One_and_two_threads_give_equal_bits()
    {
        using var scope = NewDisposeScope();
        var inputs = new Inputs(3, 65, 32, true, 5);
        Tensor[] one = inputs.Run(4, true, ScalarType.Float32, KernelRoute.Best);
        set_num_threads(2);

        Tensor[] two = inputs.Run(4, true, ScalarType.Float32, KernelRoute.Best);
        set_num_threads(1);

        for (int i = 0; i < one.Length; i++) Assert.True(one[i].allclose(two[i], 0, 0));
    }

    [Fact]
    public void Exponentials_are_right_to_two_units_in_the_last_place()
    {
        for (float x = -87; x < 88; x += 0.0137f) AssertRight(Math.Exp(x), Value(Exponential.Of(Lanes32.Broadcast(x))));
        Assert.True(float.IsNaN(Value(Exponential.Of(Lanes32.Broadcast(float.NaN)))));
        Assert.True(Value(Exponential.Of(Lanes32.Broadcast(float.NegativeInfinity))) < 1e-37f);
    }

    [Fact]
    public void Powers_of_two_are_right_to_two_units_in_the_last_place_and_vanish_at_minus_infinity()
    {
        for (float x = -124.9f; x < 126; x += 0.0137f) AssertRight(Math.Pow(2, x), PowerOfTwo(x));
        Assert.Equal(1, PowerOfTwo(0));
        Assert.True(float.IsNaN(PowerOfTwo(float.NaN)));
        Assert.Equal(0, PowerOfTwo(float.NegativeInfinity));
        Assert.Equal(0, PowerOfTwo(-float.MaxValue));
    }

    private static float PowerOfTwo(float x) =>
        Value(Exponential.OfTwo(Lanes32.Broadcast(x), Lanes32.Broadcast(1), Lanes32.Broadcast(Exponential.Vanishing)));

    private static void AssertRight(double expected, float found) =>
        Assert.True(Math.Abs(found - expected) <= 2.5 * (MathF.BitIncrement((float)expected) - (float)expected), $"found {found}, expected {expected}");

    private static unsafe float Value(Lanes32 lanes)
    {
        float value;
        Lanes32.Store(&value, lanes);
        return value;
    }

    private static double Largest(Tensor x) => x.abs().max().to_type(ScalarType.Float64).item<double>();

    private sealed class Inputs
    {
        private readonly Tensor _q, _k, _v, _dy;
        private readonly Tensor? _lengths;

        public Inputs(int batch, int length, int width, bool padded, int seed)
        {
            random.manual_seed(seed);
            (_q, _k, _v, _dy) = (randn(batch, length, width) * 2, randn(batch, length, width) * 2, randn(batch, length, width), randn(batch, length, width));
            if (!padded) return;
            _lengths = randint(1, length + 1, batch, dtype: ScalarType.Int64);
            // What stands behind the end never has a gradient.
            using var padding = new Padding(_lengths, length);
            _dy *= padding.ValidAs(ScalarType.Float32);
        }

        /// <summary>Valid outputs and the three gradients.</summary>
        public Tensor[] Run(int heads, bool causal, ScalarType type, KernelRoute route)
        {
            using IDisposable forced = KernelRoute.Use(route);
            using Padding? padding = _lengths is null ? null : new Padding(_lengths, _q.shape[1]);
            Tensor[] x = [.. new[] { _q, _k, _v }.Select(t => t.to_type(type).detach().clone().requires_grad_())];
            Tensor y = Attention.Apply(x[0], x[1], x[2], heads, causal, padding);
            y.backward(new List<Tensor> { _dy.to_type(type) });
            BackwardFault.Rethrow();
            Tensor valid = padding is null ? y : y * padding.ValidAs(type);
            return [valid.detach(), .. x.Select(t => t.grad!)];
        }
    }
}

using CsCheck;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Layers;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Native;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Kernels;

public sealed class AttentionPatternTests
{
    private const int Samples = 16;
    private const double Rounding = 5e-8;

    static AttentionPatternTests() => NativeRuntime.Start(1);

    public enum Kind
    {
        Whole,
        NeighbouringBlocks,
        SeparateBlocks,
        Window,
        LinearBiases,
    }

    public static TheoryData<string, Kind> RoutesAndKinds => new(
        from route in KernelRoute.All
        where route is { Lanes: > 0, IsSupported: true }
        from kind in Enum.GetValues<Kind>()
        select (route.Name, kind));

    [Theory]
    [MemberData(nameof(RoutesAndKinds))]
    public void Output_and_gradients_are_as_exact_as_those_of_eager(string route, Kind kind)
    {
        double logarithms = 0;
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 150], Gen.Int[0, 2], Gen.Int[1, 19], Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool), Gen.Int[1, 60], Gen.Int[0, 1000])
            .Sample((batch, length, sharing, head, flags, size, seed) =>
            {
                using var scope = NewDisposeScope();
                (bool causal, bool padded, bool extreme) = flags;
                int heads = 1 << sharing, keyHeads = 1 << seed % (sharing + 1);
                random.manual_seed(seed);
                double spread = extreme ? 40 : 2;
                Tensor[] inputs = [randn(batch, length, heads * head) * spread, randn(batch, length, keyHeads * head) * spread, randn(batch, length, keyHeads * head)];
                using Padding? padding = padded ? new Padding(randint(1, length + 1, batch, dtype: ScalarType.Int64), length) : null;
                Tensor weights = randn(batch, length, heads * head);
                if (padding is not null) weights *= padding.ValidAs(ScalarType.Float32);

                (double error, double plain) = Errors(x => Valid(Attend(kind, x, heads, causal, size, padding), padding), inputs, weights, KernelRoute.Named(route));

                Assert.True(error < 2e-3, FormattableString.Invariant($"error {error:g3}, eager's {plain:g3}"));
                logarithms += Math.Log((error + Rounding) / (plain + Rounding));
            }, iter: Samples, threads: 1);

        // Where two keys nearly tie, the last digit of a score decides, and one sample has luck or not; all together have none.
        double ratio = Math.Exp(logarithms / Samples);
        Assert.True(ratio < 1.3, FormattableString.Invariant($"errors are {ratio:g3} of eager's"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Listed_blocks_give_what_gathered_blocks_give(bool bidirectional)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        var settings = new BigBird.Settings { DModel = 24, NHeads = 3, BlockSize = 7, NRandomBlocks = 2, Bidirectional = bidirectional };
        using var layer = new BigBird.SparseBlocks(settings, 150);
        using var padding = new Padding(tensor(new long[] { 150, 8, 71 }), 150);
        Tensor valid = padding.ValidAs(ScalarType.Float32), u = randn(3, 150, 24), weights = randn(3, 150, 24) * valid;

        foreach (Padding? ends in new[] { null, padding })
            KernelComparisonOf(x => Valid(layer.forward(x[0], ends), ends), [u], weights);

        void KernelComparisonOf(Func<Tensor[], Tensor> function, Tensor[] inputs, Tensor outer)
        {
            Tensor[] plain = KernelComparison.Evaluate(function, inputs, outer, KernelRoute.Libtorch, ScalarType.Float32);
            Tensor[] own = KernelComparison.Evaluate(function, inputs, outer, KernelRoute.Best, ScalarType.Float32);
            for (int i = 0; i < plain.Length; i++) Assert.True(KernelComparison.RelativeError(own[i], plain[i].to_type(ScalarType.Float64)) < 2e-6);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(9, 1)]
    public void Every_number_of_threads_gives_equal_bits(int batch, int heads)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(batch);
        Tensor[] inputs = [randn(batch, 2100 / batch, heads * 8), randn(batch, 2100 / batch, heads * 8), randn(batch, 2100 / batch, heads * 8)];
        Tensor weights = randn(inputs[0].shape);
        using var padding = new Padding(randint(1, 2100 / batch, batch, dtype: ScalarType.Int64), 2100 / batch);
        Tensor[] Run() => KernelComparison.Evaluate(x => Attention.Apply(x[0], x[1], x[2], heads, true, padding), inputs, weights, KernelRoute.Best, ScalarType.Float32);

        Tensor[] one = KernelComparison.WithThreads(1, Run), again = KernelComparison.WithThreads(1, Run);
        Tensor[] two = KernelComparison.WithThreads(2, Run), five = KernelComparison.WithThreads(5, Run);

        KernelComparison.AssertSameBits(one, again);
        KernelComparison.AssertSameBits(one, two);
        KernelComparison.AssertSameBits(one, five);
    }

    [Fact]
    public void Gradients_equal_finite_differences()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(8);
        Tensor[] inputs = [randn(2, 45, 12), randn(2, 45, 6), randn(2, 45, 6)];
        Tensor weights = randn(2, 45, 12);
        Tensor Attended(Tensor[] x) => Attend(Kind.LinearBiases, x, 4, false, 1, null);
        Tensor[] gradients = KernelComparison.Evaluate(Attended, inputs, weights, KernelRoute.Best, ScalarType.Float32)[1..];
        const double step = 1e-2;

        for (int i = 0; i < inputs.Length; i++)
        {
            Tensor direction = randn(inputs[i].shape);
            double Loss(double by)
            {
                Tensor[] moved = [.. inputs];
                moved[i] = inputs[i] + by * direction;
                return (Attended(moved).to_type(ScalarType.Float64) * weights).sum().item<double>();
            }
            double found = (gradients[i] * direction).sum().item<float>(), expected = (Loss(step) - Loss(-step)) / (2 * step);
            Assert.Equal(expected, found, 2e-3 * Math.Max(1, Math.Abs(expected)));
        }
    }

    [Fact]
    public void Hidden_keys_have_no_weight_however_large_their_values_are()
    {
        using var scope = NewDisposeScope();
        Tensor x = randn(1, 40, 8), v = randn(1, 40, 8), huge = v.clone();
        huge[0, TensorIndex.Slice(20, 40)].fill_(1e38f);

        Tensor y = Attention.Apply(x, x, v, 2, true, null), found = Attention.Apply(x, x, huge, 2, true, null);

        Assert.True(y.narrow(1, 0, 20).equal(found.narrow(1, 0, 20)).all().item<bool>());
    }

    private static Tensor Attend(Kind kind, Tensor[] x, int heads, bool causal, int size, Padding? padding) => kind switch
    {
        Kind.NeighbouringBlocks => BlockLocalAttention.Apply(x[0], x[1], x[2], heads, size, causal, padding),
        Kind.SeparateBlocks => SeparateBlockAttention.Apply(x[0], x[1], x[2], heads, size, causal, padding),
        Kind.Window => SlidingWindowAttention.Apply(x[0], x[1], x[2], heads, size / 2, size / 3, size % 4, causal, padding),
        Kind.LinearBiases => LinearBiases.Attend(x[0], x[1], x[2], heads, causal, padding),
        _ => Attention.Apply(x[0], x[1], x[2], heads, causal, padding),
    };

    private static Tensor Valid(Tensor y, Padding? padding) => padding is null ? y : y * padding.ValidAs(y.dtype);

    // A saturated softmax has gradients of nearly 0: errors are relative to the largest of all arrays.
    private static (double Own, double Eager) Errors(Func<Tensor[], Tensor> function, Tensor[] inputs, Tensor weights, KernelRoute route)
    {
        Tensor[] found = KernelComparison.Evaluate(function, inputs, weights, route, ScalarType.Float32);
        Tensor[] eager = KernelComparison.Evaluate(function, inputs, weights, KernelRoute.Libtorch, ScalarType.Float32);
        Tensor[] truth = KernelComparison.Evaluate(function, inputs, weights, KernelRoute.Libtorch, ScalarType.Float64);

        double scale = truth.Max(x => x.norm().item<double>());
        double Error(Tensor[] x) => truth.Select((t, i) => (x[i].to_type(ScalarType.Float64) - t).norm().item<double>()).Max() / scale;
        return (Error(found), Error(eager));
    }
}

using CsCheck;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Native;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Kernels;

public sealed class FusedLayerNormTests
{
    private const double Epsilon = 1e-5;

    static FusedLayerNormTests() => NativeRuntime.Start(1);

    public static TheoryData<string> Routes => [.. KernelRoute.All.Where(r => r is { Lanes: > 0, IsSupported: true }).Select(r => r.Name)];

    // Of two or three values a norm leaves little but signs: gradients of x are then rounding errors on either route; and in arrays of a few numbers luck decides.
    [Theory]
    [MemberData(nameof(Routes))]
    public void Output_and_gradients_are_as_exact_as_those_of_libtorch(string route) =>
        Gen.Select(Gen.Int[4, 210], Gen.Int[16, 150], Gen.Bool, Gen.Int[0, 1000]).Sample((rows, width, splits, seed) =>
        {
            using var scope = NewDisposeScope();
            (Tensor[] inputs, Tensor weights) = Draw(rows, width, seed);

            KernelComparison.AssertAsExactAsEager(splits ? WithSkip : Alone, inputs, weights, KernelRoute.Named(route));
        }, iter: 40, threads: 1);

    [Theory]
    [InlineData(1e-18f, 0)]
    [InlineData(1e-2f, 0)]
    [InlineData(1e8f, 0)]
    [InlineData(1f, 1e4f)]
    [InlineData(1e-2f, 100f)]
    public void Tiny_large_and_shifted_inputs_are_as_exact_as_those_of_libtorch(float size, float shift)
    {
        using var scope = NewDisposeScope();
        (Tensor[] inputs, Tensor weights) = Draw(130, 100, 3);
        inputs[0] = inputs[0] * size + shift;

        KernelComparison.AssertAsExactAsEager(WithSkip, inputs, weights, KernelRoute.Best);
    }

    [Fact]
    public void A_constant_row_becomes_the_shift()
    {
        using var scope = NewDisposeScope();
        (Tensor[] inputs, _) = Draw(5, 37, 4);

        Tensor y = FusedLayerNorm.Apply(full([5, 37], 7.25f), inputs[1], inputs[2], Epsilon);

        Assert.True(y.allclose(inputs[2].expand(5, 37)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(21)]
    public void Gradients_equal_finite_differences(int width)
    {
        using var scope = NewDisposeScope();
        (Tensor[] inputs, Tensor weights) = Draw(6, width, 5);

        KernelComparison.AssertGradients(WithSkip, inputs, weights);
    }

    [Fact]
    public void NaN_stays_in_its_own_row()
    {
        using var scope = NewDisposeScope();
        (Tensor[] inputs, Tensor weights) = Draw(5, 33, 6);
        inputs[0][2, 32].fill_(float.NaN);

        Tensor[] found = KernelComparison.Evaluate(WithSkip, inputs, weights, KernelRoute.Best, ScalarType.Float32);

        Assert.True(found[0][2].isnan().all().item<bool>());
        Assert.True(found[0][3].isfinite().all().item<bool>());
        Assert.True(found[2].isnan().all().item<bool>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_thread_count_repeats_its_bits(int threads)
    {
        using var scope = NewDisposeScope();
        (Tensor[] inputs, Tensor weights) = Draw(1003, 66, 7);
        Tensor[] Run() => KernelComparison.WithThreads(threads, () => KernelComparison.Evaluate(WithSkip, inputs, weights, KernelRoute.Best, ScalarType.Float32));

        Tensor[] first = Run(), second = Run();

        KernelComparison.AssertSameBits(first, second);
        KernelComparison.AssertAsExactAsEager(WithSkip, inputs, weights, KernelRoute.Best);
    }

    [Fact]
    public void Views_that_are_not_contiguous_are_read_right()
    {
        using var scope = NewDisposeScope();
        Tensor x = randn(3, 20, 7).transpose(0, 1);
        (Tensor[] inputs, _) = Draw(1, 7, 8);

        Assert.True(FusedLayerNorm.Apply(x, inputs[1], inputs[2], Epsilon).allclose(FusedLayerNorm.ApplyLibtorch(x, inputs[1], inputs[2], Epsilon), 1e-5, 1e-6));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        using var scope = NewDisposeScope();

        Assert.Throws<LengthwiseException>(() => FusedLayerNorm.Apply(randn(4, 7), randn(6), randn(6), Epsilon));
        Assert.Throws<LengthwiseException>(() => FusedLayerNorm.Apply(randn(4, 6), randn(6), randn(5), Epsilon));
    }

    private static Tensor Alone(Tensor[] x) => FusedLayerNorm.Apply(x[0], x[1], x[2], Epsilon);

    // Both ways out count, as around a residual branch.
    private static Tensor WithSkip(Tensor[] x)
    {
        (Tensor y, Tensor skip) = FusedLayerNorm.Split(x[0], x[1], x[2], Epsilon);
        return y.sin() + 0.5 * skip;
    }

    private static (Tensor[] Inputs, Tensor Weights) Draw(int rows, int width, int seed)
    {
        random.manual_seed(seed);
        return ([randn(rows, width), 1 + 0.3 * randn(width), randn(width)], randn(rows, width));
    }
}

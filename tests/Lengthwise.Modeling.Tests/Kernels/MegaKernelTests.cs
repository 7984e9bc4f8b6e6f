using CsCheck;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Native;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Kernels;

/// <summary>The passes over values that MEGA's block makes beside its products.</summary>
public sealed class MegaKernelTests
{
    static MegaKernelTests() => NativeRuntime.Start(1);

    public static TheoryData<string> Routes => [.. KernelRoute.All.Where(r => r is { Lanes: > 0, IsSupported: true }).Select(r => r.Name)];

    // In arrays of a few numbers luck decides whose rounding error is smaller.
    [Theory]
    [MemberData(nameof(Routes))]
    public void Gates_and_their_gradients_are_as_exact_as_those_of_libtorch(string route) =>
        Gen.Select(Gen.Int[8, 150], Gen.Int[1, 40], Gen.Int[16, 40], Gen.Int[1, 40], Gen.Int[0, 1000]).Sample((rows, width, z, v, seed) =>
        {
            using var scope = NewDisposeScope();
            (Tensor[] inputs, Tensor weights) = DrawGates(rows, width, z, v, seed);

            KernelComparison.AssertAsExactAsEager(x => Gates(x, width), inputs, weights, KernelRoute.Named(route));
        }, iter: 40, threads: 1);

    [Theory]
    [MemberData(nameof(Routes))]
    public void Updates_and_their_gradients_are_as_exact_as_those_of_libtorch(string route) =>
        Gen.Select(Gen.Int[16, 300], Gen.Int[3, 40], Gen.Int[0, 1000]).Sample((rows, width, seed) =>
        {
            using var scope = NewDisposeScope();
            (Tensor[] inputs, Tensor weights) = DrawUpdate(rows, width, seed);

            KernelComparison.AssertAsExactAsEager(Update, inputs, weights, KernelRoute.Named(route));
        }, iter: 40, threads: 1);

    [Theory]
    [InlineData(1e-20f)]
    [InlineData(40f)]
    [InlineData(1e4f)]
    public void Small_and_large_inputs_are_as_exact_as_those_of_libtorch(float size)
    {
        using var scope = NewDisposeScope();
        (Tensor[] gates, Tensor ofGates) = DrawGates(70, 20, 9, 33, 3);
        (Tensor[] update, Tensor ofUpdate) = DrawUpdate(70, 20, 4);
        gates[0] = gates[0] * size;
        update[2] = update[2] * size;

        KernelComparison.AssertAsExactAsEager(x => Gates(x, 20), gates, ofGates, KernelRoute.Best);
        KernelComparison.AssertAsExactAsEager(Update, update, ofUpdate, KernelRoute.Best);
    }

    [Fact]
    public void Gradients_equal_finite_differences()
    {
        using var scope = NewDisposeScope();
        (Tensor[] gates, Tensor ofGates) = DrawGates(3, 5, 17, 2, 5);
        (Tensor[] update, Tensor ofUpdate) = DrawUpdate(3, 18, 6);

        KernelComparison.AssertGradients(x => Gates(x, 5), gates, ofGates);
        KernelComparison.AssertGradients(Update, update, ofUpdate);
    }

    [Fact]
    public void NaN_stays_where_it_was()
    {
        using var scope = NewDisposeScope();
        (Tensor[] inputs, Tensor weights) = DrawUpdate(5, 33, 7);
        inputs[3][2, 32].fill_(float.NaN);

        Tensor[] found = KernelComparison.Evaluate(Update, inputs, weights, KernelRoute.Best, ScalarType.Float32);

        Assert.Equal(1, found[0].isnan().sum().item<long>());
        Assert.True(found[4][2, 32].isnan().item<bool>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_thread_count_repeats_its_bits(int threads)
    {
        using var scope = NewDisposeScope();
        (Tensor[] gates, Tensor ofGates) = DrawGates(1003, 33, 24, 40, 8);
        (Tensor[] update, Tensor ofUpdate) = DrawUpdate(1003, 66, 9);
        Tensor[] Run() => KernelComparison.WithThreads<Tensor[]>(threads, () =>
        [
            .. KernelComparison.Evaluate(x => Gates(x, 33), gates, ofGates, KernelRoute.Best, ScalarType.Float32),
            .. KernelComparison.Evaluate(Update, update, ofUpdate, KernelRoute.Best, ScalarType.Float32),
        ]);

        KernelComparison.AssertSameBits(Run(), Run());
        KernelComparison.AssertAsExactAsEager(x => Gates(x, 33), gates, ofGates, KernelRoute.Best);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        using var scope = NewDisposeScope();

        Assert.Throws<LengthwiseException>(() => GatedUpdate.Apply(randn(4, 6), randn(4, 6), randn(4, 5), randn(4, 6)));
        Assert.Throws<LengthwiseException>(() => MegaGates.Apply(randn(4, 12), randn(2, 4), randn(2, 4), 4));
        Assert.Throws<LengthwiseException>(() => MegaGates.Apply(randn(4, 20), randn(2, 4), randn(2, 3), 4));
    }

    private static Tensor Gates(Tensor[] x, int width)
    {
        MegaGates.Parts parts = MegaGates.Apply(x[0], x[1], x[2], width);
        return cat([parts.Phi, parts.R, parts.Hx, parts.Q, parts.K], -1);
    }

    private static Tensor Update(Tensor[] x) => GatedUpdate.Apply(x[0], x[1], x[2], x[3]);

    private static (Tensor[] Inputs, Tensor Weights) DrawGates(int rows, int width, int z, int v, int seed)
    {
        random.manual_seed(seed);
        return ([2 * randn(rows, 2 * width + z + v), randn(2, z), randn(2, z)], randn(rows, 2 * width + v + 2 * z));
    }

    private static (Tensor[] Inputs, Tensor Weights) DrawUpdate(int rows, int width, int seed)
    {
        random.manual_seed(seed);
        return ([randn(rows, width), rand(rows, width), randn(rows, width), randn(rows, width)], randn(rows, width));
    }
}

using CsCheck;
using Lengthwise.Modeling.Kernels;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Kernels;

public sealed class ScanFromBothEndsTests
{
    private static readonly KernelRoute[] SimdRoutes = [.. KernelRoute.All.Where(route => route is { Lanes: > 0, IsSupported: true })];

    public static TheoryData<string, int, int, int> RoutesAndShapes()
    {
        var data = new TheoryData<string, int, int, int>();
        foreach (KernelRoute route in SimdRoutes)
            foreach ((int batch, int length, int states) in new[] { (1, 1, 1), (2, 2, 3), (3, 65, 16), (2, 131, 97) })
                data.Add(route.Name, batch, length, states);
        return data;
    }

    [Theory]
    [MemberData(nameof(RoutesAndShapes))]
    public void Result_and_gradients_are_as_exact_as_eager_ones(string route, int batch, int length, int states)
    {
        using var scope = NewDisposeScope();

        KernelComparison.AssertAsExactAsEager(
            Both, Draw(batch, length, states), randn(batch, length, 4 * states), KernelRoute.Named(route));
    }

    [Fact]
    public void Both_at_once_are_the_scans_one_by_one()
    {
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 200], Gen.Int[1, 100], Gen.Int[0, SimdRoutes.Length - 1]).Sample(
            (batch, length, states, route) =>
            {
                using var scope = NewDisposeScope();
                using IDisposable forced = KernelRoute.Use(SimdRoutes[route]);
                Tensor[] inputs = Draw(batch, length, states);

                Tensor both = Both(inputs);

                Tensor ahead = DiagonalScan.Apply(inputs[0], inputs[1], reverse: false), back = DiagonalScan.Apply(inputs[0], inputs[1], reverse: true);
                return both.eq(cat([ahead, back], -1)).all().item<bool>();
            },
            iter: 40,
            threads: 1);
    }

    [Fact]
    public void Thread_count_does_not_change_a_bit()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(3, 900, 70);
        Tensor weights = randn(3, 900, 280);
        Tensor[] Run() => KernelComparison.Evaluate(Both, inputs, weights, KernelRoute.Best, ScalarType.Float32);

        Tensor[] one = Run(), two = KernelComparison.WithThreads(2, Run);

        KernelComparison.AssertSameBits(one, two);
    }

    [Fact]
    public void Nan_reaches_every_step_of_its_state_from_one_end_or_the_other()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(2, 9, 5);
        inputs[0][1, 4, 2] = float.NaN;

        Tensor x = Both(inputs);

        Assert.Equal([4L, 5, 6, 7, 8], x[1, TensorIndex.Colon, 2].isnan().nonzero().flatten().data<long>());
        Assert.Equal([0L, 1, 2, 3, 4], x[1, TensorIndex.Colon, 12].isnan().nonzero().flatten().data<long>());
        Assert.False(x[0].isnan().any().item<bool>());
    }

    [Fact]
    public void Decayed_states_of_long_padding_are_zero_instead_of_denormal()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Draw(1, 4096, 9);
        inputs[0].narrow(1, 20, 4076).zero_();

        Tensor size = Both(inputs).abs();

        Assert.Equal(0, size[0, 4095].narrow(0, 0, 18).max().item<float>());
        Assert.False(size.gt(0).logical_and(size.lt(1.1754944e-38f)).any().item<bool>());
    }

    private static Tensor Both(Tensor[] p)
    {
        (Tensor ahead, Tensor back) = DiagonalScan.ApplyBoth(p[0], p[1]);
        return cat([ahead, back], -1);
    }

    private static Tensor[] Draw(int batch, int length, int states)
    {
        random.manual_seed(31);
        Tensor size = rand(states) * 0.5f + 0.49f, phase = rand(states) * 6.28f;
        return [randn(batch, length, 2 * states), stack([size * phase.cos(), size * phase.sin()])];
    }
}

using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Native;
using Lengthwise.Recipes;
using TorchSharp;
using static TorchSharp.torch;
using Padding = Lengthwise.Modeling.Layers.Padding;

namespace Lengthwise.Modeling.Tests.Kernels;

public sealed class FeatureSumsTests
{
    private const int Width = 30, Heads = 3;
    private static readonly (int Batch, int Length, bool IsPadded, float Size)[] Inputs =
        [(1, 1, false, 1), (2, 7, true, 1), (3, 37, true, 3), (1, 64, false, 1), (2, 131, true, 0.1f), (1, 90, false, 12)];

    static FeatureSumsTests() => NativeRuntime.Start(1);

    public static TheoryData<string, string> RoutesAndForms => new(
        from route in KernelRoute.All
        where route is { Lanes: > 0, IsSupported: true }
        from form in new[] { "linear", "softmax", "rectified", "rectified without projection" }
        select (route.Name, form));

    [Theory]
    [MemberData(nameof(RoutesAndForms))]
    public void Output_and_gradients_are_as_exact_as_those_of_eager(string route, string form)
    {
        double logarithms = 0;
        for (int i = 0; i < Inputs.Length; i++)
        {
            using var scope = NewDisposeScope();
            (int batch, int length, bool isPadded, float size) = Inputs[i];
            random.manual_seed(i);
            Tensor u = randn(batch, length, Width) * size, weights = randn(batch, length, Width);
            using Padding? padding = isPadded ? new Padding(randint(1, length + 1, batch, dtype: ScalarType.Int64), length) : null;
            if (padding is not null) weights *= padding.ValidAs(ScalarType.Float32);
            Tensor[] Run(ScalarType type, KernelRoute by) => KernelComparison.Evaluate(
                x => padding is null ? Layer(form, type).forward(x[0], null) : Layer(form, type).forward(x[0], padding) * padding.ValidAs(type), [u], weights, by, type);

            Tensor[] truth = Run(ScalarType.Float64, KernelRoute.Libtorch);
            double error = Error(Run(ScalarType.Float32, KernelRoute.Named(route))), eager = Error(Run(ScalarType.Float32, KernelRoute.Libtorch));

            Assert.True(error < 1e-6 + 8 * eager, FormattableString.Invariant($"input {i}: error {error:g3}, eager's {eager:g3}"));
            logarithms += Math.Log((error + 1e-7) / (eager + 1e-7));

            double Error(Tensor[] found) => truth.Select((t, j) => KernelComparison.RelativeError(found[j], t)).Max();
        }
        double ratio = Math.Exp(logarithms / Inputs.Length);
        Assert.True(ratio < 1.3, FormattableString.Invariant($"errors are {ratio:g3} of eager's"));
    }

    [Fact]
    public void Equal_keys_share_the_gradient_of_the_largest_projection()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(2);
        // The same three steps again and again, and steps of zeros, whose projections all tie.
        Tensor u = cat([randn(1, 3, Width).repeat(1, 9, 1) * 6, zeros(1, 4, Width)], 1), weights = randn(1, 31, Width);
        Tensor[] Run(ScalarType type, KernelRoute by) => KernelComparison.Evaluate(x => Layer("softmax", type).forward(x[0], null), [u], weights, by, type);

        Tensor[] found = Run(ScalarType.Float32, KernelRoute.Best), truth = Run(ScalarType.Float64, KernelRoute.Libtorch);

        for (int i = 0; i < truth.Length; i++) Assert.True(KernelComparison.RelativeError(found[i], truth[i]) < 2e-5);
    }

    [Fact]
    public void Every_number_of_threads_gives_equal_bits()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(4);
        Tensor u = randn(2, 1500, Width), weights = randn(2, 1500, Width);
        SequenceLayer layer = Layer("softmax", ScalarType.Float32);
        Tensor[] Run() => KernelComparison.Evaluate(x => layer.forward(x[0], null), [u], weights, KernelRoute.Best, ScalarType.Float32);

        Tensor[] one = KernelComparison.WithThreads(1, Run), two = KernelComparison.WithThreads(2, Run), five = KernelComparison.WithThreads(5, Run);

        KernelComparison.AssertSameBits(one, two);
        KernelComparison.AssertSameBits(one, five);
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("softmax")]
    public void NaN_in_is_NaN_out_in_its_own_sequence_alone(string form)
    {
        using var scope = NewDisposeScope();
        Tensor u = randn(2, 40, Width);
        u[0, 3, 2].fill_(float.NaN);

        Tensor y = Layer(form, ScalarType.Float32).forward(u, null);

        Assert.True(y[0].isnan().all().item<bool>());
        Assert.True(y[1].isfinite().all().item<bool>());
    }

    private static SequenceLayer Layer(string form, ScalarType type)
    {
        random.manual_seed(17);
        SequenceLayer layer = form == "linear"
            ? new LinearTransformer.LinearAttention(new LinearTransformer.Settings { DModel = Width, NHeads = Heads, Positions = PositionKind.None }, 200)
            : new Performer.RandomFeatureAttention(new Performer.Settings
            {
                DModel = Width,
                NHeads = Heads,
                Positions = PositionKind.None,
                Kernel = form == "softmax" ? PerformerKernel.Softmax : PerformerKernel.Relu,
                NFeatures = form == "rectified without projection" ? null : 37,
            }, 200);
        layer.to(type);
        return layer;
    }
}

using Lengthwise.Modeling.Kernels;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Kernels;

public sealed class KernelRouteTests
{
    [Fact]
    public void Forced_route_holds_until_it_is_disposed()
    {
        using (KernelRoute.Use(KernelRoute.Libtorch))
        {
            using (KernelRoute.Use(KernelRoute.Scalar)) Assert.Same(KernelRoute.Scalar, KernelRoute.Current);
            Assert.Same(KernelRoute.Libtorch, KernelRoute.Current);
        }

        Assert.Same(KernelRoute.Best, KernelRoute.Current);
    }

    [Fact]
    public void Recorded_names_lead_back_to_their_routes()
    {
        foreach (KernelRoute route in KernelRoute.All.Where(route => route.IsSupported)) Assert.Same(route, KernelRoute.Named(route.Name));
    }

    [Fact]
    public void Unknown_route_is_refused_with_the_known_ones()
    {
        var error = Assert.Throws<LengthwiseException>(() => KernelRoute.Named("simd1024"));

        Assert.Contains("libtorch", error.Message, StringComparison.Ordinal);
        Assert.Contains("simd1024", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Description_says_what_runs_and_whether_it_was_forced()
    {
        using IDisposable forced = KernelRoute.Use(KernelRoute.Scalar);

        Assert.Equal("scalar (C# kernels, 32-bit floats in lanes of 1; forced)", KernelRoute.Describe());
    }

    [Fact]
    public void Doubles_take_the_plain_route()
    {
        using var scope = NewDisposeScope();
        Tensor u = randn([2, 9, 3], ScalarType.Float64), kernel = randn([2, 3, 9], ScalarType.Float64), D = randn([3], ScalarType.Float64);

        Tensor y = LongConvolution.Apply(u, kernel, D);

        Assert.True(y.equal(LongConvolution.ApplyLibtorch(u, kernel, D)).all().item<bool>());
    }

    [Fact]
    public void Failure_in_a_backward_pass_gives_nan_gradients_and_is_thrown_afterwards()
    {
        using var scope = NewDisposeScope();

        List<Tensor> gradients = BackwardFault.Guard([ones(2)], () => throw new InvalidOperationException("no room"));

        Assert.True(gradients[0].isnan().all().item<bool>());
        Assert.Contains("no room", Assert.Throws<LengthwiseException>(BackwardFault.Rethrow).Message, StringComparison.Ordinal);
        BackwardFault.Rethrow();
    }
}

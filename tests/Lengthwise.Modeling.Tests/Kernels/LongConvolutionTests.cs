using Lengthwise.Modeling.Kernels;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Kernels;

public sealed class LongConvolutionTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(7, 1)]
    [InlineData(31, 2)]
    [InlineData(64, 2)]
    [InlineData(97, 1)]
    public void Transform_equals_the_sums_it_stands_for(int length, int channels)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        Tensor u = randn([2, length, 3], ScalarType.Float64);
        Tensor kernel = randn([channels, 3, length], ScalarType.Float64);
        Tensor D = randn([3], ScalarType.Float64);

        Tensor y = LongConvolution.Apply(u, kernel, D);

        Assert.True(allclose(y, Direct(u, kernel, D), rtol: 1e-10, atol: 1e-10));
    }

    [Fact]
    public void Impulse_shows_the_first_kernel_to_its_right_and_the_second_to_its_left()
    {
        using var scope = NewDisposeScope();
        Tensor u = zeros([1, 9, 1], ScalarType.Float64);
        u[0, 4, 0] = 1.0;
        Tensor kernel = arange(1, 19, ScalarType.Float64).view(2, 1, 9);

        Tensor y = LongConvolution.Apply(u, kernel, zeros([1], ScalarType.Float64)).flatten();

        Assert.Equal([13.0, 12, 11, 10, 1, 2, 3, 4, 5], y.data<double>().ToArray().Select(v => Math.Round(v, 9)));
    }

    [Fact]
    public void Gradients_are_those_of_the_sums()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(4);
        Tensor u = randn([2, 13, 2], ScalarType.Float64), kernel = randn([2, 2, 13], ScalarType.Float64), D = randn([2], ScalarType.Float64);
        Tensor weights = randn([2, 13, 2], ScalarType.Float64);

        Tensor[] transform = Gradients(LongConvolution.Apply, u, kernel, D, weights);
        Tensor[] sums = Gradients(Direct, u, kernel, D, weights);

        for (int i = 0; i < 3; i++) Assert.True(allclose(transform[i], sums[i], rtol: 1e-9, atol: 1e-9));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(194, 240)]
    [InlineData(2048, 2048)]
    [InlineData(2049, 2304)]
    public void Transform_sizes_are_even_and_have_small_factors(long atLeast, long expected)
    {
        Assert.True(LongConvolution.FourierSize(atLeast) <= expected);
        Assert.True(LongConvolution.FourierSize(atLeast) >= atLeast);
        Assert.Equal(0, LongConvolution.FourierSize(atLeast) % 2);
    }

    [Fact]
    public void Swapped_length_and_width_are_refused()
    {
        using var scope = NewDisposeScope();

        var error = Assert.Throws<LengthwiseException>(() => LongConvolution.Apply(zeros(2, 5, 64), zeros(1, 5, 64), zeros(5)));

        Assert.Contains("found shape [1, 5, 64]", error.Message, StringComparison.Ordinal);
    }

    private static Tensor[] Gradients(Func<Tensor, Tensor, Tensor, Tensor> route, Tensor u, Tensor kernel, Tensor D, Tensor weights)
    {
        Tensor[] leaves = [u.clone().requires_grad_(), kernel.clone().requires_grad_(), D.clone().requires_grad_()];
        (route(leaves[0], leaves[1], leaves[2]) * weights).sum().backward();
        return [.. leaves.Select(l => l.grad!)];
    }

    // As a matrix [H, L, L] whose entry (t, s) is the kernel at lag t - s.
    private static Tensor Direct(Tensor u, Tensor kernel, Tensor D)
    {
        long length = u.shape[1];
        Tensor lag = arange(length).unsqueeze(1) - arange(length).unsqueeze(0);
        Tensor matrix = kernel[0].index_select(1, lag.clamp_min(0).flatten()).view(-1, length, length) * lag.ge(0);
        if (kernel.shape[0] == 2)
            matrix = matrix + kernel[1].index_select(1, (-lag - 1).clamp_min(0).flatten()).view(-1, length, length) * lag.lt(0);
        return einsum("hts,bsh->bth", matrix, u) + u * D;
    }
}

using System.Numerics;
using Lengthwise.Modeling.Kernels;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Kernels;

public sealed class DiagonalKernelTests
{
    [Theory]
    [InlineData(1, 4, 4, 3, 1)]
    [InlineData(1, 4, 2, 3, 7)]
    [InlineData(2, 6, 1, 1, 97)]
    [InlineData(2, 3, 3, 8, 1000)]
    public void Kernel_is_the_sum_of_its_modes(int channels, int width, int copies, int states, int length)
    {
        using var scope = NewDisposeScope();
        Parameters p = Parameters.Draw(channels, width, copies, states, ScalarType.Float64);

        Tensor kernel = DiagonalKernel.Zoh(p.Dt, p.AReal, p.AImag, p.B, p.C, length);

        Assert.Equal([channels, width, length], kernel.shape);
        Assert.True(allclose(kernel, p.DirectSum(length), rtol: 1e-9, atol: 1e-11));
    }

    [Fact]
    public void Single_precision_holds_at_65536_steps_of_a_fast_slowly_decaying_mode()
    {
        using var scope = NewDisposeScope();
        const int length = 65536;
        Parameters p = Parameters.Draw(1, 2, 2, 4, ScalarType.Float32) with
        {
            Dt = tensor(new[] { 0.1f, 0.037f }),
            AReal = full([2, 4], -14f),
            AImag = tensor(new[] { 0.5f, 31.4f, 62.8f, 97.389f, 1.5f, 30.1f, 66.6f, 98.1f }).view(2, 4),
        };

        Tensor exact = p.DirectSum(length);
        foreach (KernelRoute route in (KernelRoute[])[KernelRoute.Libtorch, KernelRoute.Best])
        {
            using IDisposable forced = KernelRoute.Use(route);
            Tensor kernel = DiagonalKernel.Zoh(p.Dt, p.AReal, p.AImag, p.B, p.C, length);

            Tensor error = (kernel.to_type(ScalarType.Float64) - exact).abs().max() / exact.abs().max();
            Assert.InRange(error.item<double>(), 0, 3e-6);
        }
    }

    [Theory]
    [InlineData(1e-12)]
    [InlineData(1e-4)]
    [InlineData(1e3)]
    public void Extreme_steps_give_finite_kernels_and_gradients(double dt)
    {
        using var scope = NewDisposeScope();
        Parameters p = Parameters.Draw(2, 3, 3, 4, ScalarType.Float32);
        Tensor step = full([3], (float)dt).requires_grad_();
        Tensor aReal = p.AReal.clone().requires_grad_();

        Tensor kernel = DiagonalKernel.Zoh(step, aReal, p.AImag, p.B, p.C, 128);
        kernel.sum().backward();

        Assert.True(kernel.isfinite().all().item<bool>());
        Assert.True(step.grad!.isfinite().all().item<bool>());
        Assert.True(aReal.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public void First_tap_of_a_small_step_keeps_its_digits()
    {
        using var scope = NewDisposeScope();
        // (exp(z) - 1) / A approaches dt: with B = C = 1 the tap is 2 dt.
        Tensor one = tensor(new[] { 1.0, 0.0 }).view(1, 1, 1, 2);

        Tensor kernel = DiagonalKernel.Zoh(tensor(new[] { 1e-13 }), zeros(1, 1, ScalarType.Float64), ones(1, 1, ScalarType.Float64), one, one, 1);

        Assert.Equal(2e-13, kernel.item<double>(), 1e-24);
    }

    [Fact]
    public void Wrong_shape_is_refused_with_both_shapes()
    {
        using var scope = NewDisposeScope();
        Parameters p = Parameters.Draw(1, 4, 4, 3, ScalarType.Float32);

        var error = Assert.Throws<LengthwiseException>(() => DiagonalKernel.Zoh(p.Dt, p.AReal, p.AImag, p.B, p.C.narrow(1, 0, 3), 8));

        Assert.Contains("[1, 3, 3, 2]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[channels, H, N, 2] = [any, 4, 3, 2]", error.Message, StringComparison.Ordinal);
    }

    private sealed record Parameters(Tensor Dt, Tensor AReal, Tensor AImag, Tensor B, Tensor C)
    {
        public static Parameters Draw(int channels, int width, int copies, int states, ScalarType type)
        {
            random.manual_seed(7);
            return new Parameters(
                exp(rand(width, type) * 4 - 6), randn(copies, states, type) - 0.7, randn(copies, states, type) * 10,
                randn([1, copies, states, 2], type), randn([channels, width, states, 2], type));
        }

        // One exponential per (mode, step), in System.Numerics.Complex.
        public Tensor DirectSum(int length)
        {
            (long channels, long width, long states, long copies) = (C.shape[0], C.shape[1], C.shape[2], AReal.shape[0]);
            var kernel = new double[channels, width, length];
            double[] dt = Doubles(Dt), re = Doubles(AReal), im = Doubles(AImag), b = Doubles(B), c = Doubles(C);
            for (long k = 0; k < channels; k++)
                for (long h = 0; h < width; h++)
                    for (long n = 0; n < states; n++)
                    {
                        long a = h % copies * states + n, w = (k * width + h) * states + n;
                        var A = new Complex(-Math.Exp(re[a]), -im[a]);
                        Complex weight = 2 * new Complex(c[2 * w], c[2 * w + 1]) * new Complex(b[2 * a], b[2 * a + 1]) * (Complex.Exp(dt[h] * A) - 1) / A;
                        for (int l = 0; l < length; l++) kernel[k, h, l] += (weight * Complex.Exp(l * (dt[h] * A))).Real;
                    }
            return tensor(kernel);
        }

        private static double[] Doubles(Tensor t) => t.to_type(ScalarType.Float64).contiguous().data<double>().ToArray();
    }
}

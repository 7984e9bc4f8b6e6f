using System.Numerics;
using Lengthwise.Modeling.Kernels.Dispatch;
using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Convolution of a sequence with kernels as long as itself, one per channel.</summary>
/// <remarks>
/// y_t = D u_t + sum_{s &lt;= t} K0_{t-s} u_s, and with a second kernel + sum_{s &gt; t} K1_{s-t-1} u_s (models.md section 2).
/// The transforms have at least 2L points, so nothing wraps around. O(B H L log L) time. 32-bit floats on the CPU take the C#
/// kernels unless <see cref="KernelRoute.Current"/> says otherwise; everything else takes libtorch's transforms.
/// </remarks>
public static class LongConvolution
{
    /// <summary>Convolves every channel with its kernel.</summary>
    /// <param name="u">Input, [B, L, H], float or double. Not modified.</param>
    /// <param name="kernel">[1, H, L] causal, or [2, H, L] where the second kernel looks ahead from the next step on.</param>
    /// <param name="D">Skip, [H].</param>
    /// <returns>Output, [B, L, H]; the caller owns it.</returns>
    /// <exception cref="LengthwiseException">A shape does not fit.</exception>
    public static Tensor Apply(Tensor u, Tensor kernel, Tensor D)
    {
        TensorShape.Require(u, "input of the long convolution", "B, L, H", TensorShape.Any, TensorShape.Any, TensorShape.Any);
        long length = u.shape[1], width = u.shape[2];
        bool bidirectional = kernel.dim() == 3 && kernel.shape[0] == 2;
        TensorShape.Require(kernel, "kernel of the long convolution", "channels, H, L", bidirectional ? 2 : 1, width, length);
        TensorShape.Require(D, "skip of the long convolution", "H", width);

        KernelRoute route = KernelChoice.RouteOf(KernelOperation.LongConvolution);
        if (route.Lanes == 0 || !TensorMemory.Suits(u, kernel, D)) return ApplyLibtorch(u, kernel, D);
        using var scope = NewDisposeScope();
        (u, kernel, D) = (u.contiguous(), kernel.contiguous(), D.contiguous());
        Tensor y = TensorMemory.WantsGradient(u, kernel, D)
            ? LongConvolutionFunction.apply(u, kernel, D, route)
            : LongConvolutionFunction.Compute(u, kernel, D, route);
        return y.MoveToOuterDisposeScope();
    }

    /// <summary>The plain route: oracle of the C# kernels, baseline of the benchmarks, and the way of doubles and other devices.</summary>
    /// <inheritdoc cref="Apply"/>
    public static Tensor ApplyLibtorch(Tensor u, Tensor kernel, Tensor D)
    {
        long length = u.shape[1];
        bool bidirectional = kernel.shape[0] == 2;
        using var scope = NewDisposeScope();
        long points = FourierSize(2 * length);
        Tensor response = Response(kernel, bidirectional, points);
        Tensor spectrum = fft.rfft(u.transpose(1, 2), points);
        Tensor product = spectrum * response;
        spectrum.Dispose();
        Tensor full = fft.irfft(product, points);
        product.Dispose();
        Tensor y = full.narrow(-1, 0, length).transpose(1, 2);
        return addcmul(y, u, D, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Transfer function of K0 at lags 0 … L-1 and K1 at lags -1 … -L, [H, points / 2 + 1] complex.</summary>
    private static Tensor Response(Tensor kernel, bool bidirectional, long points)
    {
        if (!bidirectional) return fft.rfft(kernel[0], points);
        long gap = points - 2 * kernel.shape[2];
        Tensor ahead = kernel[1].flip(-1);
        Tensor lags = gap == 0 ? cat([kernel[0], ahead], -1) : cat([kernel[0], zeros(kernel.shape[1], gap, kernel.dtype, kernel.device), ahead], -1);
        return fft.rfft(lags);
    }

    /// <summary>The smallest even number of at least that many points whose prime factors are 2, 3 and 5: others transform slowly.</summary>
    internal static long FourierSize(long atLeast)
    {
        long best = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(atLeast, 2));
        foreach (long odd in (ReadOnlySpan<long>)[3, 5, 9, 15])
        {
            long size = 2 * odd;
            while (size < atLeast) size *= 2;
            best = Math.Min(best, size);
        }
        return best;
    }
}

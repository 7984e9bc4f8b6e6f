using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Convolution kernels of S4: A = diag(w) - P P* under the bilinear rule, in double.</summary>
/// <remarks>
/// Gu, Goel, Ré (2022), arXiv:2111.00396, appendix C. N poles stand for themselves and their conjugates. The transform of the first
/// L taps is a resolvent at the L-th roots of unity, which costs no powers of A when C~ = C (I - Abar^L) is given; the rank-one term
/// goes in by the Woodbury identity. With omega = exp(-i theta), c = cos(theta / 2), s = sin(theta / 2):
///   S_ab = dt sum_n a_n b_n / (2 i s - c dt w_n)   over poles and conjugates
///   K^ = exp(i theta / 2) (S_CB - c S_CP S_PB / (1 + c S_PP)),   P on the left conjugated
/// This is 2 / (1 + omega) (k_CB - k_CP (1 + k_PP)^-1 k_PB) at z = 2 (1 - omega) / (1 + omega), written so that nothing is infinite
/// at omega = -1. 32-bit parameters on the CPU take the C# kernels for K^, in double like libtorch's way, unless
/// <see cref="KernelRoute.Current"/> says otherwise; the transform back is libtorch's either way.
/// </remarks>
internal static class DplrKernel
{
    /// <summary>The first L taps of every channel.</summary>
    /// <param name="system">The system, N poles a channel.</param>
    /// <param name="C">C~ for that length, [channels, H, N, 2], real and imaginary part.</param>
    /// <param name="length">L, at least 1.</param>
    /// <returns>[channels, H, L] of the type of <paramref name="C"/>; the caller owns it.</returns>
    public static Tensor Taps(DplrSystem system, Tensor C, long length)
    {
        long channels = C.shape[0];
        using var scope = NewDisposeScope();
        Tensor dt = system.Dt, re = dt * system.Re, im = dt * system.Im;
        (Tensor Re, Tensor Im) b = system.B, p = system.P;
        var c = (Re: C.to_type(ScalarType.Float64).select(-1, 0), Im: C.to_type(ScalarType.Float64).select(-1, 1));

        // One row for each sum: C B and C P of each channel, then P* B and P* P; [R, H, N].
        Tensor vRe = cat([c.Re * b.Re - c.Im * b.Im, c.Re * p.Re - c.Im * p.Im, Pair(p.Re * b.Re + p.Im * b.Im, p.Re * p.Re + p.Im * p.Im)]);
        Tensor vIm = cat([c.Re * b.Im + c.Im * b.Re, c.Re * p.Im + c.Im * p.Re, Pair(p.Re * b.Im - p.Im * b.Re, zeros_like(re))]);
        // v / (2 i s - c u) and its conjugate partner add up to (4 i s Re v - 2 c Re(v conj u)) g.
        Tensor rows = cat([4 * dt * vRe, -2 * dt * (vRe * re + vIm * im)]).transpose(0, 1).contiguous();
        Tensor response = KernelRoute.Current.Lanes > 0 && TensorMemory.Suits(C)
            ? DplrFunction.Response(rows, re, im, channels, length, KernelRoute.Current)
            : FromSums(CauchySums.Of(rows, re, im, length).transpose(0, 1), channels, length);
        return fft.irfft(response, length).to_type(C.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>From the sums over g, [2R, H, 2F], to K^, [channels, H, F].</summary>
    private static Tensor FromSums(Tensor sums, long channels, long length)
    {
        (Tensor cos, Tensor sin) = CauchySums.Nodes(length);
        Tensor[] parts = sums.chunk(2, -1);
        Tensor[] halves = complex(parts[0].contiguous(), parts[1].contiguous()).chunk(2, 0);
        Tensor S = complex(zeros_like(sin), sin) * halves[0] + cos * halves[1];
        (Tensor cb, Tensor cp) = (S.narrow(0, 0, channels), S.narrow(0, channels, channels));
        (Tensor pb, Tensor pp) = (S[2 * channels], S[2 * channels + 1]);
        return complex(cos, sin) * (cb - cos * cp * pb / (1 + cos * pp));
    }

    private static Tensor Pair(Tensor first, Tensor second) => stack([first, second]);
}

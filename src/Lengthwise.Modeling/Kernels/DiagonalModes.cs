using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>A kernel as a sum of exponentials, K_l = Re sum_n W_n exp(l z_n) with z = X + i Y. In double, differentiable.</summary>
/// <param name="X">Re z, [H, N].</param>
/// <param name="Y">Im z, [H, N].</param>
/// <param name="Re">Re W, [channels, H, N].</param>
/// <param name="Im">Im W, [channels, H, N].</param>
internal readonly record struct DiagonalModes(Tensor X, Tensor Y, Tensor Re, Tensor Im)
{
    /// <summary>exp z, complex [H, N].</summary>
    public Tensor Power => polar(X.exp(), Y);

    /// <summary>W, complex [channels, H, N].</summary>
    public Tensor Weight => complex(Re, Im);

    /// <summary>Zero-order hold: z = dt A, W = 2 C B (exp(z) - 1) / A. Arguments as of <see cref="DiagonalKernel.Zoh"/>.</summary>
    public static DiagonalModes Zoh(Tensor dt, Tensor aReal, Tensor aImag, Tensor B, Tensor C)
    {
        (Tensor step, Tensor re, Tensor im) = Poles(dt, aReal, aImag);
        Tensor x = step * re, y = step * im;
        // exp(z) - 1 without cancellation for small z: expm1(x) cos y - 2 sin^2(y / 2) + i exp(x) sin y.
        Tensor numeratorRe = x.expm1() * y.cos() - 2 * (y / 2).sin().square();
        Tensor numeratorIm = x.exp() * y.sin();
        Tensor square = re.square() + im.square();
        Tensor heldRe = 2 * (numeratorRe * re + numeratorIm * im) / square;
        Tensor heldIm = 2 * (numeratorIm * re - numeratorRe * im) / square;
        return Weighted(x, y, heldRe, heldIm, B, C);
    }

    /// <summary>
    /// Bilinear rule: with q = dt A / 2, exp z = (1 + q) / (1 - q) and W = 2 C B dt / (1 - q). Arguments as of
    /// <see cref="DiagonalKernel.Zoh"/>.
    /// </summary>
    public static DiagonalModes Bilinear(Tensor dt, Tensor aReal, Tensor aImag, Tensor B, Tensor C)
    {
        (Tensor step, Tensor re, Tensor im) = Poles(dt, aReal, aImag);
        Tensor qRe = step * re / 2, qIm = step * im / 2;
        Tensor below = (1 - qRe).square() + qIm.square();
        // log |(1 + q) / (1 - q)|; the bound only matters at q = -1, where nothing is left after one step.
        Tensor x = (4 * qRe / below).clamp_min(-1 + 1e-12).log1p() / 2;
        Tensor y = atan2(qIm, 1 + qRe) + atan2(qIm, 1 - qRe);
        return Weighted(x, y, 2 * step * (1 - qRe) / below, 2 * step * qIm / below, B, C);
    }

    /// <summary>Repeats the S copies along a dimension until there is one for each channel.</summary>
    public static Tensor PerChannel(Tensor copies, int dimension, long channels)
    {
        long[] times = [.. Enumerable.Repeat(1L, (int)copies.dim())];
        times[dimension] = channels / copies.shape[dimension];
        return times[dimension] == 1 ? copies : copies.repeat(times);
    }

    /// <summary>dt [H, 1] and A [H, N] in double.</summary>
    private static (Tensor Step, Tensor Re, Tensor Im) Poles(Tensor dt, Tensor aReal, Tensor aImag)
    {
        Tensor re = PerChannel(aReal.to_type(ScalarType.Float64).exp().neg(), 0, dt.shape[0]);
        Tensor im = PerChannel(aImag.to_type(ScalarType.Float64).neg(), 0, dt.shape[0]);
        return (dt.to_type(ScalarType.Float64).unsqueeze(-1), re, im);
    }

    /// <summary>W = C B times what the discretisation makes of the input.</summary>
    private static DiagonalModes Weighted(Tensor x, Tensor y, Tensor heldRe, Tensor heldIm, Tensor B, Tensor C)
    {
        Tensor b = PerChannel(B.to_type(ScalarType.Float64), 1, x.shape[0]);
        Tensor c = C.to_type(ScalarType.Float64);
        (Tensor bRe, Tensor bIm, Tensor cRe, Tensor cIm) = (b.select(-1, 0), b.select(-1, 1), c.select(-1, 0), c.select(-1, 1));
        Tensor cbRe = cRe * bRe - cIm * bIm;
        Tensor cbIm = cRe * bIm + cIm * bRe;
        return new(x, y, cbRe * heldRe - cbIm * heldIm, cbRe * heldIm + cbIm * heldRe);
    }
}

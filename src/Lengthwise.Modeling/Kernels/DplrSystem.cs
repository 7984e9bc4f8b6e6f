using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>x' = (diag(w) - P P*) x + B u for each channel, in double; N poles stand for themselves and their conjugates.</summary>
/// <remarks>
/// With the conjugates implied, P* x is 2 Re(conj P · x), so that a state of N complex numbers evolves like one of 2N real numbers,
/// [Re x, Im x]. Dense matrices below are in that real basis; they are needed once per run, not per step of training.
/// </remarks>
/// <param name="Dt">Step, [H, 1].</param>
/// <param name="Re">Re w, [H, N], negative.</param>
/// <param name="Im">Im w, [H, N].</param>
/// <param name="B">Real and imaginary part, each [H, N].</param>
/// <param name="P">Real and imaginary part, each [H, N].</param>
internal sealed record DplrSystem(Tensor Dt, Tensor Re, Tensor Im, (Tensor Re, Tensor Im) B, (Tensor Re, Tensor Im) P)
{
    /// <summary>From the parameters of S4; differentiable.</summary>
    /// <param name="invDt">log dt, [H, 1].</param>
    /// <param name="aReal">[S, N]; Re w = -exp(aReal). Channel h uses copy h mod S.</param>
    /// <param name="aImag">[S, N]; Im w = -aImag.</param>
    /// <param name="B">[1, S, N, 2].</param>
    /// <param name="P">[1, S, N, 2].</param>
    public static DplrSystem Of(Tensor invDt, Tensor aReal, Tensor aImag, Tensor B, Tensor P)
    {
        long width = invDt.shape[0];
        Tensor Each(Tensor copies) => DiagonalModes.PerChannel(copies.to_type(ScalarType.Float64), 0, width);
        (Tensor, Tensor) Parts(Tensor z) => (Each(z[0].select(-1, 0)), Each(z[0].select(-1, 1)));
        return new(
            invDt.to_type(ScalarType.Float64).exp(), Each(aReal.to_type(ScalarType.Float64).exp().neg()), Each(aImag.neg()), Parts(B), Parts(P));
    }

    /// <summary>Abar = (I - dt/2 A)^-1 (I + dt/2 A) in the real basis, [H, 2N, 2N].</summary>
    public Tensor Advance()
    {
        Tensor half = Dt.unsqueeze(-1) / 2;
        Tensor p = cat([P.Re, P.Im], -1);
        Tensor re = diag_embed(Re), im = diag_embed(Im);
        Tensor A = cat([cat([re, -im], -1), cat([im, re], -1)], -2) - 2 * matmul(p.unsqueeze(-1), p.unsqueeze(-2));
        Tensor one = eye(A.shape[1], A.shape[1], ScalarType.Float64, A.device);
        return linalg.solve(one - half * A, one + half * A);
    }

    /// <summary>C Abar^l as complex parts [channels, H, N, 2], of a C of that shape.</summary>
    /// <param name="C">Rows, of any type.</param>
    /// <param name="advance">As <see cref="Advance"/> gives it.</param>
    /// <param name="length">l.</param>
    public static Tensor Propagate(Tensor C, Tensor advance, long length) => FromRealRow(TimesPower(RealRow(C), advance, length));

    /// <summary>C from C~ = C (I - Abar^l).</summary>
    public static Tensor Recover(Tensor corrected, Tensor advance, long length)
    {
        Tensor one = eye(advance.shape[1], advance.shape[1], ScalarType.Float64, advance.device);
        Tensor remaining = one - TimesPower(one, advance, length);
        Tensor row = linalg.solve(remaining.transpose(1, 2), RealRow(corrected).transpose(1, 2));
        return FromRealRow(row.transpose(1, 2));
    }

    private static Tensor TimesPower(Tensor row, Tensor advance, long length)
    {
        Tensor square = advance;
        for (long rest = length; rest > 0; rest >>= 1)
        {
            if ((rest & 1) == 1) row = matmul(row, square);
            if (rest > 1) square = matmul(square, square);
        }
        return row;
    }

    // y = 2 Re(C x) is the row [Re C, -Im C] of the real basis, but for the factor 2. [H, channels, 2N].
    private static Tensor RealRow(Tensor C)
    {
        Tensor c = C.to_type(ScalarType.Float64);
        return cat([c.select(-1, 0), -c.select(-1, 1)], -1).transpose(0, 1);
    }

    private static Tensor FromRealRow(Tensor row)
    {
        Tensor[] halves = row.transpose(0, 1).chunk(2, -1);
        return stack([halves[0], -halves[1]], -1);
    }
}

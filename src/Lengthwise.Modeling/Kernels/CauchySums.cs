using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Sums over poles at the nodes of a Fourier transform, the inner part of S4's kernel. In double, by libtorch.</summary>
/// <remarks>
/// With theta = 2 pi j / L, c = cos(theta / 2), s = sin(theta / 2) for j = 0 … L/2 and poles u [H, N],
///   S_j = sum_n r_n g_n(j),   g_n(j) = 1 / ((2 i s - c u_n) (2 i s - c conj u_n)) = 1 / (c² |u_n|² - 4 s² - 4 i s c Re u_n).
/// A pole and its conjugate share one g. O(H R N L) time. The poles are taken in parts of bounded size, and the backward pass makes
/// them anew, so that memory stays near that of the result.
/// </remarks>
internal sealed class CauchySums : autograd.SingleTensorFunction<CauchySums>
{
    /// <summary>Complex values of g that exist at a time; 4 MB in double.</summary>
    private const long PartSize = 1 << 18;

    private const string LengthKey = "length";

    /// <inheritdoc/>
    public override string Name => nameof(CauchySums);

    /// <summary>S as real parts, then imaginary parts, [H, R, 2F] with F = L/2 + 1.</summary>
    /// <param name="rows">r, real [H, R, N], double.</param>
    /// <param name="re">Re u, [H, N], negative.</param>
    /// <param name="im">Im u, [H, N].</param>
    /// <param name="length">L.</param>
    public static Tensor Of(Tensor rows, Tensor re, Tensor im, long length) => apply(rows, re, im, length);

    /// <summary>cos and sin of half the angle at each node, [F] in double.</summary>
    public static (Tensor Cos, Tensor Sin) Nodes(long length)
    {
        using var scope = NewDisposeScope();
        Tensor half = arange(length / 2 + 1, ScalarType.Float64) * (Math.PI / length);
        return (half.cos().MoveToOuterDisposeScope(), half.sin().MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (rows, re, im, length) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (long)vars[3]);
        ctx.save_for_backward([rows, re, im]);
        ctx.save_data(LengthKey, length);
        Tensor sums = empty([rows.shape[0], rows.shape[1], 2 * (length / 2 + 1)], ScalarType.Float64);
        ForParts(re, im, length, (from, count, g) => sums.narrow(0, from, count).copy_(matmul(rows.narrow(0, from, count), cat([g.Re, g.Im], -1))));
        return sums;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        long length = (long)ctx.get_data(LengthKey);
        List<Tensor> gradients = BackwardFault.Guard(saved, () => Gradients(saved[0], saved[1], saved[2], grad_output, length));
        return BackwardMemory.PassOn([.. gradients, null!], saved, grad_output);
    }

    private static List<Tensor> Gradients(Tensor rows, Tensor re, Tensor im, Tensor dSums, long length)
    {
        Tensor dRows = empty_like(rows), dRe = empty_like(re), dIm = empty_like(im);
        (Tensor cos, Tensor sin) = Nodes(length);
        using Tensor cosCos = cos.square(), sinCos = sin * cos;
        using (cos)
        using (sin)
            ForParts(re, im, length, (from, count, g) =>
            {
                Tensor d = dSums.narrow(0, from, count), r = rows.narrow(0, from, count);
                dRows.narrow(0, from, count).copy_(matmul(d, cat([g.Re, g.Im], -1).transpose(1, 2)));

                // With G = dL/dg: dL = Re(conj(G) dg) and dg = -g² d(1/g), so that t = -conj(G) g² is what the denominator receives.
                Tensor[] received = matmul(r.transpose(1, 2), d).chunk(2, -1);
                Tensor squareRe = g.Re.square() - g.Im.square(), squareIm = 2 * g.Re * g.Im;
                Tensor tRe = -(received[0] * squareRe + received[1] * squareIm);
                Tensor tIm = received[1] * squareRe - received[0] * squareIm;
                Tensor ofSquare = 2 * matmul(tRe, cosCos);
                dRe.narrow(0, from, count).copy_(ofSquare * re.narrow(0, from, count) + 4 * matmul(tIm, sinCos));
                dIm.narrow(0, from, count).copy_(ofSquare * im.narrow(0, from, count));
            });
        return [dRows, dRe, dIm];
    }

    /// <summary>Calls the body with g of some channels at a time, each part [count, N, F].</summary>
    private static void ForParts(Tensor re, Tensor im, long length, Action<long, long, (Tensor Re, Tensor Im)> body)
    {
        using var whole = NewDisposeScope();
        (Tensor cos, Tensor sin) = Nodes(length);
        long width = re.shape[0], step = Math.Max(PartSize / (re.shape[1] * cos.shape[0]), 1);
        for (long from = 0; from < width; from += step)
        {
            using var part = NewDisposeScope();
            long count = Math.Min(step, width - from);
            Tensor x = re.narrow(0, from, count).unsqueeze(-1), y = im.narrow(0, from, count).unsqueeze(-1);
            // c² |u|² - 4 s² as a product, which keeps its digits where the two nearly cancel.
            Tensor size = cos * (x.square() + y.square()).sqrt();
            Tensor denominatorRe = (size - 2 * sin) * (size + 2 * sin);
            Tensor denominatorIm = -4 * (sin * cos) * x;
            Tensor square = denominatorRe.square() + denominatorIm.square();
            body(from, count, (denominatorRe / square, -(denominatorIm / square)));
        }
    }
}

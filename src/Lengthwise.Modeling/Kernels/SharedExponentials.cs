using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>K_l = Re sum_n W_n exp(l z_n) with the same modes z for every row of W: a matrix product.</summary>
/// <remarks>
/// [R, 2N] times the powers [2N, L], which are made for a stretch of l at a time, from angles in double, and again in the backward
/// pass: memory O(N) besides weights and result, O(R N L) time. The products are libtorch's; for 32-bit weights on the CPU the powers and
/// the sums over them come from C# kernels, <see cref="SharedPowers"/>, unless <see cref="KernelRoute.Current"/> says otherwise.
/// </remarks>
internal sealed class SharedExponentials : autograd.SingleTensorFunction<SharedExponentials>
{
    /// <summary>Complex powers that exist at a time.</summary>
    private const long StretchSize = 1 << 17;

    /// <summary>The same of the C# kernels, which need no intermediate arrays.</summary>
    private const long OwnStretchSize = 1 << 19;

    private const string LengthKey = "length", RouteKey = "route";

    /// <inheritdoc/>
    public override string Name => nameof(SharedExponentials);

    /// <summary>The first taps.</summary>
    /// <param name="re">Re z, [N], double, not positive.</param>
    /// <param name="im">Im z, [N], double.</param>
    /// <param name="W">[channels, H, N, 2], real and imaginary part.</param>
    /// <param name="length">L, at least 1.</param>
    /// <returns>[channels, H, L] of the type of <paramref name="W"/>; the caller owns it.</returns>
    public static Tensor Taps(Tensor re, Tensor im, Tensor W, long length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        TensorShape.Require(re, "real parts of shared modes", "N", W.shape[2]);
        TensorShape.Require(im, "imaginary parts of shared modes", "N", W.shape[2]);
        using var scope = NewDisposeScope();
        Tensor rows = cat([W.select(-1, 0), -W.select(-1, 1)], -1).flatten(0, 1);
        KernelRoute route = TensorMemory.Suits(rows) ? KernelRoute.Current : KernelRoute.Libtorch;
        return apply(re.contiguous(), im.contiguous(), rows, length, route).view(W.shape[0], W.shape[1], length).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (re, im, rows, length, route) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (long)vars[3], (KernelRoute)vars[4]);
        ctx.save_for_backward([re, im, rows]);
        ctx.save_data(LengthKey, length);
        ctx.save_data(RouteKey, route);
        Tensor taps = empty([rows.shape[0], length], rows.dtype);
        if (route.Lanes > 0) ForOwnStretches(re, im, length, (from, count, powers) => taps.narrow(1, from, count).copy_(matmul(rows, powers)));
        else ForStretches(re, im, length, (from, count, powers) => taps.narrow(1, from, count).copy_(matmul(rows, powers.to_type(rows.dtype))));
        return taps;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        long length = (long)ctx.get_data(LengthKey);
        var route = (KernelRoute)ctx.get_data(RouteKey);
        List<Tensor> gradients = BackwardFault.Guard(saved, () => route.Lanes > 0
            ? OwnGradients(saved[0], saved[1], saved[2], grad_output, length)
            : Gradients(saved[0], saved[1], saved[2], grad_output, length));
        return BackwardMemory.PassOn([.. gradients, null!, null!], saved, grad_output);
    }

    private static List<Tensor> OwnGradients(Tensor re, Tensor im, Tensor rows, Tensor dTaps, long length)
    {
        Tensor dRe = zeros_like(re), dIm = zeros_like(im), dRows = zeros_like(rows);
        ForOwnStretches(re, im, length, (from, count, powers) =>
        {
            Tensor d = dTaps.narrow(1, from, count);
            dRows.add_(matmul(d, powers.t()));
            SharedPowers.AddSlopes(powers, matmul(rows.t(), d), from, dRe, dIm);
        });
        return [dRe, dIm, dRows];
    }

    /// <summary>Calls the body with exp(l z) for a stretch of l, real parts above imaginary ones, [2N, count] in single precision.</summary>
    private static void ForOwnStretches(Tensor re, Tensor im, long length, Action<long, long, Tensor> body)
    {
        using var whole = NewDisposeScope();
        long stretch = Math.Clamp(OwnStretchSize / re.shape[0], 1, length);
        for (long from = 0; from < length; from += stretch)
        {
            using var part = NewDisposeScope();
            long count = Math.Min(stretch, length - from);
            body(from, count, SharedPowers.Of(re, im, from, count));
        }
    }

    private static List<Tensor> Gradients(Tensor re, Tensor im, Tensor rows, Tensor dTaps, long length)
    {
        Tensor dRe = zeros_like(re), dIm = zeros_like(im), dRows = zeros_like(rows);
        ForStretches(re, im, length, (from, count, powers) =>
        {
            Tensor d = dTaps.narrow(1, from, count), typed = powers.to_type(rows.dtype);
            dRows.add_(matmul(d, typed.t()));

            // exp(l z) has the derivative l exp(l z).
            Tensor steps = arange(from, from + count, ScalarType.Float64);
            Tensor[] own = typed.chunk(2, 0), received = matmul(rows.t(), d).chunk(2, 0);
            dRe.add_(matmul((received[0] * own[0] + received[1] * own[1]).to_type(ScalarType.Float64), steps));
            dIm.add_(matmul((received[1] * own[0] - received[0] * own[1]).to_type(ScalarType.Float64), steps));
        });
        return [dRe, dIm, dRows];
    }

    /// <summary>Calls the body with exp(l z) for a stretch of l, real parts above imaginary ones, [2N, count] in double.</summary>
    private static void ForStretches(Tensor re, Tensor im, long length, Action<long, long, Tensor> body)
    {
        using var whole = NewDisposeScope();
        long stretch = Math.Clamp(StretchSize / re.shape[0], 1, length);
        Tensor fine = Powers(re, im, arange(stretch, ScalarType.Float64));
        for (long from = 0; from < length; from += stretch)
        {
            using var part = NewDisposeScope();
            long count = Math.Min(stretch, length - from);
            Tensor product = (fine * Powers(re, im, full(1, from, ScalarType.Float64))).narrow(1, 0, count);
            body(from, count, cat([product.real, product.imag], 0));
        }
    }

    private static Tensor Powers(Tensor re, Tensor im, Tensor l) => polar((re.unsqueeze(-1) * l).exp(), im.unsqueeze(-1) * l);
}

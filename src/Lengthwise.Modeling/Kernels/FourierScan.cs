using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>
/// The diagonal scan as a convolution with the powers of lambda, by libtorch's transforms: one of input and powers each, and one back for every
/// direction. At some shapes it is faster than log2(L) passes; benchmarks take the better of the two for their baseline.
/// </summary>
internal static class FourierScan
{
    private static readonly AsyncLocal<bool> Forced = new();

    /// <summary>Whether the plain route of <see cref="DiagonalScan"/> takes this form.</summary>
    public static bool IsForced => Forced.Value;

    /// <summary>Makes the plain route take this form for the caller and everything it starts, until the result is disposed.</summary>
    public static IDisposable Use()
    {
        var outer = new Outer(Forced.Value);
        Forced.Value = true;
        return outer;
    }

    /// <summary>States of one direction; arguments as of <see cref="DiagonalScan.Apply"/>, lambda not zero.</summary>
    public static Tensor Apply(Tensor b, Tensor lambda, bool reverse) => Apply(b, lambda, [reverse])[0];

    /// <summary>States of each direction.</summary>
    public static Tensor[] Apply(Tensor b, Tensor lambda, ReadOnlySpan<bool> reverse)
    {
        using var scope = NewDisposeScope();
        (long length, long states) = (b.shape[1], lambda.shape[1]);
        long points = LongConvolution.FourierSize(2 * length);
        Tensor x = complex(b.narrow(-1, 0, states), b.narrow(-1, states, states));
        Tensor logarithm = complex(lambda[0], lambda[1]).log(), steps = arange(length, ScalarType.Float64, b.device).unsqueeze(-1);
        Tensor powers = (steps * logarithm).exp().to_type(x.dtype);
        Tensor input = fft.fft_(x, points, 1), response = fft.fft_(powers, points, 0);
        var results = new Tensor[reverse.Length];
        for (int i = 0; i < results.Length; i++)
        {
            // Lags of the other sign: the response at the negative frequencies.
            Tensor seen = reverse[i] ? response.flip(0).roll(1, 0) : response;
            Tensor y = fft.ifft(input * seen, points, 1).narrow(1, 0, length);
            results[i] = cat([y.real, y.imag], -1).MoveToOuterDisposeScope();
        }
        return results;
    }

    private sealed class Outer(bool value) : IDisposable
    {
        public void Dispose() => Forced.Value = value;
    }
}

namespace Lengthwise.Modeling.Kernels;

/// <summary>Sizes of kernels that are sums of exponentials, [channels, H, L], of N modes a channel.</summary>
internal readonly record struct ModeShape(int Channels, int Width, int Modes, int Length)
{
    /// <summary>Multiplications of the forward pass, roughly.</summary>
    public long Work => 2L * Channels * Width * Modes * Length;
}

/// <summary>Where the C# kernels find the modes of K_l = Re sum_n W_n w_n^l.</summary>
internal unsafe interface IModeSource
{
    ModeShape Shape { get; }

    /// <summary>w of mode n of channel h; |w| is at most 1.</summary>
    ComplexPair PowerOf(int h, int n);

    /// <summary>w, and W of each kernel channel.</summary>
    ComplexPair Mode(int h, int n, ComplexPair* weights);
}

/// <summary>Turns sums over the taps into gradients of whatever the modes were made of.</summary>
internal unsafe interface IModeGradients
{
    /// <summary>Takes the sums of channel h; called once for each channel, from any thread.</summary>
    /// <param name="h">Channel.</param>
    /// <param name="stride">Doubles from one part of the sums to the next.</param>
    /// <param name="sums">[channels, 4, stride]: real and imaginary part of G0, then of G1 (see <see cref="SimdDiagonalGradient{T}"/>).</param>
    void Finish(int h, int stride, double* sums);
}

/// <summary>Modes that are given as they are, see <see cref="DiagonalModes"/>: x, y [H, N] and re, im [channels, H, N].</summary>
internal readonly unsafe struct GivenModes(ModeShape shape, double* x, double* y, double* re, double* im) : IModeSource
{
    public ModeShape Shape { get; } = shape;

    public ComplexPair PowerOf(int h, int n)
    {
        long at = (long)h * Shape.Modes + n;
        return ComplexPair.Exp(new(x[at], y[at]));
    }

    public ComplexPair Mode(int h, int n, ComplexPair* weights)
    {
        for (int channel = 0; channel < Shape.Channels; channel++) weights[channel] = WeightOf(channel, h, n);
        return PowerOf(h, n);
    }

    public ComplexPair WeightOf(int channel, int h, int n)
    {
        long at = ((long)channel * Shape.Width + h) * Shape.Modes + n;
        return new(re[at], im[at]);
    }
}

/// <summary>Gradients of given modes.</summary>
internal sealed unsafe class GivenGradients(GivenModes modes, double* dX, double* dY, double* dRe, double* dIm) : IModeGradients
{
    public void Finish(int h, int stride, double* sums)
    {
        ModeShape shape = modes.Shape;
        for (int n = 0; n < shape.Modes; n++)
        {
            ComplexPair d = default;
            for (int channel = 0; channel < shape.Channels; channel++)
            {
                double* sum = sums + 4L * stride * channel + n;
                long at = ((long)channel * shape.Width + h) * shape.Modes + n;
                (dRe[at], dIm[at]) = (sum[0], -sum[stride]);
                d += (modes.WeightOf(channel, h, n) * new ComplexPair(sum[2 * stride], sum[3 * stride])).Conjugate;
            }
            long mode = (long)h * shape.Modes + n;
            (dX[mode], dY[mode]) = (d.Re, d.Im);
        }
    }
}

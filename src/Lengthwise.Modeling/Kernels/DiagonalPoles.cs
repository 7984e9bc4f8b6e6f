namespace Lengthwise.Modeling.Kernels;

/// <summary>Sizes and parameters of a diagonal kernel, as the C# routes take them.</summary>
/// <remarks>
/// H channels, N modes, S copies of A and B (channel h uses copy h mod S), L = length. dt [H]; aReal, aImag [S, N];
/// B [bChannels, S, N, 2]; C [channels, H, N, 2].
/// </remarks>
internal readonly unsafe struct DiagonalParameters(
    int channels, int bChannels, int width, int copies, int modes, int length, float* dt, float* aReal, float* aImag, float* B, float* C)
{
    public int Channels { get; } = channels;

    public int BChannels { get; } = bChannels;

    public int Width { get; } = width;

    public int Copies { get; } = copies;

    public int Modes { get; } = modes;

    public int Length { get; } = length;

    /// <summary>Offset of mode 0 of channel h in arrays [S, N].</summary>
    public long CopyOf(int h) => (long)(h % Copies) * Modes;

    /// <summary>Offset of mode 0 in B, as pairs, for a kernel channel.</summary>
    public long OffsetB(int channel, int h) => (BChannels == 1 ? 0 : channel) * (long)Copies * Modes + CopyOf(h);

    /// <summary>Offset of mode 0 in C, as pairs.</summary>
    public long OffsetC(int channel, int h) => ((long)channel * Width + h) * Modes;

    /// <summary>Multiplications of the forward pass, roughly.</summary>
    public long Work => 2L * Channels * Width * Modes * Length;

    public ComplexPair PoleOf(int h, int n) => new(-Math.Exp(aReal[CopyOf(h) + n]), -(double)aImag[CopyOf(h) + n]);

    public double StepOf(int h) => dt[h];

    public ComplexPair BOf(int channel, int h, int n) => Pair(B, OffsetB(channel, h) + n);

    public ComplexPair COf(int channel, int h, int n) => Pair(C, OffsetC(channel, h) + n);

    private static ComplexPair Pair(float* pairs, long at) => new(pairs[2 * at], pairs[2 * at + 1]);
}

/// <summary>A complex number in double precision; products are the textbook's, without the checks of System.Numerics.</summary>
internal readonly record struct ComplexPair(double Re, double Im)
{
    public ComplexPair Conjugate => new(Re, -Im);

    public static ComplexPair operator +(ComplexPair a, ComplexPair b) => new(a.Re + b.Re, a.Im + b.Im);

    public static ComplexPair operator -(ComplexPair a, ComplexPair b) => new(a.Re - b.Re, a.Im - b.Im);

    public static ComplexPair operator *(ComplexPair a, ComplexPair b) => new(a.Re * b.Re - a.Im * b.Im, a.Re * b.Im + a.Im * b.Re);

    public static ComplexPair operator *(double a, ComplexPair b) => new(a * b.Re, a * b.Im);

    public static ComplexPair operator /(ComplexPair a, ComplexPair b)
    {
        double square = b.Re * b.Re + b.Im * b.Im;
        return new((a.Re * b.Re + a.Im * b.Im) / square, (a.Im * b.Re - a.Re * b.Im) / square);
    }

    /// <summary>exp z.</summary>
    public static ComplexPair Exp(ComplexPair z)
    {
        double size = Math.Exp(z.Re);
        (double sin, double cos) = Math.SinCos(z.Im);
        return new(size * cos, size * sin);
    }

    /// <summary>z to a positive power by squaring; the relative error grows as the power times 1e-16.</summary>
    public static ComplexPair Power(ComplexPair z, int exponent)
    {
        ComplexPair result = new(1, 0);
        for (; exponent > 0; exponent >>= 1, z *= z)
            if ((exponent & 1) == 1) result *= z;
        return result;
    }
}

/// <summary>One mode under the zero-order hold: w = exp(z), psi = (exp(z) - 1) / z and its derivative, for z = dt A.</summary>
/// <remarks>(exp(dt A) - 1) / A = dt psi(z) needs no division by A and keeps its digits for small steps.</remarks>
internal readonly struct HeldMode
{
    // Below this size of z the closed forms lose digits and six terms of the series are exact to double.
    private const double SeriesBelow = 1e-2;

    public HeldMode(double dt, ComplexPair pole)
    {
        ComplexPair z = dt * pole;
        Power = ComplexPair.Exp(z);
        ComplexPair one = new(1, 0);
        if (z.Re * z.Re + z.Im * z.Im < SeriesBelow * SeriesBelow)
        {
            Psi = Horner(z, [1, 1 / 2.0, 1 / 6.0, 1 / 24.0, 1 / 120.0, 1 / 720.0, 1 / 5040.0]);
            Slope = Horner(z, [1 / 2.0, 2 / 6.0, 3 / 24.0, 4 / 120.0, 5 / 720.0, 6 / 5040.0, 7 / 40320.0]);
            return;
        }
        Psi = (Power - one) / z;
        Slope = (Power - Psi) / z;
    }

    /// <summary>exp z.</summary>
    public ComplexPair Power { get; }

    /// <summary>(exp z - 1) / z.</summary>
    public ComplexPair Psi { get; }

    /// <summary>d psi / dz.</summary>
    public ComplexPair Slope { get; }

    private static ComplexPair Horner(ComplexPair z, ReadOnlySpan<double> coefficients)
    {
        ComplexPair sum = new(0, 0);
        for (int i = coefficients.Length - 1; i >= 0; i--) sum = sum * z + new ComplexPair(coefficients[i], 0);
        return sum;
    }
}

namespace Lengthwise.Modeling.Kernels;

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

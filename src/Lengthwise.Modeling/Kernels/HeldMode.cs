namespace Lengthwise.Modeling.Kernels;

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

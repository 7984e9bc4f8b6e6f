namespace Lengthwise.Statistics;

/// <summary>Interval of a ratio of two means that were measured in pairs (Fieller, 1954).</summary>
/// <remarks>
/// The interval holds every r for which the mean of numerator - r · denominator does not differ from zero by Student's t. With means
/// a, b, squared standard errors A, B, covariance C of the means and t the critical value, these are the r with
///   (b² - t²B) r² - 2 (ab - t²C) r + (a² - t²A) ≤ 0.
/// It is bounded exactly where the denominator's own interval excludes zero; elsewhere a ratio means nothing and none is given.
/// </remarks>
public static class FiellerRatio
{
    /// <summary>Interval of mean(numerator) / mean(denominator); null when the denominator's interval does not exclude zero.</summary>
    /// <param name="numerator">One value a pair.</param>
    /// <param name="denominator">The other value of the same pair.</param>
    /// <param name="confidence">Coverage.</param>
    public static Interval? Of(IReadOnlyList<double> numerator, IReadOnlyList<double> denominator, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(numerator);
        ArgumentNullException.ThrowIfNull(denominator);
        if (numerator.Count != denominator.Count)
            throw new ArgumentException($"{numerator.Count} numerators cannot be paired with {denominator.Count} denominators");
        int n = numerator.Count;
        if (n < 2 || !StudentInterval.OfMean(denominator, confidence).ExcludesZero) return null;

        double a = numerator.Average(), b = denominator.Average(), scale = 1 / ((double)n * (n - 1));
        return Of(
            new CrossedEstimate(a, scale * numerator.Sum(x => (x - a) * (x - a)), n - 1, n),
            new CrossedEstimate(b, scale * denominator.Sum(y => (y - b) * (y - b)), n - 1, n),
            scale * numerator.Zip(denominator, (x, y) => (x - a) * (y - b)).Sum(),
            confidence);
    }

    /// <summary>Interval of a ratio of two estimates; null when the denominator's interval does not exclude zero.</summary>
    /// <param name="numerator">Numerator.</param>
    /// <param name="denominator">Denominator.</param>
    /// <param name="covariance">Covariance of the two means.</param>
    /// <param name="confidence">Coverage.</param>
    public static Interval? Of(CrossedEstimate numerator, CrossedEstimate denominator, double covariance, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(numerator);
        ArgumentNullException.ThrowIfNull(denominator);
        if (!denominator.Interval(confidence).ExcludesZero) return null;

        // One t for all r: that of the estimate with the fewer degrees of freedom.
        double t = (numerator.DegreesOfFreedom < denominator.DegreesOfFreedom ? numerator : denominator).CriticalValue(confidence);
        double a = numerator.Mean, b = denominator.Mean;
        double spreadA = t * t * numerator.Variance, spreadB = t * t * denominator.Variance, shared = t * t * covariance;

        double square = b * b - spreadB;
        double middle = a * b - shared;
        double root = Math.Sqrt(Math.Max(0, middle * middle - square * (a * a - spreadA)));
        return square <= 0 ? null : new Interval((middle - root) / square, a / b, (middle + root) / square, numerator.N);
    }
}

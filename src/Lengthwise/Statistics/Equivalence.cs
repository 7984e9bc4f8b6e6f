using MathNet.Numerics.Distributions;

namespace Lengthwise.Statistics;

/// <summary>
/// Two one-sided tests (Schuirmann, 1987): that a difference is smaller than a margin in both directions. An interval that holds zero shows no such thing.
/// </summary>
public static class Equivalence
{
    /// <summary>
    /// The larger of the two one-sided p values; below α the difference is shown to lie within the margin, which is the same as its interval of coverage 1 - 2α lying
    /// there. Null for a single seed.
    /// </summary>
    /// <param name="difference">The difference.</param>
    /// <param name="margin">Above 0; what counts as no difference.</param>
    public static double? PValue(CrossedEstimate difference, double margin)
    {
        ArgumentNullException.ThrowIfNull(difference);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(margin);
        if (difference.DegreesOfFreedom <= 0) return null;
        double distance = margin - Math.Abs(difference.Mean);
        if (difference.Variance == 0) return distance > 0 ? 0 : 1;
        return StudentT.CDF(0, 1, difference.DegreesOfFreedom, -distance / Math.Sqrt(difference.Variance));
    }
}

using System.Collections.Concurrent;
using MathNet.Numerics.Distributions;

namespace Lengthwise.Statistics;

/// <summary>The range of k independent standard normal values (Tukey): what the largest of all pairwise differences is held against.</summary>
/// <remarks>P(range ≤ q) = k ∫ φ(z) (Φ(z) - Φ(z - q))^(k - 1) dz, by the midpoint rule; infinite degrees of freedom.</remarks>
internal static class StudentizedRange
{
    private const int Points = 200;
    private const double Widest = 8;
    private static readonly ConcurrentDictionary<(double Probability, int Values), double> Known = [];

    /// <summary>P(range ≤ q).</summary>
    public static double Below(double q, int values)
    {
        double sum = 0, step = 2 * Widest / Points;
        for (int i = 0; i < Points; i++)
        {
            double z = -Widest + (i + 0.5) * step;
            sum += Normal.PDF(0, 1, z) * Math.Pow(Normal.CDF(0, 1, z) - Normal.CDF(0, 1, z - q), values - 1) * step;
        }
        return Math.Min(1, values * sum);
    }

    /// <summary>The q that the range stays below with that probability.</summary>
    public static double Quantile(double probability, int values) => Known.GetOrAdd((probability, values), static of => Search(of.Probability, of.Values));

    private static double Search(double probability, int values)
    {
        double low = 0, high = 2 * Widest;
        while (high - low > 1e-8)
        {
            double middle = (low + high) / 2;
            if (Below(middle, values) < probability) low = middle;
            else high = middle;
        }
        return (low + high) / 2;
    }
}

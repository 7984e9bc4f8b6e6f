namespace Lengthwise.Modeling.Benchmarking;

/// <summary>The middle of some values and how far they spread.</summary>
/// <param name="Median">Half of the values are below.</param>
/// <param name="Low">A tenth is below.</param>
/// <param name="High">A tenth is above.</param>
public sealed record Quantiles(double Median, double Low, double High)
{
    /// <summary>Of at least one value.</summary>
    public static Quantiles Of(IReadOnlyList<double> values) => new(At(values, 0.5), At(values, 0.1), At(values, 0.9));

    /// <summary>Quantile by linear interpolation between order statistics.</summary>
    public static double At(IReadOnlyList<double> values, double q)
    {
        double[] sorted = [.. values.Order()];
        double at = q * (sorted.Length - 1);
        int below = (int)at;
        return below + 1 < sorted.Length ? sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }
}

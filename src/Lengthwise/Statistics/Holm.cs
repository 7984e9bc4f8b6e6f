namespace Lengthwise.Statistics;

/// <summary>
/// Holm's step-down correction (Holm, 1979): p values for a family of tests such that rejecting below α makes any false rejection in
/// the family no likelier than α, whatever their dependence.
/// </summary>
public static class Holm
{
    /// <summary>Adjusted p values, in the order given.</summary>
    /// <param name="pValues">Raw p values, each from 0 to 1.</param>
    public static IReadOnlyList<double> Adjust(IReadOnlyList<double> pValues)
    {
        ArgumentNullException.ThrowIfNull(pValues);
        if (pValues.Any(p => !(p >= 0 && p <= 1))) throw new ArgumentException("a p value lies between 0 and 1", nameof(pValues));

        int[] byP = [.. Enumerable.Range(0, pValues.Count).OrderBy(i => pValues[i])];
        var adjusted = new double[pValues.Count];
        double largest = 0;
        for (int rank = 0; rank < byP.Length; rank++)
        {
            largest = Math.Max(largest, Math.Min(1, (byP.Length - rank) * pValues[byP[rank]]));
            adjusted[byP[rank]] = largest;
        }
        return adjusted;
    }
}

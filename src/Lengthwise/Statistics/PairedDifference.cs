namespace Lengthwise.Statistics;

/// <summary>
/// Differences between two arms, seed by seed. Arms that share a seed share data order and initialisation where they can, so that
/// what the seed does to both cancels and the interval is narrower than that of two independent means.
/// </summary>
public static class PairedDifference
{
    /// <summary>Interval of the mean of <paramref name="after"/> - <paramref name="before"/>; null when no seed is in both.</summary>
    /// <param name="before">Score by seed.</param>
    /// <param name="after">Score by seed.</param>
    /// <param name="confidence">Coverage.</param>
    public static Interval? OfMeans(
        IReadOnlyDictionary<long, double> before, IReadOnlyDictionary<long, double> after, double confidence = 0.95)
    {
        double[] differences = [.. BySeed(before, after).Values];
        return differences.Length == 0 ? null : StudentInterval.OfMean(differences, confidence);
    }

    /// <summary>The difference of every seed that is in both arms, ordered by seed.</summary>
    public static SortedDictionary<long, double> BySeed(IReadOnlyDictionary<long, double> before, IReadOnlyDictionary<long, double> after)
    {
        var differences = new SortedDictionary<long, double>();
        foreach ((long seed, double score) in after)
            if (before.TryGetValue(seed, out double reference)) differences.Add(seed, score - reference);
        return differences;
    }
}

namespace Lengthwise.Statistics;

/// <summary>
/// How many seeds it would take to tell a difference from zero, if it is truly as large as it looks: the smallest number for which a two-sided test at 5 % finds it
/// in 80 % of repetitions.
/// </summary>
/// <remarks>
/// With v_S the variance of one seed's difference, interaction included, and v_I the variance that the test items alone leave, which no seed makes smaller, the
/// variance at S seeds is v_S / S + v_I with Satterthwaite's degrees of freedom, and the power is that of Student's t (Cohen, 1988, chapter 2). Where v_I alone
/// is too large, no number of seeds is enough: more test items are needed. The observed difference is itself uncertain, so this is an order of magnitude.
/// </remarks>
/// <param name="More">Seeds beyond those at hand; 0 where they already suffice; null where more than <see cref="Most"/> would be needed, or none is enough.</param>
/// <param name="Items">Test items (or groups) that <see cref="Most"/> seeds would need; null unless items set the limit.</param>
public sealed record SeedsNeeded(int? More, int? Items)
{
    /// <summary>Beyond this many seeds nobody goes.</summary>
    public const int Most = 1000;

    /// <summary>Share of repetitions that would find the difference.</summary>
    public const double Power = 0.8;

    /// <summary>Whether the items set the limit and not the seeds.</summary>
    public bool IsLimitedByItems => Items is not null;

    /// <summary>Seeds that a difference needs; null for a single seed, whose spread is unknown.</summary>
    /// <param name="difference">The difference as measured.</param>
    /// <param name="margin">What it should be told from; zero, or the edge of a margin.</param>
    /// <param name="confidence">Coverage of the interval that is to exclude it.</param>
    public static SeedsNeeded? Of(CrossedEstimate difference, double margin = 0, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(difference);
        if (difference.DegreesOfFreedom <= 0) return null;
        double distance = Math.Abs(difference.Mean - margin);
        bool isEnough(int seeds, double items) => PowerAt(difference, distance, seeds, items, confidence) >= Power;

        double atHand = difference.Items ?? 0;
        if (isEnough(Most, atHand))
        {
            int low = difference.N - 1, high = Most;
            while (high - low > 1)
            {
                int middle = (low + high) / 2;
                if (middle >= 2 && isEnough(middle, atHand)) high = middle;
                else low = middle;
            }
            return new SeedsNeeded(high - difference.N, null);
        }
        // Are items the limit? Then a thousand seeds with items enough would do.
        if (difference.Items is null || distance == 0 || !isEnough(Most, double.PositiveInfinity)) return new SeedsNeeded(null, null);
        double fewest = atHand, most = atHand;
        while (!isEnough(Most, most)) most *= 2;
        while (most - fewest > 1)
        {
            double middle = Math.Floor((fewest + most) / 2);
            if (isEnough(Most, middle)) most = middle;
            else fewest = middle;
        }
        return new SeedsNeeded(null, (int)Math.Min(int.MaxValue, most));
    }

    /// <summary>Chance that a two-sided test finds a difference.</summary>
    /// <param name="difference">Holds the variances.</param>
    /// <param name="distance">True distance from what it is tested against.</param>
    /// <param name="seeds">Seeds, at least 2.</param>
    /// <param name="items">Test items or groups.</param>
    /// <param name="confidence">Coverage of the interval.</param>
    internal static double PowerAt(CrossedEstimate difference, double distance, int seeds, double items, double confidence = 0.95)
    {
        double ofSeeds = difference.SeedVariance / seeds, ofItems = difference.Items is { } measured ? difference.ItemVariance * measured / items : 0;
        double variance = ofSeeds + ofItems;
        if (variance == 0) return distance > 0 ? 1 : 0;
        double spread = ofSeeds * ofSeeds / (seeds - 1) + (ofItems > 0 ? ofItems * ofItems / Math.Max(1, items - 1) : 0);
        double degrees = Math.Max(seeds - 1, variance * variance / spread);
        double critical = MathNet.Numerics.Distributions.StudentT.InvCDF(0, 1, degrees, 0.5 + confidence / 2), shift = distance / Math.Sqrt(variance);
        return NoncentralT.Above(critical, degrees, shift) + 1 - NoncentralT.Above(-critical, degrees, shift);
    }
}

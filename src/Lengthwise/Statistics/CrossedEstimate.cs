using MathNet.Numerics.Distributions;

namespace Lengthwise.Statistics;

/// <summary>
/// A mean over seeds that were all tested on the same items, with an uncertainty that counts both: other seeds would have given other models, and other
/// items other scores of the same models.
/// </summary>
/// <remarks>
/// Seeds and items cross, so variances are those of the two-way random model (Searle, Casella, McCulloch, 1992, chapter 4):
///   seeds     s² / S, which holds the interaction of seed and item
///   items     sum_i psi_i² / (n (n - 1)) with psi_i the mean of an item's influence over seeds, which holds it as well
///   variance  their sum less the interaction once, sum_si (psi_si - psi_i)² / ((S - 1) S n (n - 1)), and at least the larger of the two
/// with Satterthwaite's degrees of freedom. A percentile bootstrap over the same two levels is no alternative for three to five seeds: its
/// intervals are too narrow (covered in the tests by simulation).
/// </remarks>
/// <param name="Mean">The mean.</param>
/// <param name="Variance">Variance of the mean.</param>
/// <param name="DegreesOfFreedom">For Student's t; 0 where a single seed leaves the spread unknown.</param>
/// <param name="N">Seeds.</param>
public sealed record CrossedEstimate(double Mean, double Variance, double DegreesOfFreedom, int N)
{
    /// <summary>Variance of one seed's score, interaction with the items included: divided by the seeds it is their part of <see cref="Variance"/>.</summary>
    public double SeedVariance { get; init; }

    /// <summary>Variance that these items alone leave however many seeds there are; 0 where items were not counted.</summary>
    public double ItemVariance { get; init; }

    /// <summary>Items, or groups of them, that were counted; null where seeds alone were.</summary>
    public int? Items { get; init; }

    /// <summary>Estimates the mean.</summary>
    /// <param name="scores">Score by seed, at least one.</param>
    /// <param name="influences">Influence of every item (or group, see <see cref="ItemGroups"/>) on each of these scores, in the same order; null to count seeds alone.</param>
    public static CrossedEstimate Of(IReadOnlyList<double> scores, IReadOnlyList<double[]>? influences)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (scores.Count == 0 || !scores.All(double.IsFinite)) throw new ArgumentException("an estimate needs at least one finite value", nameof(scores));
        int seeds = scores.Count;
        double mean = scores.Average();
        if (seeds == 1) return new CrossedEstimate(mean, 0, 0, 1);

        double ofSeeds = scores.Sum(x => (x - mean) * (x - mean)) / (seeds - 1) / seeds;
        if (influences is null) return new CrossedEstimate(mean, ofSeeds, seeds - 1, seeds) { SeedVariance = ofSeeds * seeds };
        if (influences.Count != seeds || influences.Any(i => i.Length != influences[0].Length))
            throw new ArgumentException("each score needs the influence of the same items", nameof(influences));

        int items = influences[0].Length;
        double ofItems = 0, ofBoth = 0, pairs = (double)items * (items - 1);
        for (int i = 0; i < items; i++)
        {
            double over = 0;
            for (int s = 0; s < seeds; s++) over += influences[s][i] / seeds;
            ofItems += over * over / pairs;
            for (int s = 0; s < seeds; s++) ofBoth += (influences[s][i] - over) * (influences[s][i] - over) / (seeds - 1) / seeds / pairs;
        }
        double variance = Math.Max(ofSeeds + ofItems - ofBoth, Math.Max(ofSeeds, ofItems));
        double spread = ofSeeds * ofSeeds / (seeds - 1) + ofItems * ofItems / (items - 1);
        return new CrossedEstimate(mean, variance, spread > 0 ? Math.Max(seeds - 1, variance * variance / spread) : seeds - 1, seeds)
        {
            SeedVariance = ofSeeds * seeds,
            ItemVariance = Math.Max(0, ofItems - ofBoth),
            Items = items,
        };
    }

    /// <summary>The interval; without bounds for a single seed.</summary>
    /// <param name="confidence">Coverage, above 0 and below 1.</param>
    public Interval Interval(double confidence = 0.95)
    {
        if (DegreesOfFreedom <= 0) return new Interval(null, Mean, null, N);
        double half = CriticalValue(confidence) * Math.Sqrt(Variance);
        return new Interval(Mean - half, Mean, Mean + half, N);
    }

    /// <summary>Two-sided p value of the hypothesis that the mean is zero; null for a single seed.</summary>
    public double? PValue()
    {
        if (DegreesOfFreedom <= 0) return null;
        if (Variance == 0) return Mean == 0 ? 1 : 0;
        return 2 * StudentT.CDF(0, 1, DegreesOfFreedom, -Math.Abs(Mean) / Math.Sqrt(Variance));
    }

    /// <summary>The t value that a two-sided interval of that coverage reaches to.</summary>
    internal double CriticalValue(double confidence) => StudentT.InvCDF(0, 1, DegreesOfFreedom, 0.5 + confidence / 2);
}

namespace Lengthwise.Statistics;

/// <summary>
/// A second route to the interval of a mean over seeds: seeds and test items (or groups of them) are both drawn anew, many times, and the mean is taken each time.
/// It assumes no distribution and shares nothing with <see cref="CrossedEstimate"/> but its input.
/// </summary>
/// <remarks>
/// Seeds are drawn with replacement, and independently of them one set of items for all drawn seeds, since all seeds are tested on the same items (the
/// pigeonhole bootstrap: Owen, 2007). Of n seeds or items n - 1 are drawn, which makes the variance of each mean unbiased where drawing n of them would give
/// (n - 1) / n of it (McCarthy and Snowden, 1985): much for three seeds, nothing for a thousand items. What is left: percentiles know nothing of Student's t, so
/// with fewer than about ten seeds the interval is too narrow, and where right and wrong is mostly chance the interaction of seed and item counts three times,
/// which makes it too wide. The tables therefore show the crossed estimate; this one stands beside it in the JSON.
/// The random stream is fixed: equal input gives equal bounds on every machine.
/// </remarks>
/// <param name="Interval">Percentile interval.</param>
/// <param name="StandardError">Standard deviation of the drawn means.</param>
public sealed record HierarchicalBootstrap(Interval Interval, double StandardError)
{
    /// <summary>Draws of which percentiles are taken.</summary>
    public const int Replicates = 1000;

    /// <summary>Draws seeds and items. With one seed, items alone: an interval for this very model, or for the difference of these two.</summary>
    /// <param name="scores">Score by seed, at least one.</param>
    /// <param name="influences">Influence of every item (or group) on each of these scores; null to draw seeds alone.</param>
    /// <param name="confidence">Coverage.</param>
    /// <param name="replicates">Draws.</param>
    /// <returns>Null where there is nothing to draw: one seed, and no items.</returns>
    public static HierarchicalBootstrap? Of(
        IReadOnlyList<double> scores, IReadOnlyList<double[]>? influences, double confidence = 0.95, int replicates = Replicates)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentOutOfRangeException.ThrowIfLessThan(replicates, 40);
        if (scores.Count == 0 || !scores.All(double.IsFinite)) throw new ArgumentException("a bootstrap needs at least one finite value", nameof(scores));
        if (influences is not null && (influences.Count != scores.Count || influences.Any(i => i.Length != influences[0].Length)))
            throw new ArgumentException("each score needs the influence of the same items", nameof(influences));
        int seeds = scores.Count, items = influences?[0].Length ?? 0;
        if (seeds == 1 && items < 2) return null;

        var means = new double[replicates];
        var chosen = new int[seeds];
        ItemDraws? draws = items > 1 ? ItemDraws.Of(items, replicates) : null;
        var random = new RandomStream(1, "bootstrap-seeds");
        for (int r = 0; r < replicates; r++)
        {
            DrawSeeds(random, chosen);
            ReadOnlySpan<byte> counts = draws is null ? [] : draws.Counts(r);
            for (int s = 0; s < seeds; s++)
                if (chosen[s] > 0) means[r] += chosen[s] * (scores[s] + MeanOf(influences?[s], counts)) / Math.Max(1, seeds - 1);
        }
        Array.Sort(means);
        double centre = means.Average(), tail = (1 - confidence) / 2;
        double error = Math.Sqrt(means.Sum(m => (m - centre) * (m - centre)) / (replicates - 1));
        return new HierarchicalBootstrap(new Interval(Quantile(means, tail), scores.Average(), Quantile(means, 1 - tail), seeds), error);
    }

    // All but one of the seeds, with replacement; a single one as it is.
    private static void DrawSeeds(RandomStream random, int[] chosen)
    {
        Array.Clear(chosen);
        if (chosen.Length == 1) chosen[0] = 1;
        else for (int s = 1; s < chosen.Length; s++) chosen[random.Next(chosen.Length)]++;
    }

    private static double MeanOf(double[]? influence, ReadOnlySpan<byte> counts)
    {
        if (influence is null || counts.Length == 0) return 0;
        double sum = 0;
        for (int i = 0; i < counts.Length; i++) sum += counts[i] * influence[i];
        return sum / (counts.Length - 1);
    }

    // Linear between order statistics (Hyndman and Fan's type 7).
    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]) : sorted[^1];
    }
}

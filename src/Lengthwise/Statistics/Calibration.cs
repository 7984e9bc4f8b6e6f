namespace Lengthwise.Statistics;

/// <summary>
/// How well the probability that a model gives its choice agrees with how often the choice is right: a reliability diagram and the expected calibration error
/// (Guo, Pleiss, Sun, Weinberger, 2017).
/// </summary>
/// <remarks>
/// Items fall into bins of equal width by the probability of the chosen class; ECE = sum_b n_b / n · |right_b / n_b - mean probability_b|. It depends on the number of
/// bins, is never below zero and therefore above it for a perfectly calibrated model on few items (Roelofs et al., 2022): about what <see cref="ExpectedByChance"/> says.
/// </remarks>
/// <param name="Bins">Bins by probability, empty ones included.</param>
/// <param name="Error">ECE.</param>
/// <param name="ExpectedByChance">ECE that a perfectly calibrated model would show on so many items, from the spread of each bin.</param>
public sealed record Calibration(IReadOnlyList<CalibrationBin> Bins, double Error, double ExpectedByChance)
{
    /// <summary>Bins of the usual diagram.</summary>
    public const int UsualBins = 15;

    /// <summary>Counts; null without items, or where a probability is not a number.</summary>
    /// <param name="predictions">Predicted classes with their probabilities.</param>
    /// <param name="bins">Number of bins.</param>
    public static Calibration? Of(ClassPredictions predictions, int bins = UsualBins)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var counts = new CalibrationBin[bins];
        for (int b = 0; b < bins; b++) counts[b] = new CalibrationBin(0, 0, 0);
        for (int i = 0; i < predictions.Labels.Length; i++)
        {
            double probability = predictions.Probabilities[i * predictions.Classes.Count + predictions.Predicted[i]];
            if (!double.IsFinite(probability)) return null;
            // A bin holds its upper end, as in the article.
            int bin = Math.Clamp((int)Math.Ceiling(probability * bins) - 1, 0, bins - 1);
            counts[bin] = counts[bin].With(probability, predictions.Labels[i] == predictions.Predicted[i]);
        }
        return Of(counts);
    }

    /// <summary>Puts the counts of several models together, such as the seeds of an arm.</summary>
    /// <param name="parts">With the same bins, at least one.</param>
    public static Calibration? Of(IReadOnlyList<Calibration> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return parts.Count == 0 ? null : Of([.. Enumerable.Range(0, parts[0].Bins.Count).Select(b => new CalibrationBin(
            parts.Sum(p => p.Bins[b].Items), parts.Sum(p => p.Bins[b].Right), parts.Sum(p => p.Bins[b].ProbabilitySum)))]);
    }

    private static Calibration? Of(CalibrationBin[] bins)
    {
        double items = bins.Sum(b => (double)b.Items);
        if (items == 0) return null;
        CalibrationBin[] filled = [.. bins.Where(b => b.Items > 0)];
        double error = filled.Sum(b => b.Items / items * Math.Abs(b.Accuracy - b.Confidence));
        // The mean size of a normal value is √(2 / π) deviations.
        double chance = filled.Sum(b => b.Items / items * Math.Sqrt(2 / Math.PI * b.Confidence * (1 - Math.Min(1, b.Confidence)) / b.Items));
        return new Calibration(bins, error, chance);
    }
}

/// <summary>Items whose chosen class got about the same probability.</summary>
/// <param name="Items">How many.</param>
/// <param name="Right">How many of them are right.</param>
/// <param name="ProbabilitySum">Sum of their probabilities.</param>
public sealed record CalibrationBin(int Items, int Right, double ProbabilitySum)
{
    /// <summary>Share that is right; NaN when empty.</summary>
    public double Accuracy => (double)Right / Items;

    /// <summary>Mean probability; NaN when empty.</summary>
    public double Confidence => ProbabilitySum / Items;

    internal CalibrationBin With(double probability, bool isRight) => new(Items + 1, Right + (isRight ? 1 : 0), ProbabilitySum + probability);
}

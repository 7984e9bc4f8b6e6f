using MathNet.Numerics.Distributions;

namespace Lengthwise.Statistics;

/// <summary>
/// Models ranked within blocks (tasks, or the seeds of one task): Friedman's test that all are alike, and Nemenyi's critical difference of two average ranks, as Demšar (2006,
/// section 3.2.2) brought them to machine learning.
/// </summary>
/// <remarks>
/// With k models, N blocks, R_j the average rank of model j (1 is best, equals share the mean of their ranks) and t the sizes of the groups of equals in a block
///   χ² = 12 N / (k (k + 1)) · (sum_j R_j² - k (k + 1)² / 4) / (1 - sum (t³ - t) / (N k (k² - 1)))
///   F  = (N - 1) χ² / (N (k - 1) - χ²) with k - 1 and (k - 1)(N - 1) degrees of freedom (Iman and Davenport, 1980)
///   CD = q √(k (k + 1) / (6 N)), q the studentised range for infinite degrees of freedom over √2
/// The divisor of χ² corrects for ties; Demšar leaves it out, other packages do not.
/// </remarks>
/// <param name="Ranks">Average rank of each model, in the order given.</param>
/// <param name="Blocks">N.</param>
/// <param name="Statistic">Friedman's χ², corrected for ties.</param>
/// <param name="PValue">P value of F: that all models are alike. 0 where every block ranks them alike.</param>
/// <param name="CriticalDifference">Two average ranks farther apart than this differ.</param>
public sealed record AverageRanks(IReadOnlyList<double> Ranks, int Blocks, double Statistic, double PValue, double CriticalDifference)
{
    /// <summary>Ranks and tests.</summary>
    /// <param name="scores">A row a block with the score of each model, all finite.</param>
    /// <param name="higherIsBetter">Whether the largest score gets rank 1.</param>
    /// <param name="confidence">1 less the chance that any pair of equal models is told apart.</param>
    public static AverageRanks Of(IReadOnlyList<IReadOnlyList<double>> scores, bool higherIsBetter = true, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(scores);
        int blocks = scores.Count, models = blocks == 0 ? 0 : scores[0].Count;
        if (blocks < 2 || models < 2 || scores.Any(row => row.Count != models || !row.All(double.IsFinite)))
            throw new ArgumentException("ranks need at least two blocks and two models, and a finite score of each model in each block", nameof(scores));

        var sums = new double[models];
        double ties = 0;
        foreach (IReadOnlyList<double> row in scores)
        {
            double[] ranks = Within(row, higherIsBetter);
            for (int j = 0; j < models; j++) sums[j] += ranks[j];
            ties += row.GroupBy(x => x).Sum(g => Math.Pow(g.Count(), 3) - g.Count());
        }
        double[] average = [.. sums.Select(s => s / blocks)];
        double k = models, n = blocks, untied = 1 - ties / (n * k * (k * k - 1));
        double raw = 12 * n / (k * (k + 1)) * (average.Sum(r => r * r) - k * (k + 1) * (k + 1) / 4);
        double statistic = untied > 0 ? Math.Max(0, raw / untied) : 0;
        return new AverageRanks(average, blocks, statistic, POfF(statistic, k, n), StudentizedRange.Quantile(confidence, models) * Math.Sqrt(k * (k + 1) / (12 * n)));
    }

    /// <summary>
    /// Runs of models, best first, in which no two average ranks are farther apart than the critical difference; none is part of another. Indices into <see cref="Ranks"/>.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<int>> Cliques()
    {
        int[] order = [.. Enumerable.Range(0, Ranks.Count).OrderBy(j => Ranks[j])];
        var cliques = new List<IReadOnlyList<int>>();
        int reached = 0;
        for (int from = 0; from < order.Length; from++)
        {
            int end = from;
            while (end + 1 < order.Length && Ranks[order[end + 1]] - Ranks[order[from]] <= CriticalDifference) end++;
            if (end > from && end + 1 > reached) cliques.Add(order[from..(end + 1)]);
            reached = Math.Max(reached, end + 1);
        }
        return cliques;
    }

    private static double[] Within(IReadOnlyList<double> row, bool higherIsBetter)
    {
        var ranks = new double[row.Count];
        for (int j = 0; j < row.Count; j++)
        {
            int better = row.Count(x => higherIsBetter ? x > row[j] : x < row[j]), equal = row.Count(x => x == row[j]);
            ranks[j] = better + (equal + 1) / 2.0;
        }
        return ranks;
    }

    private static double POfF(double statistic, double k, double n)
    {
        double left = n * (k - 1) - statistic;
        if (left <= 1e-12) return 0;
        return 1 - FisherSnedecor.CDF(k - 1, (k - 1) * (n - 1), (n - 1) * statistic / left);
    }
}

using MathNet.Numerics.Statistics;

namespace Lengthwise.Statistics;

/// <summary>Percentile bootstrap (Efron and Tibshirani, 1993, chapter 13): the spread of a statistic over resamples of the data.</summary>
/// <remarks>Too narrow for a handful of values: use it for test items, and <see cref="StudentInterval"/> for seeds.</remarks>
public static class Bootstrap
{
    /// <summary>Interval of a statistic.</summary>
    /// <param name="values">At least one value; one alone gives no bounds.</param>
    /// <param name="statistic">Computed on the values and on each resample. It must not keep the array: it is reused.</param>
    /// <param name="random">The stream that draws the resamples; equal streams give equal intervals.</param>
    /// <param name="resamples">Number of resamples.</param>
    /// <param name="confidence">Coverage, above 0 and below 1.</param>
    public static Interval Percentile(
        IReadOnlyList<double> values, Func<double[], double> statistic, RandomStream random, int resamples = 2000, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(statistic);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        if (values.Count == 0) throw new ArgumentException("an interval needs at least one value", nameof(values));
        if (!(confidence > 0 && confidence < 1))
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "a confidence lies above 0 and below 1");

        double[] sample = [.. values];
        double estimate = statistic(sample);
        if (values.Count == 1) return new Interval(null, estimate, null, 1);

        var estimates = new double[resamples];
        for (int r = 0; r < resamples; r++)
        {
            for (int i = 0; i < sample.Length; i++) sample[i] = values[random.Next(values.Count)];
            estimates[r] = statistic(sample);
        }
        Array.Sort(estimates);
        double tail = (1 - confidence) / 2;
        return new Interval(Quantile(estimates, tail), estimate, Quantile(estimates, 1 - tail), values.Count);
    }

    private static double Quantile(double[] sorted, double share) =>
        SortedArrayStatistics.QuantileCustom(sorted, share, QuantileDefinition.R7);
}

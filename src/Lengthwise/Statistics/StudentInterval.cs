using MathNet.Numerics.Distributions;

namespace Lengthwise.Statistics;

/// <summary>Student's t: the interval of a mean when the spread is estimated from the same few values (Student, 1908).</summary>
/// <remarks>
/// mean ± t(n - 1) · s / √n with the sample standard deviation s (divisor n - 1). Exact for normal values; for a handful of seeds
/// it is the wide, honest choice (n = 3: 4.30 standard errors, n = 5: 2.78).
/// </remarks>
public static class StudentInterval
{
    /// <summary>Interval of the mean of independent values.</summary>
    /// <param name="values">At least one finite value; one alone gives no bounds.</param>
    /// <param name="confidence">Coverage, above 0 and below 1.</param>
    public static Interval OfMean(IReadOnlyList<double> values, double confidence = 0.95)
    {
        RequireValues(values);
        double mean = values.Average();
        if (values.Count == 1) return new Interval(null, mean, null, 1);

        double half = CriticalValue(values.Count - 1, confidence) * StandardError(values);
        return new Interval(mean - half, mean, mean + half, values.Count);
    }

    /// <summary>The t value that a two-sided interval of that coverage reaches to.</summary>
    internal static double CriticalValue(int degreesOfFreedom, double confidence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degreesOfFreedom, 1);
        if (!(confidence > 0 && confidence < 1))
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "a confidence lies above 0 and below 1");
        return StudentT.InvCDF(0, 1, degreesOfFreedom, 0.5 + confidence / 2);
    }

    private static double StandardError(IReadOnlyList<double> values)
    {
        double mean = values.Average();
        double squares = values.Sum(v => (v - mean) * (v - mean));
        return Math.Sqrt(squares / (values.Count - 1) / values.Count);
    }

    private static void RequireValues(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0) throw new ArgumentException("an interval needs at least one value", nameof(values));
        if (!values.All(double.IsFinite)) throw new ArgumentException("an interval needs finite values", nameof(values));
    }
}

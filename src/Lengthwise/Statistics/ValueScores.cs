namespace Lengthwise.Statistics;

/// <summary>
/// Scores of predicted values against targets, both row-major [n, K], in the source's units. Missing targets are NaN and do not count; scores
/// of several targets are averaged over the targets that occur.
/// </summary>
public static class ValueScores
{
    /// <summary>Root of the mean squared error; NaN without targets.</summary>
    public static double Rmse(ReadOnlySpan<float> targets, ReadOnlySpan<float> values, int columns) =>
        MeanOver(targets, values, columns, pairs => Math.Sqrt(pairs.Average(p => Square(p.Target - p.Value))));

    /// <summary>Mean absolute error; NaN without targets.</summary>
    public static double Mae(ReadOnlySpan<float> targets, ReadOnlySpan<float> values, int columns) =>
        MeanOver(targets, values, columns, pairs => pairs.Average(p => Math.Abs(p.Target - p.Value)));

    /// <summary>
    /// 1 - squared error / squared deviation of the targets from their mean. Where all targets are equal nothing can be explained: NaN.
    /// </summary>
    public static double R2(ReadOnlySpan<float> targets, ReadOnlySpan<float> values, int columns) =>
        MeanOver(targets, values, columns, pairs =>
        {
            double mean = pairs.Average(p => p.Target), spread = pairs.Sum(p => Square(p.Target - mean));
            return pairs.All(p => p.Target == pairs[0].Target) ? double.NaN : 1 - pairs.Sum(p => Square(p.Target - p.Value)) / spread;
        });

    private static double MeanOver(
        ReadOnlySpan<float> targets, ReadOnlySpan<float> values, int columns, Func<List<(double Target, double Value)>, double> score)
    {
        var scores = new List<double>();
        for (int k = 0; k < columns; k++)
        {
            var pairs = new List<(double, double)>();
            for (int i = k; i < targets.Length; i += columns)
                if (!float.IsNaN(targets[i])) pairs.Add((targets[i], values[i]));
            if (pairs.Count > 0) scores.Add(score(pairs));
        }
        return scores.Count == 0 ? double.NaN : scores.Average();
    }

    private static double Square(double x) => x * x;
}

namespace Lengthwise.Statistics;

/// <summary>The power with which a cost grows: the slope of log y over log x by least squares.</summary>
public static class LogSlope
{
    /// <summary>The slope over the points of the largest x: 1 for what is linear, 2 for what is quadratic.</summary>
    /// <param name="points">Values above zero, in any order.</param>
    /// <param name="last">How many points count, those of the largest x; small ones are fixed costs.</param>
    /// <returns>Null with fewer than two points.</returns>
    public static double? OfLast(IEnumerable<(double X, double Y)> points, int last)
    {
        (double X, double Y)[] logs = [.. points.OrderBy(p => p.X).TakeLast(last).Select(p => (Math.Log(p.X), Math.Log(p.Y)))];
        if (logs.Length < 2) return null;
        double x = logs.Average(p => p.X), y = logs.Average(p => p.Y);
        return logs.Sum(p => (p.X - x) * (p.Y - y)) / logs.Sum(p => (p.X - x) * (p.X - x));
    }
}

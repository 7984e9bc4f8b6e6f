namespace Lengthwise.Reports.Plots;

/// <summary>The mean of several curves where all of them are defined, interpolated where their steps differ.</summary>
internal static class MeanCurve
{
    /// <summary>The mean at every step that any curve has, between the latest start and the earliest end.</summary>
    public static IReadOnlyList<(double X, double Y)> Of(IReadOnlyList<IReadOnlyList<(double X, double Y)>> curves)
    {
        IReadOnlyList<(double X, double Y)>[] drawn = [.. curves.Where(c => c.Count > 0)];
        if (drawn.Length == 0) return [];

        double start = drawn.Max(c => c[0].X), end = drawn.Min(c => c[^1].X);
        IEnumerable<double> steps = drawn.SelectMany(c => c.Select(p => p.X)).Where(x => x >= start && x <= end).Distinct().Order();
        return [.. steps.Select(x => (x, drawn.Average(c => At(c, x))))];
    }

    private static double At(IReadOnlyList<(double X, double Y)> curve, double x)
    {
        int low = 0, high = curve.Count - 1;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (curve[middle].X <= x) low = middle;
            else high = middle;
        }
        (double x0, double y0) = curve[low];
        (double x1, double y1) = curve[high];
        return x >= x1 ? y1 : x1 > x0 ? y0 + (y1 - y0) * (x - x0) / (x1 - x0) : y0;
    }
}

namespace Lengthwise.Reports.Plots;

/// <summary>Keeps the points that a reader would notice missing: largest triangle, three buckets (Steinarsson, 2013).</summary>
internal static class CurveThinning
{
    /// <summary>At most <paramref name="most"/> of the points, in order, the first and the last among them.</summary>
    public static IReadOnlyList<(double X, double Y)> Thin(IReadOnlyList<(double X, double Y)> points, int most)
    {
        if (points.Count <= most || most < 3) return points;

        var kept = new List<(double X, double Y)>(most) { points[0] };
        double bucket = (points.Count - 2.0) / (most - 2);
        for (int i = 0; i < most - 2; i++)
        {
            int from = 1 + (int)(i * bucket), to = 1 + (int)((i + 1) * bucket);
            int nextTo = Math.Min(points.Count, 1 + (int)((i + 2) * bucket));
            (double X, double Y) ahead = Mean(points, to, Math.Max(nextTo, to + 1));
            kept.Add(Enumerable.Range(from, to - from).Select(p => points[p]).MaxBy(p => Area(kept[^1], p, ahead)));
        }
        kept.Add(points[^1]);
        return kept;
    }

    private static (double X, double Y) Mean(IReadOnlyList<(double X, double Y)> points, int from, int to)
    {
        double x = 0, y = 0;
        for (int i = from; i < to; i++) (x, y) = (x + points[i].X, y + points[i].Y);
        return (x / (to - from), y / (to - from));
    }

    private static double Area((double X, double Y) a, (double X, double Y) b, (double X, double Y) c) =>
        Math.Abs((a.X - c.X) * (b.Y - a.Y) - (a.X - b.X) * (c.Y - a.Y));
}

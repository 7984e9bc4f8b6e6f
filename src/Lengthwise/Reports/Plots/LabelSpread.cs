namespace Lengthwise.Reports.Plots;

/// <summary>Moves labels apart so that none covers another, each as little as it takes.</summary>
internal static class LabelSpread
{
    /// <summary>New positions in the order given, at least <paramref name="distance"/> apart and inside the limits where they fit.</summary>
    public static double[] Apart(IReadOnlyList<double> wanted, double distance, double least, double most)
    {
        int[] order = [.. Enumerable.Range(0, wanted.Count).OrderBy(i => wanted[i])];
        var placed = new double[wanted.Count];
        double previous = double.NegativeInfinity;
        foreach (int i in order) previous = placed[i] = Math.Max(Math.Max(wanted[i], least), previous + distance);

        double next = most + distance;
        foreach (int i in order.Reverse()) next = placed[i] = Math.Min(placed[i], next - distance);
        return placed;
    }
}

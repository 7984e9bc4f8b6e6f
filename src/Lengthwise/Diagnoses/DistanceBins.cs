using System.Globalization;

namespace Lengthwise.Diagnoses;

/// <summary>Bins of distances, doubling: 0, 1, 2, 3-4, 5-8, 9-16, … An edge includes its distance, so that sums of bins say "within 8 steps".</summary>
public static class DistanceBins
{
    /// <summary>The largest distance of each bin; the last is that of the longest sequence.</summary>
    /// <param name="length">Steps of the longest sequence, at least 1.</param>
    public static IReadOnlyList<int> UpTo(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        var edges = new List<int> { 0 };
        for (long edge = 1; edges[^1] < length - 1; edge *= 2) edges.Add((int)Math.Min(edge, length - 1));
        return edges;
    }

    /// <summary>The distances of a bin, such as <c>5-8</c>.</summary>
    public static string Label(IReadOnlyList<int> upTo, int bin)
    {
        int least = bin == 0 ? 0 : upTo[bin - 1] + 1;
        return least == upTo[bin]
            ? least.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{least}-{upTo[bin]}");
    }
}

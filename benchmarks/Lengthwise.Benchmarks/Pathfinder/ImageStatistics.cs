namespace Lengthwise.Benchmarks.Pathfinder;

/// <summary>What docs/pathfinder.md compares, computed from the pixels of one image alone.</summary>
internal static class ImageStatistics
{
    private const byte Threshold = 64;
    private const byte FullInk = 150;

    // A disc of radius 1.5 peaks 12 % above the least pixel of its brightest 2 x 2 square.
    private const double AboveMarker = 1.15;

    /// <summary>Names of the statistics, in the order of <see cref="Of"/>.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "mean pixel", "standard deviation", "share above 0", "share at 64 or above", "components", "pixels of the largest component",
        "components brighter than the markers", "marker blocks", "pixels of the largest marker block", "distance of the two largest blocks",
        "marker blocks, side 4", "pixels of the largest such block", "distance of the two largest such blocks",
    ];

    /// <summary>Statistics of one image; NaN where it has none.</summary>
    /// <param name="pixels">Row by row.</param>
    /// <param name="side">Width and height.</param>
    public static double[] Of(byte[] pixels, int side)
    {
        double mean = pixels.Average(p => (double)p), size = pixels.Length;
        List<List<int>> components = Components(side, i => pixels[i] >= Threshold);
        byte marker = BrightestSquare(pixels, side, 2);
        return
        [
            mean,
            Math.Sqrt(pixels.Average(p => (p - mean) * (p - mean))),
            pixels.Count(p => p > 0) / size,
            pixels.Count(p => p >= Threshold) / size,
            components.Count,
            components.Count == 0 ? 0 : components.Max(c => c.Count),
            side == 32 ? Components(side, i => pixels[i] > AboveMarker * marker).Count : double.NaN,
            .. Blocks(pixels, side, side < 128 ? 2 : 5),
            // Side 5 turned out too large for the markers of 128 x 128; side 4 is measured beside it.
            .. side == 128 ? Blocks(pixels, side, 4) : [double.NaN, double.NaN, double.NaN],
        ];
    }

    private static double[] Blocks(byte[] pixels, int side, int width)
    {
        bool[] isBlock = Squares(pixels, side, width, FullInk);
        List<List<int>> blocks = [.. Components(side, i => isBlock[i]).OrderByDescending(b => b.Count).ThenBy(b => b[0])];
        return
        [
            blocks.Count,
            blocks.Count == 0 ? 0 : blocks[0].Count,
            blocks.Count < 2 ? double.NaN : Distance(blocks[0], blocks[1], side),
        ];
    }

    /// <summary>Regions of pixels that touch at a side or a corner.</summary>
    private static List<List<int>> Components(int side, Func<int, bool> isIn)
    {
        var seen = new bool[side * side];
        var found = new List<List<int>>();
        for (int start = 0; start < seen.Length; start++)
        {
            if (seen[start] || !isIn(start)) continue;
            var region = new List<int> { start };
            seen[start] = true;
            for (int next = 0; next < region.Count; next++)
            {
                (int y, int x) = Math.DivRem(region[next], side);
                for (int ny = Math.Max(0, y - 1); ny <= Math.Min(side - 1, y + 1); ny++)
                    for (int nx = Math.Max(0, x - 1); nx <= Math.Min(side - 1, x + 1); nx++)
                    {
                        int at = ny * side + nx;
                        if (seen[at] || !isIn(at)) continue;
                        seen[at] = true;
                        region.Add(at);
                    }
            }
            found.Add(region);
        }
        return found;
    }

    /// <summary>Pixels that lie in a square of that width whose pixels are all at least <paramref name="least"/>.</summary>
    private static bool[] Squares(byte[] pixels, int side, int width, byte least)
    {
        var isIn = new bool[pixels.Length];
        for (int y = 0; y + width <= side; y++)
            for (int x = 0; x + width <= side; x++)
            {
                if (Least(pixels, side, y, x, width) < least) continue;
                for (int dy = 0; dy < width; dy++) isIn.AsSpan((y + dy) * side + x, width).Fill(true);
            }
        return isIn;
    }

    private static byte BrightestSquare(byte[] pixels, int side, int width)
    {
        byte most = 0;
        for (int y = 0; y + width <= side; y++)
            for (int x = 0; x + width <= side; x++) most = Math.Max(most, Least(pixels, side, y, x, width));
        return most;
    }

    private static byte Least(byte[] pixels, int side, int y, int x, int width)
    {
        byte least = byte.MaxValue;
        for (int dy = 0; dy < width; dy++)
            foreach (byte pixel in pixels.AsSpan((y + dy) * side + x, width)) least = Math.Min(least, pixel);
        return least;
    }

    private static double Distance(List<int> a, List<int> b, int side)
    {
        double dy = a.Average(i => i / side) - b.Average(i => i / side), dx = a.Average(i => i % side) - b.Average(i => i % side);
        return Math.Sqrt(dy * dy + dx * dx);
    }
}

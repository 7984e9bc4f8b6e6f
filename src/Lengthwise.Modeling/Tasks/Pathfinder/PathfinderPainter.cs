namespace Lengthwise.Modeling.Tasks.Pathfinder;

/// <summary>Turns scenes into grey values as the published program did with the image functions of its time.</summary>
/// <remarks>
/// Dashes and discs are drawn on a finer canvas and reduced, ink being 255 at the fine scale; overlapping ink does not add up, the
/// larger value stays. At the end the whole image is stretched so that its brightest pixel is 255, which later versions of those functions
/// left out: without it a marker would be 1 of 255.
/// </remarks>
internal sealed class PathfinderPainter(PathfinderParameters parameters, IReadOnlyDictionary<int, Headings> headings)
{
    private readonly int _side = parameters.Resolution;
    private readonly LanczosReduction _reduction = new(parameters.Resolution * parameters.AntialiasScale, parameters.Resolution);

    /// <summary>The grey values, row by row.</summary>
    public byte[] Paint(PathfinderScene scene)
    {
        var ink = new double[_side * _side];
        IReadOnlyDictionary<Pixel, DashStamp> stamps = headings[scene.Margin].Stamps;
        foreach (DashedPath path in scene.Paths.Concat(scene.Distractors))
            foreach (Dash dash in path.Dashes) Put(ink, stamps[dash.Reach], dash);
        Mark(ink, scene.OriginMarker);
        Mark(ink, scene.TerminalMarker);
        return Stretched(ink);
    }

    private void Put(double[] ink, DashStamp stamp, Dash dash)
    {
        int top = dash.Start.Y - stamp.Radius, left = dash.Start.X - stamp.Radius;
        for (int y = Math.Max(0, -top); y < stamp.Side && top + y < _side; y++)
            for (int x = Math.Max(0, -left); x < stamp.Side && left + x < _side; x++)
            {
                ref double pixel = ref ink[(top + y) * _side + left + x];
                // Single precision, as published: it decides where the stretch rounds a half, such as 202.5 or 229.5.
                pixel = Math.Max(pixel, stamp.Ink[y * stamp.Side + x] / 255f * (float)dash.Contrast);
            }
    }

    private void Mark(double[] ink, Pixel centre)
    {
        int scale = parameters.AntialiasScale, side = _side * scale;
        double radius = parameters.MarkerRadius * scale;
        int reach = (int)radius;
        var disc = new byte[side * side];
        for (int y = Math.Max(0, centre.Y * scale - reach); y <= Math.Min(side - 1, centre.Y * scale + reach); y++)
            for (int x = Math.Max(0, centre.X * scale - reach); x <= Math.Min(side - 1, centre.X * scale + reach); x++)
            {
                int dy = y - centre.Y * scale, dx = x - centre.X * scale;
                if (dy * dy + dx * dx <= radius * radius) disc[y * side + x] = byte.MaxValue;
            }
        byte[] reduced = _reduction.Reduce(disc);
        for (int i = 0; i < ink.Length; i++) ink[i] = Math.Max(ink[i], reduced[i] / 255f);
    }

    private static byte[] Stretched(double[] ink)
    {
        double least = ink.Min(), most = ink.Max();
        double scale = 255 / (most - least);
        return [.. ink.Select(v => (byte)Math.Clamp((v - least) * scale + 0.5, 0, 255))];
    }
}

namespace Lengthwise.Modeling.Tasks.Pathfinder;

/// <summary>A dash of one direction as it is put on the image: its ink, and the room that it takes.</summary>
internal sealed class DashStamp
{
    /// <summary>Draws a dash.</summary>
    /// <param name="reach">From start to end, on the finer canvas.</param>
    /// <param name="parameters">Length, thickness and scale.</param>
    /// <param name="margin">Gap around it.</param>
    public DashStamp(Pixel reach, PathfinderParameters parameters, int margin)
    {
        int scale = parameters.AntialiasScale, radius = parameters.PaddleLength + (int)Math.Ceiling(parameters.PaddleThickness) + margin;
        int fineSide = 2 * radius * scale + 1, side = 2 * radius + 1;
        var centre = new Pixel(radius * scale, radius * scale);
        var line = new byte[fineSide * fineSide];
        FineLine.Draw(line, fineSide, centre, centre + reach, (int)Math.Round(parameters.PaddleThickness * scale));

        // The side is not divided by the scale exactly (4 r + 1 to 2 r + 1), so that dashes are a little asymmetric, as in the published images.
        var reduction = new LanczosReduction(fineSide, side);
        (Reach, Radius, Side) = (reach, radius, side);
        Ink = reduction.Reduce(line);
        byte[] room = reduction.Reduce(Dilated(line, fineSide, Disc.Of(margin * scale)));
        Room = [.. from i in Enumerable.Range(0, side * side) where room[i] > 0 select (new Pixel(i / side - radius, i % side - radius), room[i])];

        // Where a first dash may start is found by sliding the room that is fully taken, seen from one pixel beyond the start, over the image.
        Footprint = [.. from r in Room where r.Taken == byte.MaxValue select new Pixel(r.At.Y + 1, r.At.X + 1) into p
                        where Math.Max(Math.Abs(p.Y), Math.Abs(p.X)) <= parameters.PaddleLength + margin select p];
        CanBeFirst = Covers(Footprint, Math.Min(parameters.Resolution, 4 * radius + 2));
    }

    /// <summary>From start to end, on the finer canvas.</summary>
    public Pixel Reach { get; }

    /// <summary>Pixels from the start to the rim of <see cref="Ink"/>.</summary>
    public int Radius { get; }

    /// <summary>Width and height of <see cref="Ink"/>.</summary>
    public int Side { get; }

    /// <summary>Row by row, 0 to 255; the start is in the middle.</summary>
    public byte[] Ink { get; }

    /// <summary>How much of each pixel the dash and its margin take; pixels that are free are left out.</summary>
    public (Pixel At, byte Taken)[] Room { get; }

    /// <summary>Pixels that have to be free for a first dash to start here.</summary>
    public Pixel[] Footprint { get; }

    /// <summary>
    /// Whether a path may begin with this dash. The published search slides the footprint over the image and finds no place at all when there
    /// is a pixel, at the border, from which all of the footprint lies outside; at 32 x 32 that rules out most directions. Kept, because it
    /// decides how many distractors an image has.
    /// </summary>
    public bool CanBeFirst { get; }

    private static bool Covers(Pixel[] footprint, int side)
    {
        if (footprint.Contains(default)) return true;
        for (int y = 0; y < side; y++)
            for (int x = 0; x < side; x++)
                if (!Array.Exists(footprint, d => (uint)(y + d.Y) < (uint)side && (uint)(x + d.X) < (uint)side)) return false;
        return true;
    }

    private static byte[] Dilated(byte[] line, int side, Pixel[] disc)
    {
        var dilated = new byte[line.Length];
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == 0) continue;
            foreach (Pixel d in disc)
            {
                int y = i / side + d.Y, x = i % side + d.X;
                if ((uint)y < (uint)side && (uint)x < (uint)side) dilated[y * side + x] = byte.MaxValue;
            }
        }
        return dilated;
    }
}

/// <summary>Pixels of a disc.</summary>
internal static class Disc
{
    /// <summary>Every pixel at most <paramref name="radius"/> from the middle.</summary>
    public static Pixel[] Of(int radius) =>
        [.. from y in Enumerable.Range(-radius, 2 * radius + 1) from x in Enumerable.Range(-radius, 2 * radius + 1)
            where y * y + x * x <= radius * radius select new Pixel(y, x)];
}

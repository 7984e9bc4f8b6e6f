namespace Lengthwise.Modeling.Tasks.Pathfinder;

/// <summary>
/// Every direction in which a dash of one margin can be put down. Directions are few, because paths move between whole pixels,
/// so everything that depends on one is made once.
/// </summary>
internal sealed class Headings
{
    /// <summary>Makes the tables of one margin.</summary>
    public Headings(PathfinderParameters parameters, int margin)
    {
        int length = parameters.PaddleLength;
        var stamps = new Dictionary<Pixel, DashStamp>();
        DashStamp Stamp(double orientation)
        {
            Pixel reach = Step.Of(orientation, length * parameters.AntialiasScale).Rounded();
            return stamps.TryGetValue(reach, out DashStamp? known) ? known : stamps[reach] = new DashStamp(reach, parameters, margin);
        }

        First = new FirstHeading[360];
        for (int degree = -180; degree < 180; degree++)
        {
            double orientation = degree * Math.PI / 180, reversed = orientation < 0 ? orientation + Math.PI : orientation - Math.PI;
            First[degree + 180] = new FirstHeading(
                orientation, Stamp(orientation), Step.Of(orientation, length), Step.Of(reversed, length + margin), Step.Of(orientation, length + 2 * margin));
        }

        Next = [.. Circle(length + margin).Select(at =>
        {
            double orientation = Math.Atan2(at.Y, at.X), flipped = orientation < 0 ? orientation + Math.PI : orientation - Math.PI;
            return new NextHeading(orientation, Stamp(flipped), at, Step.Of(orientation, length + 2 * margin));
        })];
        Radius = stamps.Values.Max(s => s.Radius);
        Stamps = stamps;
    }

    /// <summary>The dashes that these directions use, by their reach.</summary>
    public IReadOnlyDictionary<Pixel, DashStamp> Stamps { get; }

    /// <summary>One for each whole degree from -180.</summary>
    public FirstHeading[] First { get; }

    /// <summary>One for each pixel of the circle on which a next dash can end.</summary>
    public NextHeading[] Next { get; }

    /// <summary>Largest radius of a stamp.</summary>
    public int Radius { get; }

    /// <summary>Distinct pixels of a circle sampled at steps of one pixel from the right, rounded down, in the order of rows.</summary>
    private static IEnumerable<Pixel> Circle(int radius)
    {
        var found = new SortedSet<(int Y, int X)>();
        int samples = (int)Math.Ceiling(2 * Math.PI * radius);
        for (int i = 0; i < samples; i++)
        {
            double angle = (double)i / radius;
            found.Add(((int)Math.Floor(radius * Math.Sin(angle)), (int)Math.Floor(radius * Math.Cos(angle))));
        }
        return found.Select(p => new Pixel(p.Y, p.X));
    }
}

/// <summary>A way of some length in some direction, in pixels that are not whole.</summary>
/// <param name="Y">Down.</param>
/// <param name="X">To the right.</param>
internal readonly record struct Step(double Y, double X)
{
    // Sines of the same angle may differ in their last digit between machines; no other value comes this close to a whole number.
    private const double Slack = 1e-9;

    /// <summary>A way.</summary>
    /// <param name="orientation">Radian; 0 to the right, π/2 down.</param>
    /// <param name="length">In pixels.</param>
    public static Step Of(double orientation, double length) => new(Clean(length * Math.Sin(orientation)), Clean(length * Math.Cos(orientation)));

    /// <summary>
    /// Where it leads, rounded up. The tiny sine of π that machines compute moves a path that runs straight along the left or upper border
    /// one pixel away from it, where the coordinate is small enough for the sum to keep it: as in the published images.
    /// </summary>
    public Pixel From(Pixel p) => new((int)Math.Ceiling(p.Y + Y), (int)Math.Ceiling(p.X + X));

    /// <summary>The way alone, rounded up, as it is where coordinates are large.</summary>
    public Pixel Rounded() => new((int)Math.Ceiling(Y - Slack), (int)Math.Ceiling(X - Slack));

    private static double Clean(double d) => Math.Abs(d) >= Slack && Math.Abs(d - Math.Round(d)) < Slack ? Math.Round(d) : d;
}

/// <summary>Direction of the first dash of a path, which is drawn from its origin.</summary>
/// <param name="Orientation">Radian; 0 to the right, π/2 down.</param>
/// <param name="Stamp">The dash.</param>
/// <param name="Head">From the origin to the other end.</param>
/// <param name="Back">From there to the point that the dash turns about, a margin behind the origin.</param>
/// <param name="Stride">From pivot to pivot of the next dash.</param>
internal sealed record FirstHeading(double Orientation, DashStamp Stamp, Step Head, Step Back, Step Stride);

/// <summary>Direction of a further dash, which is drawn from its outer end back.</summary>
/// <param name="Orientation">Radian; 0 to the right, π/2 down.</param>
/// <param name="Stamp">The dash.</param>
/// <param name="Head">From the pivot to the outer end.</param>
/// <param name="Stride">From pivot to pivot of the next dash.</param>
internal sealed record NextHeading(double Orientation, DashStamp Stamp, Pixel Head, Step Stride);

namespace Lengthwise.Modeling.Tasks.Pathfinder;

/// <summary>A pixel, or a distance between two.</summary>
/// <param name="Y">Row, from the top.</param>
/// <param name="X">Column, from the left.</param>
public readonly record struct Pixel(int Y, int X)
{
    /// <summary>Moves by a distance.</summary>
    public static Pixel operator +(Pixel a, Pixel b) => new(a.Y + b.Y, a.X + b.X);
}

/// <summary>One dash of a path.</summary>
/// <param name="Start">Where its drawing starts: the outer end, the first dash of a path excepted, which is drawn from the origin.</param>
/// <param name="Reach">From start to the other end, on the finer canvas.</param>
/// <param name="Contrast">Factor on the ink.</param>
public readonly record struct Dash(Pixel Start, Pixel Reach, double Contrast);

/// <summary>Dashes in a row.</summary>
/// <param name="Dashes">In the order in which the path grew.</param>
/// <param name="Origin">Outer end of the first dash.</param>
/// <param name="Terminal">Outer end of the last dash.</param>
public sealed record DashedPath(IReadOnlyList<Dash> Dashes, Pixel Origin, Pixel Terminal);

/// <summary>What an image shows, before it is drawn.</summary>
/// <param name="Label">1 when both markers are on one path.</param>
/// <param name="Margin">Gap at each side of a dash.</param>
/// <param name="Paths">The two long paths.</param>
/// <param name="Distractors">Shorter paths and single dashes.</param>
/// <param name="OriginMarker">Centre of the marker at the origin of one of the two paths.</param>
/// <param name="TerminalMarker">Centre of the marker at the end of that path (label 1) or of the other (label 0).</param>
public sealed record PathfinderScene(
    int Label, int Margin, IReadOnlyList<DashedPath> Paths, IReadOnlyList<DashedPath> Distractors, Pixel OriginMarker, Pixel TerminalMarker);

using Lengthwise.Modeling.Tasks.Pathfinder;

namespace Lengthwise.Modeling.Tests.Tasks.Pathfinder;

/// <summary>What a scene shows by its geometry alone: nothing of the generator's tables, weights or occupancy is used.</summary>
internal static class PathOracle
{
    /// <summary>Whether one chain of dashes has both points at its ends.</summary>
    public static bool IsConnected(PathfinderScene scene, Pixel origin, Pixel terminal) =>
        scene.Paths.Any(path => path.Dashes[0].Start == origin && path.Dashes[^1].Start == terminal);

    /// <summary>Requires that each dash begins about two margins behind the end of the last and turns by less than the continuity allows.</summary>
    public static void RequireSmooth(DashedPath path, PathfinderParameters parameters, int margin)
    {
        for (int i = 2; i < path.Dashes.Count; i++)
        {
            // From the third dash on, the end that the drawing started from is the outer one on both sides of the gap.
            (Pixel last, Pixel next) = (path.Dashes[i - 1].Start, path.Dashes[i].Start);
            double stride = Math.Sqrt(Square(next.Y - last.Y) + Square(next.X - last.X));
            Assert.InRange(stride, 1, parameters.PaddleLength + 2 * margin + 2.9);

            double turn = Math.Abs(Direction(path.Dashes[i]) - Direction(path.Dashes[i - 1]));
            turn = Math.Min(turn, 2 * Math.PI - turn);
            // Whole pixels move the ends of a dash, by up to one at each end of a line of the fine length.
            double rounding = 2 * Math.Asin(Math.Min(1, 1.5 / (parameters.PaddleLength * parameters.AntialiasScale)));
            Assert.True(turn * parameters.Continuity < Math.PI / 2 + rounding * parameters.Continuity, $"dash {i} turns by {turn:F2}");
        }
    }

    private static double Direction(Dash dash) => Math.Atan2(-dash.Reach.Y, -dash.Reach.X);

    private static double Square(double x) => x * x;
}

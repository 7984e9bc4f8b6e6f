using System.Diagnostics.CodeAnalysis;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tasks.Pathfinder;

/// <summary>Draws scenes by the rules of the published generator. Safe for concurrent use: a scene depends on its random stream alone.</summary>
/// <remarks>
/// Linsley et al. (2018), arXiv:1805.08315 (snakes.py, snakes2.py). Two paths whose origins are seed_distance apart grow in lock-step, a dash
/// at a time, sharing one occupancy; any dead end starts both anew. Then distractors fill in. Both classes hold the same things, so that only
/// following a path tells the label. A dash enters the occupancy when its successor is placed, so that it does not collide with it;
/// the last dash of the first path never does, as published.
/// </remarks>
public sealed class PathfinderGenerator
{
    private const int MaxAttempts = 100_000;
    private const double DeadEnd = 1e-4;
    private const double CriticalFreeShare = 0.01;
    private readonly PathfinderParameters _parameters;
    private readonly Headings[] _headings;
    private readonly Pixel[][] _discs;
    private readonly PathfinderPainter _painter;

    /// <summary>Makes the tables.</summary>
    public PathfinderGenerator(PathfinderParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = parameters;
        _headings = [.. parameters.PaddleMargins.Select(m => new Headings(parameters, m))];
        _discs = [.. parameters.PaddleMargins.Select(Disc.Of)];
        // A margin may be listed twice to make it likelier.
        _painter = new PathfinderPainter(parameters, parameters.PaddleMargins.Zip(_headings).DistinctBy(h => h.First).ToDictionary(h => h.First, h => h.Second));
    }

    /// <summary>The image of a scene: resolution² grey values, row by row.</summary>
    public byte[] Paint(PathfinderScene scene) => _painter.Paint(scene);

    /// <summary>Draws a scene.</summary>
    /// <param name="random">Where all choices come from.</param>
    /// <exception cref="LengthwiseException">The two paths do not fit the image.</exception>
    public PathfinderScene Draw(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        int label = random.Next(2), margin = random.Next(_headings.Length);
        (DashedPath[] paths, Drawing drawing) = DrawPaths(margin, random);
        var distractors = new List<DashedPath>();
        AddDistractors(_parameters.Distractors, _parameters.DistractorLength, _parameters.MaxDistractorRetrials, drawing, distractors);
        AddDistractors(_parameters.SinglePaddles, 1, _parameters.MaxPaddleRetrials, drawing, distractors);
        int first = random.Next(2), last = label == 1 ? first : 1 - first;
        return new PathfinderScene(label, _parameters.PaddleMargins[margin], paths, distractors, paths[first].Origin, paths[last].Terminal);
    }

    private (DashedPath[], Drawing) DrawPaths(int margin, RandomStream random)
    {
        var drawing = new Drawing(_parameters, _headings[margin], _discs[margin], random);
        byte[] empty = drawing.Occupancy.Save();
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (TryDrawPaths(drawing) is { } paths) return (paths, drawing);
            drawing.Occupancy.Restore(empty);
        }
        throw new LengthwiseException(
            ExitCode.Usage,
            FormattableString.Invariant($"drawing a pathfinder image: two paths of {_parameters.ContourLength} dashes found no place in {MaxAttempts} attempts"),
            "lower 'contour_length', 'paddle_length', 'seed_distance' or the margins, or raise 'resolution'");
    }

    private DashedPath[]? TryDrawPaths(Drawing drawing)
    {
        double[] contrasts = PathContrasts(drawing.Random);
        if (drawing.SeedFirst(Contrast() * contrasts[0]) is not { } one || drawing.SeedBeside(one.Origin, Contrast() * contrasts[1]) is not { } other)
            return null;
        GrowingPath[] paths = [one, other];
        for (int i = 1; i < _parameters.ContourLength; i++)
        {
            double contrast = Contrast();
            for (int s = 0; s < 2; s++)
                if (!drawing.TryExtend(paths[s], contrast * contrasts[s])) return null;
        }
        drawing.Occupancy.Merge(other.LastStamp, other.Dashes[^1].Start);
        return [one.Finish(), other.Finish()];

        double Contrast() => Pick(_parameters.PaddleContrasts, drawing.Random);
    }

    /// <summary>Two of the contrasts, each listed twice, without putting back.</summary>
    private double[] PathContrasts(RandomStream random)
    {
        double[] contrasts = [.. _parameters.SnakeContrasts, .. _parameters.SnakeContrasts];
        random.Shuffle<double>(contrasts);
        return contrasts[..2];
    }

    private void AddDistractors(int count, int length, int retrials, Drawing drawing, List<DashedPath> distractors)
    {
        for (int i = 0; i < count; i++)
        {
            for (int trial = 0; trial <= retrials; trial++)
            {
                byte[] before = drawing.Occupancy.Save();
                if (TryDrawDistractor(length, drawing, out DashedPath? path))
                {
                    distractors.Add(path);
                    break;
                }
                drawing.Occupancy.Restore(before);
            }
        }
    }

    private bool TryDrawDistractor(int length, Drawing drawing, [NotNullWhen(true)] out DashedPath? path)
    {
        path = null;
        if (drawing.Occupancy.CountFree() < CriticalFreeShare * drawing.Occupancy.Pixels) return false;
        if (drawing.Seed(border: 1, Pick(_parameters.SnakeContrasts, drawing.Random)) is not { } growing) return false;
        for (int i = 1; i < length; i++)
            if (!drawing.TryExtend(growing, Pick(_parameters.SnakeContrasts, drawing.Random))) return false;
        drawing.Occupancy.Merge(growing.LastStamp, growing.Dashes[^1].Start);
        path = growing.Finish();
        return true;
    }

    private static double Pick(ValueList<double> values, RandomStream random) => values.Count == 1 ? values[0] : values[random.Next(values.Count)];

    /// <summary>A path that is being drawn.</summary>
    private sealed class GrowingPath
    {
        public required Pixel Origin { get; init; }

        public required Pixel Pivot { get; set; }

        public required Step Stride { get; set; }

        public required double Orientation { get; set; }

        public required DashStamp LastStamp { get; set; }

        public required Pixel Terminal { get; set; }

        public List<Dash> Dashes { get; } = [];

        public DashedPath Finish() => new(Dashes, Origin, Terminal);
    }

    /// <summary>The image of one scene while it is being drawn.</summary>
    private sealed class Drawing(PathfinderParameters parameters, Headings headings, Pixel[] disc, RandomStream random)
    {
        private readonly double[] _weights = new double[headings.Next.Length];

        public Occupancy Occupancy { get; } = new(parameters.Resolution, parameters.Padding, headings.Radius + 1);

        public RandomStream Random => random;

        /// <summary>The first of the two paths: its origin is kept away from the border, so that the other's has room on every side.</summary>
        public GrowingPath? SeedFirst(double contrast) => Seed(2 * parameters.SeedDistance, contrast);

        /// <summary>The first dash of a path at a free place.</summary>
        public GrowingPath? Seed(int border, double contrast)
        {
            for (int trial = 0; trial <= parameters.MaxPaddleRetrials; trial++)
            {
                FirstHeading heading = headings.First[random.Next(headings.First.Length)];
                if (!heading.Stamp.CanBeFirst || Occupancy.DrawFree(heading.Stamp.Footprint, border, random) is not { } origin) return null;
                if (IsInside(heading, origin)) return Start(heading, origin, contrast);
            }
            return null;
        }

        /// <summary>The first dash of the second path, its origin at the seed distance from the first's.</summary>
        public GrowingPath? SeedBeside(Pixel first, double contrast)
        {
            for (int trial = 0; trial <= parameters.MaxPaddleRetrials; trial++)
            {
                FirstHeading heading = headings.First[random.Next(headings.First.Length)];
                double angle = random.Next(360) * Math.PI / 180;
                var origin = new Pixel(
                    (int)Math.Round(first.Y + parameters.SeedDistance * Math.Sin(angle)), (int)Math.Round(first.X + parameters.SeedDistance * Math.Cos(angle)));
                if (Occupancy.Contains(origin) && IsInside(heading, origin)) return Start(heading, origin, contrast);
            }
            return null;
        }

        /// <summary>Adds a dash; false at a dead end.</summary>
        public bool TryExtend(GrowingPath path, double contrast)
        {
            Pixel pivot = path.Stride.From(path.Pivot);
            double total = Weigh(pivot, path.Orientation);
            if (total < DeadEnd) return false;
            for (int trial = 0; trial <= parameters.MaxPaddleRetrials; trial++)
            {
                NextHeading heading = headings.Next[Choose(random.NextDouble() * total)];
                Pixel head = pivot + heading.Head;
                if (!Occupancy.Fits(heading.Stamp, head)) continue;
                Occupancy.Merge(path.LastStamp, path.Dashes[^1].Start);
                path.Dashes.Add(new Dash(head, heading.Stamp.Reach, contrast));
                (path.Pivot, path.Stride, path.Orientation, path.LastStamp, path.Terminal) = (pivot, heading.Stride, heading.Orientation, heading.Stamp, head);
                return true;
            }
            return false;
        }

        private static GrowingPath Start(FirstHeading heading, Pixel origin, double contrast)
        {
            var path = new GrowingPath
            {
                Origin = origin,
                Pivot = heading.Back.From(heading.Head.From(origin)),
                Stride = heading.Stride,
                Orientation = heading.Orientation,
                LastStamp = heading.Stamp,
                Terminal = heading.Head.From(origin),
            };
            path.Dashes.Add(new Dash(origin, heading.Stamp.Reach, contrast));
            return path;
        }

        private bool IsInside(FirstHeading heading, Pixel origin) =>
            Occupancy.Contains(heading.Head.From(origin)) && Occupancy.Contains(heading.Back.From(heading.Head.From(origin)));

        /// <summary>Weights of the directions in which a path can go on, and their sum.</summary>
        private double Weigh(Pixel pivot, double orientation)
        {
            double total = 0;
            for (int i = 0; i < _weights.Length; i++)
            {
                NextHeading heading = headings.Next[i];
                Pixel head = pivot + heading.Head;
                _weights[i] = 0;
                if (!Occupancy.Contains(head)) continue;
                double turn = Math.Abs(heading.Orientation - orientation);
                turn = Math.Min(turn, 2 * Math.PI - turn) * parameters.Continuity;
                if (turn >= Math.PI / 2) continue;
                double cosine = Math.Cos(turn);
                total += _weights[i] = cosine * cosine * (1 - Occupancy.Around(head, disc) / 255.0);
            }
            return total;
        }

        private int Choose(double threshold)
        {
            int last = 0;
            for (int i = 0; i < _weights.Length; i++)
            {
                if (_weights[i] == 0) continue;
                last = i;
                threshold -= _weights[i];
                if (threshold < 0) break;
            }
            return last;
        }
    }
}

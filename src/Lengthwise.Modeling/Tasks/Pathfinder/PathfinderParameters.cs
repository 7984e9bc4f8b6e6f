using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tasks.Pathfinder;

/// <summary>What the images look like: the parameters of the published generator, under its names. Lengths are in pixels.</summary>
/// <remarks>
/// Linsley et al. (2018), arXiv:1805.08315; values per resolution from Long Range Arena (lra_benchmarks/data/pathfinder.py), hard set
/// (curv_contour_length_14), where a quotient that it leaves to Python 2 is rounded down.
/// </remarks>
public sealed record PathfinderParameters
{
    /// <summary>Width and height of an image.</summary>
    public required int Resolution { get; init; }

    /// <summary>Border where no path may run.</summary>
    public required int Padding { get; init; }

    /// <summary>How much finer lines and discs are drawn before they are reduced.</summary>
    public int AntialiasScale { get; init; } = 2;

    /// <summary>Gap at each side of a dash; one of these, drawn for each image.</summary>
    public required ValueList<int> PaddleMargins { get; init; }

    /// <summary>Distance of the two paths' origins.</summary>
    public required int SeedDistance { get; init; }

    /// <summary>Radius of the two markers.</summary>
    public required double MarkerRadius { get; init; }

    /// <summary>Dashes of each of the two paths.</summary>
    public int ContourLength { get; init; } = 14;

    /// <summary>Length of a dash.</summary>
    public required int PaddleLength { get; init; }

    /// <summary>Width of a dash; a whole number of pixels on the finer canvas.</summary>
    public required double PaddleThickness { get; init; }

    /// <summary>How straight paths are: a turn by d weighs cos² of d x continuity, and nothing beyond π/2.</summary>
    public required double Continuity { get; init; }

    /// <summary>Dashes of a distractor.</summary>
    public int DistractorLength { get; init; } = 4;

    /// <summary>
    /// Distractors to be placed; fewer where they do not fit. The published loop can be read as using twice as many for the hard set
    /// (it may not recompute the count made for the easy one), so other counts are worth a try when scores disagree.
    /// </summary>
    public required int Distractors { get; init; }

    /// <summary>Single dashes to be placed after the distractors; Long Range Arena has none.</summary>
    public int SinglePaddles { get; init; }

    /// <summary>Contrast of a path, drawn for each of the two paths and for each dash of a distractor.</summary>
    public required ValueList<double> SnakeContrasts { get; init; }

    /// <summary>Factor on the contrast of the dashes of the two paths, drawn for each.</summary>
    public required ValueList<double> PaddleContrasts { get; init; }

    /// <summary>Further tries for a dash that does not fit.</summary>
    public int MaxPaddleRetrials { get; init; } = 2;

    /// <summary>Further tries for a distractor that does not fit.</summary>
    public int MaxDistractorRetrials { get; init; } = 4;

    /// <summary>Resolutions that Long Range Arena has settings for.</summary>
    public static IReadOnlyList<int> Resolutions { get; } = [32, 64, 128, 256];

    /// <summary>Dashes of all distractors together, in Long Range Arena's settings; divided by the length of one for their number.</summary>
    /// <param name="resolution">One of <see cref="Resolutions"/>.</param>
    public static int DistractorDashes(int resolution) => resolution switch
    {
        32 => 20,
        64 => 22,
        128 => 35,
        256 => 30,
        _ => throw new ArgumentOutOfRangeException(nameof(resolution), resolution, "expected 32, 64, 128 or 256"),
    };

    /// <summary>Long Range Arena's hard setting.</summary>
    /// <param name="resolution">One of <see cref="Resolutions"/>.</param>
    public static PathfinderParameters Hard(int resolution) => resolution switch
    {
        32 => new PathfinderParameters
        {
            Resolution = 32,
            Padding = 1,
            PaddleMargins = [1],
            SeedDistance = 7,
            MarkerRadius = 1.5,
            PaddleLength = 2,
            PaddleThickness = 0.5,
            Continuity = 1.0,
            Distractors = 5,
            SnakeContrasts = [2],
            PaddleContrasts = [0.75],
        },
        64 => new PathfinderParameters
        {
            Resolution = 64,
            Padding = 1,
            PaddleMargins = [1],
            SeedDistance = 12,
            MarkerRadius = 2.5,
            PaddleLength = 5,
            PaddleThickness = 1,
            Continuity = 1.8,
            Distractors = 5,
            SnakeContrasts = [0.8],
            PaddleContrasts = [1],
        },
        128 => new PathfinderParameters
        {
            Resolution = 128,
            Padding = 1,
            PaddleMargins = [2, 3],
            SeedDistance = 20,
            MarkerRadius = 3,
            PaddleLength = 5,
            PaddleThickness = 1.5,
            Continuity = 1.8,
            Distractors = 8,
            SnakeContrasts = [0.9],
            PaddleContrasts = [1],
        },
        256 => new PathfinderParameters
        {
            Resolution = 256,
            Padding = 22,
            PaddleMargins = [3],
            SeedDistance = 27,
            MarkerRadius = 5,
            PaddleLength = 5,
            PaddleThickness = 2,
            Continuity = 1.8,
            Distractors = 7,
            SnakeContrasts = [1],
            PaddleContrasts = [1],
        },
        _ => throw new ArgumentOutOfRangeException(nameof(resolution), resolution, "expected 32, 64, 128 or 256"),
    };

    /// <summary>What no image can be drawn with; empty when there is nothing.</summary>
    public IEnumerable<string> Validate()
    {
        if (Resolution - 4 * SeedDistance < 1)
            yield return $"'seed_distance' {SeedDistance} leaves no place for the first path: twice it is kept free at every side of the {Resolution} pixels";
        if (Math.Abs(PaddleThickness * AntialiasScale - Math.Round(PaddleThickness * AntialiasScale)) > 1e-9)
            yield return FormattableString.Invariant($"'paddle_thickness' {PaddleThickness} x 'antialias_scale' {AntialiasScale} is not a whole number of fine pixels");
        if (PaddleMargins.Count == 0 || PaddleMargins.Any(m => m is < 0 or > 32)) yield return "'paddle_margins' needs one or more whole numbers from 0 to 32";
        if (SnakeContrasts.Count == 0 || SnakeContrasts.Any(c => !(c > 0))) yield return "'snake_contrasts' needs one or more numbers above 0";
        if (PaddleContrasts.Count == 0 || PaddleContrasts.Any(c => !(c > 0))) yield return "'paddle_contrasts' needs one or more numbers above 0";
    }
}

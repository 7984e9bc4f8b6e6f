using System.ComponentModel.DataAnnotations;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tasks.Pathfinder;

/// <summary>Settings of <see cref="PathfinderTask"/>; sizes and images are Long Range Arena's hard set unless something else is set.</summary>
public record PathfinderSettings : TaskSettings
{
    /// <summary>Width and height of an image: 32, 64, 128 or 256. A sequence has resolution² steps.</summary>
    [AllowedValues(32, 64, 128, 256)] public int Resolution { get; init; } = 32;

    /// <summary>What a step is: a real channel of -1 to 1 (S4 and SPT), or one of 256 grey levels as a token (LRA).</summary>
    public PathfinderInput Input { get; init; } = PathfinderInput.Real;

    /// <summary>
    /// Division of a <see cref="Folder"/>: <c>clean</c> takes its first 80 %, the next 10 % and the rest, as LRA does; <c>published</c> the random
    /// permutation (seed 42) of S4 and SPT.
    /// </summary>
    public PathfinderSplit Split { get; init; } = PathfinderSplit.Clean;

    /// <summary>Training images, drawn.</summary>
    [Range(1, 10_000_000)] public int TrainSize { get; init; } = 160_000;

    /// <summary>Validation images, drawn.</summary>
    [Range(1, 10_000_000)] public int ValidationSize { get; init; } = 20_000;

    /// <summary>Test images, drawn.</summary>
    [Range(1, 10_000_000)] public int TestSize { get; init; } = 20_000;

    /// <summary>Seed of the images; not the run's seed, so that all runs see the same data.</summary>
    [Range(0, long.MaxValue)] public long Seed { get; init; } = 1;

    /// <summary>
    /// Full path of a folder with images in the layout of LRA's release, which are then read instead of drawn: the release itself,
    /// <c>pathfinderR</c>, or the folder with <c>metadata</c> in it. Empty to draw.
    /// </summary>
    public string Folder { get; init; } = "";

    /// <summary>Dashes of the two paths: 14 is LRA's hard set, 9 and 6 its easier ones (also in a folder).</summary>
    [Range(1, 1000)] public int ContourLength { get; init; } = 14;

    /// <summary>Border where no path may run; absent for LRA's, as for all keys below.</summary>
    [Range(0, 1000)] public int? Padding { get; init; }

    /// <summary>How much finer lines and discs are drawn before they are reduced.</summary>
    [Range(1, 8)] public int? AntialiasScale { get; init; }

    /// <summary>Gaps at each side of a dash, one of which is drawn for each image.</summary>
    public ValueList<int> PaddleMargins { get; init; } = [];

    /// <summary>Distance of the two paths' origins.</summary>
    [Range(1, 1000)] public int? SeedDistance { get; init; }

    /// <summary>Radius of the two markers.</summary>
    [Range(0.5, 100.0)] public double? MarkerRadius { get; init; }

    /// <summary>Length of a dash.</summary>
    [Range(1, 100)] public int? PaddleLength { get; init; }

    /// <summary>Width of a dash.</summary>
    [Range(0.1, 20.0)] public double? PaddleThickness { get; init; }

    /// <summary>How straight paths are; larger is straighter.</summary>
    [Range(0.0, 10.0)] public double? Continuity { get; init; }

    /// <summary>Dashes of a distractor; a third of a path's if absent.</summary>
    [Range(1, 1000)] public int? DistractorLength { get; init; }

    /// <summary>Distractors to be placed.</summary>
    [Range(0, 1000)] public int? Distractors { get; init; }

    /// <summary>Single dashes to be placed after them.</summary>
    [Range(0, 1000)] public int SinglePaddles { get; init; }

    /// <summary>Contrasts of paths and distractors.</summary>
    public ValueList<double> SnakeContrasts { get; init; } = [];

    /// <summary>Factors on the contrast of the two paths' dashes.</summary>
    public ValueList<double> PaddleContrasts { get; init; } = [];

    /// <summary>Further tries for a dash that does not fit.</summary>
    [Range(0, 1000)] public int? MaxPaddleRetrials { get; init; }

    /// <summary>Further tries for a distractor that does not fit.</summary>
    [Range(0, 1000)] public int? MaxDistractorRetrials { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (Folder.Length == 0)
        {
            if (Split == PathfinderSplit.Published) yield return "'split' is 'published', which divides images that exist already; it needs 'folder'";
            foreach (string problem in Parameters().Validate()) yield return problem;
            if ((long)TrainSize + ValidationSize + TestSize > 20_000_000) yield return "the three sizes sum to more than 20,000,000 images";
            yield break;
        }
        if (!Path.IsPathFullyQualified(Folder))
            yield return $"'folder' is '{Folder}'; expected a full path, since results must not depend on the current folder";
        if (ContourLength is not (6 or 9 or 14)) yield return $"'contour_length' is {ContourLength}; with 'folder' expected 6, 9 or 14, for which the release has sets";
        if (this != Defaults() with { Folder = Folder, Resolution = Resolution, ContourLength = ContourLength, Split = Split, Input = Input })
            yield return "'folder' reads images that exist already: of the other keys only 'resolution', 'contour_length', 'split' and 'input' have an effect; leave the rest out";
    }

    /// <summary>What is drawn.</summary>
    public PathfinderParameters Parameters()
    {
        var lra = PathfinderParameters.Hard(Resolution);
        int distractorLength = DistractorLength ?? Math.Max(1, ContourLength / 3);
        return lra with
        {
            Padding = Padding ?? lra.Padding,
            AntialiasScale = AntialiasScale ?? lra.AntialiasScale,
            PaddleMargins = PaddleMargins.Count > 0 ? PaddleMargins : lra.PaddleMargins,
            SeedDistance = SeedDistance ?? lra.SeedDistance,
            MarkerRadius = MarkerRadius ?? lra.MarkerRadius,
            ContourLength = ContourLength,
            PaddleLength = PaddleLength ?? lra.PaddleLength,
            PaddleThickness = PaddleThickness ?? lra.PaddleThickness,
            Continuity = Continuity ?? lra.Continuity,
            DistractorLength = distractorLength,
            Distractors = Distractors ?? PathfinderParameters.DistractorDashes(Resolution) / distractorLength,
            SinglePaddles = SinglePaddles,
            SnakeContrasts = SnakeContrasts.Count > 0 ? SnakeContrasts : lra.SnakeContrasts,
            PaddleContrasts = PaddleContrasts.Count > 0 ? PaddleContrasts : lra.PaddleContrasts,
            MaxPaddleRetrials = MaxPaddleRetrials ?? lra.MaxPaddleRetrials,
            MaxDistractorRetrials = MaxDistractorRetrials ?? lra.MaxDistractorRetrials,
        };
    }

    /// <summary>These settings with nothing set.</summary>
    private protected virtual PathfinderSettings Defaults() => new();
}

/// <summary>Settings of <c>path-x</c>: those of <c>pathfinder</c> at 128 x 128.</summary>
public sealed record PathXSettings : PathfinderSettings
{
    /// <summary>128 x 128.</summary>
    public PathXSettings() => Resolution = 128;

    private protected override PathfinderSettings Defaults() => new PathXSettings();
}

/// <summary>Settings of <c>pathx-256</c>: those of <c>pathfinder</c> at 256 x 256.</summary>
public sealed record PathX256Settings : PathfinderSettings
{
    /// <summary>256 x 256.</summary>
    public PathX256Settings() => Resolution = 256;

    private protected override PathfinderSettings Defaults() => new PathX256Settings();
}

/// <summary>What a step of an image is.</summary>
public enum PathfinderInput
{
    /// <summary>One real channel, (x / 255 - 0.5) / 0.5.</summary>
    Real,

    /// <summary>A token for each of the 256 grey levels.</summary>
    Discrete,
}

/// <summary>Divisions of images that exist already.</summary>
public enum PathfinderSplit
{
    /// <summary>By position: 80 %, 10 %, 10 %.</summary>
    Clean,

    /// <summary>The random permutation of the published pipelines.</summary>
    Published,
}

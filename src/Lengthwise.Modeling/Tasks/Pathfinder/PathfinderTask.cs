using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Conversion;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Records.Readers;

namespace Lengthwise.Modeling.Tasks.Pathfinder;

/// <summary>Pathfinder of Long Range Arena: do two dots in a picture of dashed lines lie on one line?</summary>
/// <remarks>
/// The picture is read row by row. Both classes show two long paths, two dots and some distractors, so nothing short of following a path
/// tells them apart. Drawn by the published rules (docs/pathfinder.md), or read from a folder in the layout of the release.
/// <code>
/// grey   0 0 0 5 2 0 … 177 234 201 …   (1,024 steps; 16,384 for path-x; 65,536 for pathx-256)
/// label  1 (both dots on one path)
/// </code>
/// </remarks>
[SequenceTask("pathfinder", typeof(PathfinderSettings))]
public class PathfinderTask(PathfinderSettings settings) : SequenceTask
{
    private static readonly string[] ClassNames = ["apart", "connected"];

    /// <inheritdoc/>
    public override string Name => "pathfinder";

    /// <inheritdoc/>
    public override string Summary => "do two dots lie on one dashed path? (drawn by the published rules, 32 x 32)";

    /// <inheritdoc/>
    public override int Version => 1;

    /// <inheritdoc/>
    public override TaskShape Shape { get; } = settings.Input == PathfinderInput.Discrete
        ? (new EncodingFit(Plan(settings)).Finish(settings.Resolution * settings.Resolution) with { Classes = ClassNames }).Shape(0.5)
        : new TaskShape(new RealInput(1), new ClassOutput(ClassNames), settings.Resolution * settings.Resolution, 0.5);

    /// <inheritdoc/>
    public override double DefaultMaskRatio => 0.50;

    /// <inheritdoc/>
    public override string Citation =>
        "Linsley et al., Learning long-range spatial dependencies with horizontal gated recurrent units, NeurIPS 2018; Tay et al., Long Range Arena, ICLR 2021";

    /// <inheritdoc/>
    public override string Licence => "drawn by our own program, no licence applies; LRA's images: Apache-2.0";

    /// <inheritdoc/>
    public override PreparedTask Prepare(DirectoryInfo cache, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        RecordSource source = settings.Folder.Length > 0
            ? new PathfinderFiles(PathfinderFolder.Find(settings.Folder, settings.Resolution, settings.ContourLength), settings)
            : new PathfinderDrawings(settings);
        return RecordConversion.Prepare(
            new ConversionRequest
            {
                Task = Name,
                Version = Version,
                // Where the files lie is not part of what they are.
                Settings = settings with { Folder = settings.Folder.Length > 0 ? "read" : "" },
                Source = source,
                Encoding = _ => Plan(settings),
                Split = new SplitPlan(),
                Classes = ClassNames,
                MaySkipBadRows = true,
                Notes = settings.Folder.Length > 0 ? [] : ["images are drawn here by the published rules; they are not Long Range Arena's own"],
            },
            cache,
            progress,
            cancellation);
    }

    /// <summary>Opens a folder in the layout of the release, or pictures of the task's resolution.</summary>
    public override RecordSource OpenForPrediction(string path)
    {
        if (Directory.Exists(path) && PathfinderFolder.TryFind(path, settings.Resolution, settings.ContourLength) is { } folder)
            return new PathfinderFiles(folder, settings);
        return new AdaptedSource(RecordSources.Open(new ReadSettings { Path = path, KeepsLevels = true }, withSplits: false), Fitted);
    }

    private SequenceRecord Fitted(SequenceRecord record) =>
        record.Content is SequenceContent.Levels { Channels: 1 } levels && levels.Values.Length == settings.Resolution * settings.Resolution
            ? record
            : throw new LengthwiseException(
                ExitCode.Data, FormattableString.Invariant($"{record.Where}: found no picture of {settings.Resolution} x {settings.Resolution}, which the model was trained on"),
                "give PNG files of that size, or a folder in the layout of Long Range Arena (metadata and imgs)");

    /// <summary>Writes the images in the layout of Long Range Arena's release: PNG, and metadata as plain text.</summary>
    /// <param name="folder">Gets <c>pathfinderR/curv_contour_length_L</c>.</param>
    /// <param name="progress">Hears what is done; may be null.</param>
    /// <param name="cancellation">Stops; finished batches stay and are not made again.</param>
    /// <returns>The metadata files.</returns>
    /// <exception cref="LengthwiseException">The settings read images instead of drawing them, or the folder cannot be written.</exception>
    public IReadOnlyList<FileInfo> WriteRelease(DirectoryInfo folder, IProgress<PreparationProgress>? progress, CancellationToken cancellation) =>
        settings.Folder.Length > 0
            ? throw new LengthwiseException(ExitCode.Usage, $"writing Pathfinder images: they exist already, in '{settings.Folder}'", "leave 'folder' out to draw others")
            : PathfinderRelease.Write(folder, settings, progress, cancellation);

    /// <summary>Name of the class of a label.</summary>
    internal static string ClassOf(int label) => ClassNames[label];

    private static EncodingPlan Plan(PathfinderSettings settings) => settings.Input == PathfinderInput.Discrete
        ? new EncodingPlan { Kind = EncodingKind.Levels }
        : new EncodingPlan { Kind = EncodingKind.Reals, Normalisation = Normalisation.Fixed, Means = [127.5f], Deviations = [127.5f] };
}

/// <summary>Path-X of Long Range Arena: <see cref="PathfinderTask"/> at 128 x 128, 16,384 steps.</summary>
[SequenceTask("path-x", typeof(PathXSettings))]
public sealed class PathX(PathXSettings settings) : PathfinderTask(settings)
{
    /// <inheritdoc/>
    public override string Name => "path-x";

    /// <inheritdoc/>
    public override string Summary => "Pathfinder at 128 x 128: 16,384 steps";
}

/// <summary>PathX-256: <see cref="PathfinderTask"/> at 256 x 256, 65,536 steps.</summary>
[SequenceTask("pathx-256", typeof(PathX256Settings))]
public sealed class PathX256(PathX256Settings settings) : PathfinderTask(settings)
{
    /// <inheritdoc/>
    public override string Name => "pathx-256";

    /// <inheritdoc/>
    public override string Summary => "Pathfinder at 256 x 256: 65,536 steps";
}

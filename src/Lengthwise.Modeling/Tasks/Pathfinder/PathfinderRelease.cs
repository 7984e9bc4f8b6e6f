using System.Globalization;
using System.Text;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Records;

namespace Lengthwise.Modeling.Tasks.Pathfinder;

/// <summary>
/// Writes drawn images in the layout of Long Range Arena's release: training, validation and test images one after another, so that its own
/// slices (80 %, 10 %, 10 %) find them when the sizes are so.
/// </summary>
internal static class PathfinderRelease
{
    private const int ImagesPerBatch = 1000;

    /// <summary>Writes; a batch whose metadata exists is complete and stays.</summary>
    /// <returns>The metadata files.</returns>
    public static IReadOnlyList<FileInfo> Write(DirectoryInfo folder, PathfinderSettings settings, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        var drawings = new PathfinderDrawings(settings);
        (SplitName Split, int Row)[] rows = [.. from split in Enum.GetValues<SplitName>() from row in Enumerable.Range(0, drawings.SizeOf(split)) select (split, row)];
        string set = Path.Combine(
            folder.FullName, string.Create(CultureInfo.InvariantCulture, $"pathfinder{settings.Resolution}"), PathfinderFolder.NameOf(settings.ContourLength));
        var written = new List<FileInfo>();
        try
        {
            foreach ((int batch, (SplitName Split, int Row)[] images) in rows.Chunk(ImagesPerBatch).Index())
            {
                cancellation.ThrowIfCancellationRequested();
                var metadata = new FileInfo(Path.Combine(set, "metadata", string.Create(CultureInfo.InvariantCulture, $"{batch}.npy")));
                if (!metadata.Exists) WriteBatch(set, batch, images, drawings, settings, metadata.FullName, cancellation);
                written.Add(metadata);
                progress?.Report(new PreparationProgress("pathfinder: writing images", Math.Min(rows.Length, (batch + 1L) * ImagesPerBatch), rows.Length));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LengthwiseException(ExitCode.Failed, $"writing Pathfinder images to '{set}': {e.Message}", "free some space, or name a folder that can be written", e);
        }
        return written;
    }

    private static void WriteBatch(
        string set, int batch, (SplitName Split, int Row)[] images, PathfinderDrawings drawings, PathfinderSettings settings, string metadata, CancellationToken cancellation)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"imgs/{batch}"), folder = Path.Combine(set, "imgs", batch.ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(folder);
        PathfinderParameters parameters = settings.Parameters();
        var lines = new string[images.Length];
        Parallel.For(0, images.Length, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            PathfinderScene scene = drawings.Scene(images[i].Split, images[i].Row);
            string file = string.Create(CultureInfo.InvariantCulture, $"sample_{i}.png");
            File.WriteAllBytes(Path.Combine(folder, file), ImageFile.EncodePng(new PixelImage(parameters.Resolution, parameters.Resolution, ImageColour.Grey, drawings.Generator.Paint(scene))));
            lines[i] = string.Create(
                CultureInfo.InvariantCulture,
                $"{name} {file} {i} {scene.Label} {parameters.Continuity:0.0###} {parameters.ContourLength} {parameters.DistractorLength} {parameters.PaddleLength} {parameters.PaddleThickness:0.####} {scene.Margin} {parameters.PaddleContrasts.Count}");
        });
        // Last, so that a batch with metadata is whole.
        AtomicFile.WriteText(metadata, new StringBuilder().AppendJoin('\n', lines).Append('\n').ToString());
    }
}

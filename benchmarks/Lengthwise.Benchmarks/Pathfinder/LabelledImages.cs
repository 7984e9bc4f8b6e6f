using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tasks.Pathfinder;

namespace Lengthwise.Benchmarks.Pathfinder;

/// <summary>Square grey images with their labels.</summary>
/// <param name="Resolution">Width and height.</param>
/// <param name="Pixels">resolution² bytes each.</param>
/// <param name="Labels">0 or 1.</param>
internal sealed record LabelledImages(int Resolution, IReadOnlyList<byte[]> Pixels, IReadOnlyList<int> Labels)
{
    public int Count => Pixels.Count;

    /// <summary>Draws images that no task setting gives, so that none of them is in a training split.</summary>
    public static LabelledImages Generate(PathfinderParameters parameters, int count, string purpose, int threads)
    {
        var generator = new PathfinderGenerator(parameters);
        var pixels = new byte[count][];
        var labels = new int[count];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
        {
            PathfinderScene scene = generator.Draw(new RandomStream(1, $"pathfinder/study/{purpose}", i));
            (pixels[i], labels[i]) = (generator.Paint(scene), scene.Label);
        });
        return new LabelledImages(parameters.Resolution, pixels, labels);
    }

    /// <summary>Reads images in the layout of the release.</summary>
    public static LabelledImages Read(string folder, int resolution)
    {
        var set = PathfinderFolder.Find(folder, resolution, contourLength: 14);
        PathfinderEntry[] entries = [.. set.Metadata.SelectMany(f => PathfinderMetadata.Read(f.FullName))];
        return new LabelledImages(
            resolution, [.. entries.Select(e => ImageFile.Read(set.PathOf(e), ImageColour.Grey).Bytes)], [.. entries.Select(e => e.Label)]);
    }

    /// <summary>The images of these indices.</summary>
    public LabelledImages Take(IEnumerable<int> indices)
    {
        int[] kept = [.. indices];
        return new LabelledImages(Resolution, [.. kept.Select(i => Pixels[i])], [.. kept.Select(i => Labels[i])]);
    }
}

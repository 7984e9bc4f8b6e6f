using System.Globalization;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Records;

namespace Lengthwise.Modeling.Tasks.Pathfinder;

/// <summary>
/// Images of a folder in the layout of the release, in the order of its metadata. An image that is empty, broken, missing or of another size is
/// skipped and counted: the release itself holds one (curv_baseline/imgs/0/sample_172.png). Damaged metadata is refused.
/// </summary>
internal sealed class PathfinderFiles : RecordSource
{
    private const int ImagesPerPart = 1000;
    private readonly PathfinderFolder _folder;
    private readonly int _resolution;
    private readonly PathfinderEntry[] _entries;
    private readonly SplitName[] _splits;

    public PathfinderFiles(PathfinderFolder folder, PathfinderSettings settings)
    {
        (_folder, _resolution) = (folder, settings.Resolution);
        _entries = [.. folder.Metadata.SelectMany(file => PathfinderMetadata.Read(file.FullName))];
        _splits = settings.Split == PathfinderSplit.Published ? PublishedSplits(_entries.Length) : PositionSplits(_entries.Length);
        Parts = [.. Enumerable.Range(0, (_entries.Length + ImagesPerPart - 1) / ImagesPerPart).Select(i => new Part(this, i * ImagesPerPart, Math.Min(ImagesPerPart, _entries.Length - i * ImagesPerPart)))];
        Description =
        [
            string.Create(CultureInfo.InvariantCulture, $"{_entries.Length} images of {_resolution} x {_resolution} in {folder.Metadata.Count} metadata files of '{folder.Set.Name}'"),
            settings.Split == PathfinderSplit.Published ? "divided by the random permutation of S4 and SPT (seed 42)" : "divided by position: 80 %, 10 %, 10 %",
        ];
    }

    public override string Name => _folder.Set.FullName;

    public override IReadOnlyList<string> Description { get; }

    public override IReadOnlyList<FileInfo> Files =>
        [.. _folder.Metadata, .. _entries.Select(e => new FileInfo(_folder.PathOf(e))).Where(f => f.Exists)];

    public override IReadOnlyList<RecordPart> Parts { get; }

    /// <summary>As LRA slices them.</summary>
    private static SplitName[] PositionSplits(int count)
    {
        int train = (int)(count * 8L / 10), validation = (int)(count * 9L / 10);
        return [.. Enumerable.Range(0, count).Select(i => i < train ? SplitName.Train : i < validation ? SplitName.Validation : SplitName.Test)];
    }

    /// <summary>A tenth for validation, the next for test, from the end of a permutation.</summary>
    private static SplitName[] PublishedSplits(int count)
    {
        int tenth = (int)(0.1 * count);
        int[] order = TorchPermutation.Of(count, seed: 42);
        var splits = new SplitName[count];
        for (int i = 0; i < count; i++) splits[order[i]] = i < count - 2 * tenth ? SplitName.Train : i < count - tenth ? SplitName.Validation : SplitName.Test;
        return splits;
    }

    private sealed class Part(PathfinderFiles files, int first, int count) : RecordPart
    {
        public override string Name => string.Create(CultureInfo.InvariantCulture, $"images {first + 1} to {first + count}");

        public override long Bytes => (long)count * files._resolution * files._resolution;

        public override IEnumerable<SequenceRecord> Read(BadRows problems, CancellationToken cancellation)
        {
            for (int i = first; i < first + count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                PathfinderEntry entry = files._entries[i];
                if (files.Pixels(entry, problems) is not { } pixels) continue;
                yield return new SequenceRecord
                {
                    Where = entry.Image,
                    Content = new SequenceContent.Levels(pixels),
                    Id = entry.Image,
                    Split = files._splits[i],
                    Label = PathfinderTask.ClassOf(entry.Label),
                };
            }
        }
    }

    private byte[]? Pixels(PathfinderEntry entry, BadRows problems)
    {
        try
        {
            PixelImage image = ImageFile.Read(_folder.PathOf(entry), ImageColour.Grey);
            if (image.Width == _resolution && image.Height == _resolution) return image.Bytes;
            problems.Report(entry.Where, string.Create(CultureInfo.InvariantCulture, $"'{entry.Image}' has {image.Width} x {image.Height} pixels, expected {_resolution} x {_resolution}"));
        }
        catch (LengthwiseException damaged)
        {
            problems.Report(entry.Where, damaged.Message);
        }
        return null;
    }
}

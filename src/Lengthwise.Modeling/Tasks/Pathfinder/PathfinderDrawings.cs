using System.Globalization;
using Lengthwise.Modeling.Records;

namespace Lengthwise.Modeling.Tasks.Pathfinder;

/// <summary>
/// Images that are drawn: the three splits one after another. Each image has a random stream named by its split and row, so that
/// neither threads, nor interruptions, nor the sizes of other splits change it.
/// </summary>
internal sealed class PathfinderDrawings : RecordSource
{
    private const int ImagesPerPart = 1000;
    private readonly PathfinderSettings _settings;
    private readonly PathfinderGenerator _generator;

    public PathfinderDrawings(PathfinderSettings settings)
    {
        _settings = settings;
        _generator = new PathfinderGenerator(settings.Parameters());
        Parts = [.. from split in Enum.GetValues<SplitName>() from first in Steps(SizeOf(split)) select new Part(this, split, first, Math.Min(ImagesPerPart, SizeOf(split) - first))];
    }

    public override string Name => "pathfinder";

    public override IReadOnlyList<string> Description => [string.Create(CultureInfo.InvariantCulture, $"images of {_settings.Resolution} x {_settings.Resolution}, drawn with seed {_settings.Seed}")];

    public override IReadOnlyList<FileInfo> Files => [];

    public override IReadOnlyList<RecordPart> Parts { get; }

    /// <summary>The generator of these settings.</summary>
    public PathfinderGenerator Generator => _generator;

    /// <summary>The scene of one row.</summary>
    public PathfinderScene Scene(SplitName split, int row) =>
        _generator.Draw(new RandomStream(_settings.Seed, $"pathfinder/{split.ToString().ToLowerInvariant()}", row));

    /// <summary>Images of a split.</summary>
    public int SizeOf(SplitName split) => split switch
    {
        SplitName.Train => _settings.TrainSize,
        SplitName.Validation => _settings.ValidationSize,
        _ => _settings.TestSize,
    };

    private static IEnumerable<int> Steps(int size)
    {
        for (int first = 0; first < size; first += ImagesPerPart) yield return first;
    }

    private sealed class Part(PathfinderDrawings drawings, SplitName split, int first, int count) : RecordPart
    {
        public override string Name => string.Create(CultureInfo.InvariantCulture, $"{split.ToString().ToLowerInvariant()} images from {first}");

        public override long Bytes => (long)count * drawings._settings.Resolution * drawings._settings.Resolution;

        public override IEnumerable<SequenceRecord> Read(BadRows problems, CancellationToken cancellation)
        {
            for (int row = first; row < first + count; row++)
            {
                cancellation.ThrowIfCancellationRequested();
                PathfinderScene scene = drawings.Scene(split, row);
                yield return new SequenceRecord
                {
                    Where = string.Create(CultureInfo.InvariantCulture, $"pathfinder, {split.ToString().ToLowerInvariant()} image {row}"),
                    Content = new SequenceContent.Levels(drawings._generator.Paint(scene)),
                    Split = split,
                    Label = PathfinderTask.ClassOf(scene.Label),
                };
            }
        }
    }
}

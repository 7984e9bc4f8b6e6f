using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Data;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tasks;

/// <summary>Pictures of clothing as sequences of grey values, row by row: the real data that comes with the program.</summary>
/// <remarks>
/// A balanced subset of Fashion-MNIST, 5,000 training and 1,000 test images (Resources/FashionMnist/README.md), so scores are not
/// those of the full data. The validation split is taken from the training images. Values are normalised by mean and standard
/// deviation of the training split.
/// <code>
/// grey   0 0 0 13 73 0 0 1 4 …   (784 steps, or 196 after 2 x 2 mean pooling)
/// label  9 (ankle boot)
/// </code>
/// </remarks>
[SequenceTask("fashion-mnist", typeof(FashionMnistSettings))]
public sealed class FashionMnist(FashionMnistSettings settings) : SequenceTask
{
    private const int Side = 28;

    /// <inheritdoc/>
    public override string Name => "fashion-mnist";

    /// <inheritdoc/>
    public override string Summary => "clothing pictures as pixel sequences (real data, an embedded subset of Fashion-MNIST)";

    /// <inheritdoc/>
    public override int Version => 1;

    /// <inheritdoc/>
    public override TaskShape Shape { get; } = new(
        new RealInput(1),
        new ClassOutput(
        ["T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"]),
        settings.Side * settings.Side,
        0.1);

    /// <inheritdoc/>
    public override double DefaultMaskRatio => 0.50;

    /// <inheritdoc/>
    public override string Citation => "Xiao, Rasul, Vollgraf, Fashion-MNIST, arXiv:1708.07747, 2017";

    /// <inheritdoc/>
    public override string Licence => "MIT, Zalando SE";

    /// <inheritdoc/>
    public override PreparedTask Prepare(DirectoryInfo cache, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        Images train = Images.Load(["train-images-0-idx3-ubyte.gz", "train-images-1-idx3-ubyte.gz"], "train-labels-idx1-ubyte.gz", settings.Side);
        cancellation.ThrowIfCancellationRequested();
        Images test = Images.Load(["t10k-images-idx3-ubyte.gz"], "t10k-labels-idx1-ubyte.gz", settings.Side);

        int[] order = [.. Enumerable.Range(0, FashionMnistSettings.TrainingImages)];
        new RandomStream(settings.Seed, "fashion-mnist/split").Shuffle<int>(order);
        int[] validationRows = order[..settings.ValidationSize];
        int[] trainRows = order[settings.ValidationSize..(settings.ValidationSize + settings.TrainSize)];
        (double mean, double deviation) = train.Statistics(trainRows);
        MemorySplit trainSplit = train.Split(trainRows, mean, deviation);
        MemorySplit validationSplit = train.Split(validationRows, mean, deviation);
        MemorySplit testSplit = test.Split([.. Enumerable.Range(0, settings.TestSize)], mean, deviation);
        progress?.Report(new PreparationProgress("fashion-mnist: images", settings.TrainSize, settings.TrainSize));
        return new PreparedTask(
            Shape, trainSplit,
            validationSplit,
            testSplit,
            SplitHash.Combine(trainSplit.ContentHash, validationSplit.ContentHash, testSplit.ContentHash),
            ["fashion-mnist is a subset of 5,000 + 1,000 images; compare its scores with nothing published on the full 60,000 + 10,000"]);
    }

    /// <summary>Images as grey values of 0 to 1, one after another, each row by row.</summary>
    private sealed record Images(float[] Grey, byte[] Labels, int Steps)
    {
        public static Images Load(string[] imageFiles, string labelFile, int side)
        {
            byte[] labels = Read(labelFile, 1).Bytes;
            byte[] pixels = [.. imageFiles.SelectMany(file => Read(file, 3).Bytes)];
            return new Images(side == Side ? [.. pixels.Select(p => p / 255f)] : Halved(pixels), labels, side * side);
        }

        public (double Mean, double Deviation) Statistics(int[] rows)
        {
            double sum = 0, squares = 0, count = (double)rows.Length * Steps;
            foreach (int row in rows)
                foreach (float grey in Grey.AsSpan(row * Steps, Steps))
                {
                    sum += grey;
                    squares += (double)grey * grey;
                }
            double mean = sum / count;
            return (mean, Math.Sqrt(squares / count - mean * mean));
        }

        public MemorySplit Split(int[] rows, double mean, double deviation)
        {
            var values = new float[rows.Length * Steps];
            for (int i = 0; i < rows.Length; i++)
                for (int t = 0; t < Steps; t++) values[i * Steps + t] = (float)((Grey[rows[i] * Steps + t] - mean) / deviation);
            return MemorySplit.OfValues(values, Steps, 1, [.. rows.Select(row => (int)Labels[row])], 10);
        }

        private static float[] Halved(byte[] pixels)
        {
            const int half = Side / 2;
            var grey = new float[pixels.Length / 4];
            for (int i = 0; i < grey.Length; i++)
            {
                int image = i / (half * half), y = i / half % half, x = i % half;
                int at = image * Side * Side + 2 * y * Side + 2 * x;
                grey[i] = (pixels[at] + pixels[at + 1] + pixels[at + Side] + pixels[at + Side + 1]) / (4 * 255f);
            }
            return grey;
        }

        private static Idx Read(string file, int dimensions)
        {
            using Stream resource = typeof(FashionMnist).Assembly.GetManifestResourceStream($"FashionMnist/{file}")!;
            return Idx.ReadGzip(resource, file, dimensions);
        }
    }
}

/// <summary>Settings of <see cref="FashionMnist"/>.</summary>
public sealed record FashionMnistSettings : TaskSettings
{
    /// <summary>Training images that are embedded; training and validation are taken from them.</summary>
    internal const int TrainingImages = 5000;

    /// <summary>Width and height: 28, or 14 after 2 x 2 mean pooling. A sequence has side x side steps.</summary>
    [Range(14, 28)] public int Side { get; init; } = 28;

    /// <summary>Training images, drawn from the 5,000.</summary>
    [Range(1, 5000)] public int TrainSize { get; init; } = 4000;

    /// <summary>Validation images, others of the 5,000.</summary>
    [Range(1, 5000)] public int ValidationSize { get; init; } = 1000;

    /// <summary>Test images, the first of the 1,000.</summary>
    [Range(1, 1000)] public int TestSize { get; init; } = 1000;

    /// <summary>Seed of the division into training and validation; not the run's seed, so that all runs see the same data.</summary>
    [Range(0, long.MaxValue)] public long Seed { get; init; } = 1;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (Side is not (14 or 28)) yield return $"'side' is {Side}; expected 14 or 28";
        if (TrainSize + ValidationSize > TrainingImages)
            yield return $"'train_size' {TrainSize} and 'validation_size' {ValidationSize} sum to more than the {TrainingImages} embedded training images";
    }
}

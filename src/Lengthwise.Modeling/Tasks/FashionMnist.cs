using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Records.Readers;
using Lengthwise.Modeling.Tasks.Files;
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
    public override DataOrigin Origin => FashionMnistFiles.Origin;

    /// <inheritdoc/>
    public override PreparedTask Prepare(DirectoryInfo cache, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        (Images train, Images test) = settings.Full ? Full(cache, progress, cancellation) : Embedded();
        cancellation.ThrowIfCancellationRequested();

        int[] order = [.. Enumerable.Range(0, train.Labels.Length)];
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
            settings.Full ? [] : ["fashion-mnist is a subset of 5,000 + 1,000 images; compare its scores with nothing published on the full 60,000 + 10,000"])
        {
            Encoding = Encoding(mean, deviation),
        };
    }

    /// <summary>Opens IDX files of pictures, or PNG and JPEG files of 28 x 28.</summary>
    public override RecordSource OpenForPrediction(string path) => new AdaptedSource(
        IdxPictures.Open(path, Side) ?? RecordSources.Open(new ReadSettings { Path = path, KeepsLevels = true }, withSplits: false), Fitted);

    // New files hold grey values of 0 to 255.
    private FittedEncoding Encoding(double mean, double deviation)
    {
        float[] means = [(float)(255 * mean)], deviations = [(float)(255 * deviation)];
        return new FittedEncoding
        {
            Plan = new EncodingPlan { Kind = EncodingKind.Reals, Normalisation = Normalisation.Fixed, Means = means, Deviations = deviations },
            MaxLength = Shape.MaxLength,
            Means = means,
            Deviations = deviations,
            Classes = ((ClassOutput)Shape.Output).Classes,
        };
    }

    private SequenceRecord Fitted(SequenceRecord record)
    {
        if (record.Content is not SequenceContent.Levels { Channels: 1, Values: { Length: Side * Side } pixels })
            throw new LengthwiseException(
                ExitCode.Data, $"{record.Where}: found no grey picture of {Side} x {Side}, which fashion-mnist needs",
                "give IDX files (…-images-idx3-ubyte), or PNG or JPEG files of that size with bright clothes on black");
        if (settings.Side == Side) return record;
        float[] halved = [.. Images.Halved(pixels.Span).Select(grey => 255 * grey)];
        return record with { Content = new SequenceContent.Reals(halved, 1) };
    }

    private (Images Train, Images Test) Embedded() => (
        Images.Of(settings.Side, Embedded("train-labels-idx1-ubyte.gz", 1), Embedded("train-images-0-idx3-ubyte.gz", 3), Embedded("train-images-1-idx3-ubyte.gz", 3)),
        Images.Of(settings.Side, Embedded("t10k-labels-idx1-ubyte.gz", 1), Embedded("t10k-images-idx3-ubyte.gz", 3)));

    private static Idx Embedded(string file, int dimensions)
    {
        using Stream resource = typeof(FashionMnist).Assembly.GetManifestResourceStream($"FashionMnist/{file}")!;
        return Idx.ReadGzip(resource, file, dimensions);
    }

    private (Images Train, Images Test) Full(DirectoryInfo cache, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        var files = new FashionMnistFiles(new TaskFolder(Name, Origin, cache).Find(settings.Path, progress, cancellation));
        (Idx trainImages, Idx trainLabels) = files.Read("train", FashionMnistSettings.AllTrainingImages);
        (Idx testImages, Idx testLabels) = files.Read("t10k", FashionMnistSettings.AllTestImages);
        return (Images.Of(settings.Side, trainLabels, trainImages), Images.Of(settings.Side, testLabels, testImages));
    }

    /// <summary>Images as grey values of 0 to 1, one after another, each row by row.</summary>
    private sealed record Images(float[] Grey, byte[] Labels, int Steps)
    {
        public static Images Of(int side, Idx labels, params Idx[] images)
        {
            byte[] pixels = [.. images.SelectMany(i => i.Bytes)];
            return new Images(side == Side ? [.. pixels.Select(p => p / 255f)] : Halved(pixels), labels.Bytes, side * side);
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

        public static float[] Halved(ReadOnlySpan<byte> pixels)
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
    }
}

/// <summary>Settings of <see cref="FashionMnist"/>.</summary>
public sealed record FashionMnistSettings : TaskSettings
{
    /// <summary>Training images that are embedded; training and validation are taken from them.</summary>
    internal const int TrainingImages = 5000;

    /// <summary>Training images of the official files.</summary>
    internal const int AllTrainingImages = 60_000;

    /// <summary>Test images of the official files.</summary>
    internal const int AllTestImages = 10_000;

    private const int TestImages = 1000;

    /// <summary>Width and height: 28, or 14 after 2 x 2 mean pooling. A sequence has side x side steps.</summary>
    [Range(14, 28)] public int Side { get; init; } = 28;

    /// <summary>Whether the four official files are read instead of the embedded subset: 60,000 and 10,000 images.</summary>
    public bool Full { get; init; }

    /// <summary>Full path of the folder with the official files; empty for what <c>lengthwise data get fashion-mnist</c> brought. Only with <see cref="Full"/>.</summary>
    public string Path { get; init; } = "";

    /// <summary>Training images, drawn from the 5,000, or from the 60,000 with <see cref="Full"/>.</summary>
    [Range(1, AllTrainingImages)] public int TrainSize { get; init; } = 4000;

    /// <summary>Validation images, others of the same.</summary>
    [Range(1, AllTrainingImages)] public int ValidationSize { get; init; } = 1000;

    /// <summary>Test images, the first of the 1,000, or of the 10,000 with <see cref="Full"/>.</summary>
    [Range(1, AllTestImages)] public int TestSize { get; init; } = 1000;

    /// <summary>Seed of the division into training and validation; not the run's seed, so that all runs see the same data.</summary>
    [Range(0, long.MaxValue)] public long Seed { get; init; } = 1;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        int most = Full ? AllTrainingImages : TrainingImages, mostTest = Full ? AllTestImages : TestImages;
        if (Side is not (14 or 28)) yield return $"'side' is {Side}; expected 14 or 28";
        if (TrainSize + ValidationSize > most)
            yield return $"'train_size' {TrainSize} and 'validation_size' {ValidationSize} sum to more than the {most} {(Full ? "" : "embedded ")}training images{(Full ? "" : "; 'full = true' reads the official 60,000")}";
        if (TestSize > mostTest) yield return $"'test_size' {TestSize} is above the {mostTest} {(Full ? "" : "embedded ")}test images";
        if (Path.Length > 0 && !Full) yield return "'path' without 'full = true' does nothing; set both";
        if (Path.Length > 0 && !System.IO.Path.IsPathFullyQualified(Path))
            yield return $"'path' is '{Path}'; expected a full path, since results must not depend on the current folder";
    }
}

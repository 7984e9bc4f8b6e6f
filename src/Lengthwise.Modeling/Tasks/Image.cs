using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Records.Conversion;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Tasks.Files;

namespace Lengthwise.Modeling.Tasks;

/// <summary>Image of Long Range Arena: what is on a grey picture, read pixel by pixel?</summary>
/// <remarks>
/// <code>
/// grey   122 130 141 … 88        (1,024 steps)
/// label  frog
/// </code>
/// CIFAR-10, grey by ITU-R 601 luma, as one real channel with mean 122.6 and deviation 61 (S4, self-pretraining), or as 256 kinds of
/// tokens (the original pipeline). Validation is a tenth of the training pictures, in equal shares of the classes when the split is clean.
/// </remarks>
[SequenceTask("image", typeof(ImageSettings))]
public sealed class Image(ImageSettings settings) : FileTask<ImageSettings>(settings)
{
    /// <inheritdoc/>
    public override string Name => "image";

    /// <inheritdoc/>
    public override string Summary => "what is on a grey picture? (CIFAR-10 by pixels, Long Range Arena's Image)";

    /// <inheritdoc/>
    public override int Version => 1;

    /// <inheritdoc/>
    public override TaskShape Shape { get; } = new(
        settings.Input == PixelInput.Real ? new RealInput(1) : new TokenInput([.. new[] { "<mask>", "<pad>", "<unk>", "<eos>" }, .. ProbeSymbols.Names("", 256)]),
        new ClassOutput(Cifar.Classes),
        Cifar.Side * Cifar.Side,
        0.1);

    /// <inheritdoc/>
    public override double DefaultMaskRatio => 0.50;

    /// <inheritdoc/>
    public override string Citation => "Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009; Tay et al., Long Range Arena, ICLR 2021";

    /// <inheritdoc/>
    public override string Licence => "none stated; free for research";

    /// <inheritdoc/>
    public override DataOrigin Origin => Cifar.Origin;

    /// <inheritdoc/>
    protected override IReadOnlyList<string>? Classes => Cifar.Classes;

    private protected override EncodingPlan Encoding => Settings.Input == PixelInput.Discrete
        ? new EncodingPlan { Kind = EncodingKind.Levels }
        : new EncodingPlan { Kind = EncodingKind.Reals, Normalisation = Normalisation.Fixed, Means = [122.6f], Deviations = [61f] };

    private protected override SplitPlan Division => new() { ValidationShare = 0.1 };

    private protected override IEnumerable<string> NotesOf(FileSource source) => SCifar.Notes(source, IsPublished);

    private protected override FileSource Open(FileSystemInfo files) => Cifar.Open(files, Settings.Layout, isColour: false)
        ?? throw NotFound(files, "data_batch_1.bin … and test_batch.bin, …train-images-idx3-ubyte and …test-images-idx3-ubyte with their labels, or train/CLASS and test/CLASS with PNG or JPEG files");
}

/// <summary>What a pixel is to a model.</summary>
public enum PixelInput
{
    /// <summary>One real channel.</summary>
    Real,

    /// <summary>One of 256 tokens.</summary>
    Discrete,
}

/// <summary>Settings of <see cref="Image"/>.</summary>
public sealed record ImageSettings : CifarSettings
{
    /// <summary>What a pixel is.</summary>
    public PixelInput Input { get; init; } = PixelInput.Real;
}

using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Records.Conversion;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Records.Readers;
using Lengthwise.Modeling.Tasks.Files;

namespace Lengthwise.Modeling.Tasks;

/// <summary>Sequential CIFAR-10 in colour: three channels a step. Not to be confused with Long Range Arena's grey <see cref="Image"/>.</summary>
/// <remarks>
/// <code>
/// red    59 43 50 …
/// green  62 46 48 …        (1,024 steps)
/// blue   63 45 43 …
/// label  frog
/// </code>
/// Means (0.4914, 0.4822, 0.4465) and deviations (0.247, 0.243, 0.261) of values in 0 to 1, as S4 and its followers use.
/// </remarks>
[SequenceTask("scifar", typeof(SCifarSettings))]
public sealed class SCifar(SCifarSettings settings) : FileTask<SCifarSettings>(settings)
{
    /// <inheritdoc/>
    public override string Name => "scifar";

    /// <inheritdoc/>
    public override string Summary => "what is on a colour picture? (CIFAR-10 by pixels, three channels)";

    /// <inheritdoc/>
    public override int Version => 1;

    /// <inheritdoc/>
    public override TaskShape Shape { get; } = new(new RealInput(3), new ClassOutput(Cifar.Classes), Cifar.Side * Cifar.Side, 0.1);

    /// <inheritdoc/>
    public override double DefaultMaskRatio => 0.50;

    /// <inheritdoc/>
    public override string Citation => "Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009";

    /// <inheritdoc/>
    public override string Licence => "none stated; free for research";

    /// <inheritdoc/>
    public override DataOrigin Origin => Cifar.Origin;

    /// <inheritdoc/>
    protected override IReadOnlyList<string>? Classes => Cifar.Classes;

    private protected override EncodingPlan Encoding => new()
    {
        Kind = EncodingKind.Reals,
        Normalisation = Normalisation.Fixed,
        Means = [255 * 0.4914f, 255 * 0.4822f, 255 * 0.4465f],
        Deviations = [255 * 0.247f, 255 * 0.243f, 255 * 0.261f],
    };

    private protected override SplitPlan Division => new() { ValidationShare = 0.1 };

    /// <summary>What a person should know of any run on these pictures.</summary>
    internal static IEnumerable<string> Notes(FileSource source, bool isPublished)
    {
        yield return Cifar.KnownLeak;
        if (isPublished) yield return "the published validation pictures were drawn by another generator; as many are drawn here, others";
        if (source.Files.Any(f => f.Extension is ".jpg" or ".jpeg")) yield return "the pictures are JPEG, so pixels differ from the official ones; report scores as 'CIFAR-10, JPEG copy'";
    }

    private protected override IEnumerable<string> NotesOf(FileSource source) => Notes(source, IsPublished);

    private protected override ReadSettings ForPrediction => new() { Colour = ImageColour.Rgb, KeepsLevels = true };

    private protected override FileSource Open(FileSystemInfo files) => Cifar.Open(files, Settings.Layout, isColour: true)
        ?? throw NotFound(files, "data_batch_1.bin … and test_batch.bin, or train/CLASS and test/CLASS with PNG or JPEG files");
}

/// <summary>Settings of <see cref="SCifar"/>.</summary>
public sealed record SCifarSettings : CifarSettings;

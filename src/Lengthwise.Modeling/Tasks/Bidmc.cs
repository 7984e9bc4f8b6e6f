using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Lengthwise.Modeling.Data.Downloads;
using Lengthwise.Modeling.Records.Conversion;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Tasks.Files;

namespace Lengthwise.Modeling.Tasks;

/// <summary>Vital signs of a patient from 32 seconds of pulse wave and electrocardiogram: heart rate, breathing rate or oxygen saturation.</summary>
/// <remarks>
/// <code>
/// PLETH   0.43 0.42 0.42 …
/// II      0.73 0.67 0.58 …      (4,000 steps, 125 a second)
/// target  94 beats a minute
/// </code>
/// BIDMC of PhysioNet, windows of 4,000 samples each 375 (3 s), which gives the 150 windows a patient of the published sets (TSER archive).
/// Assumption: the target is the mean of the monitor's values, one a second, over the window. Published comparisons shuffle the windows, so a
/// patient stands in all splits; clean divides by patient.
/// </remarks>
[SequenceTask("bidmc", typeof(BidmcSettings))]
public sealed class Bidmc(BidmcSettings settings) : FileTask<BidmcSettings>(settings)
{
    private const int Records = 53;
    private const string Address = "https://physionet.org/files/bidmc/1.0.0/";

    /// <inheritdoc/>
    public override string Name => "bidmc";

    /// <inheritdoc/>
    public override string Summary => "heart rate, breathing rate or oxygen saturation from 32 s of signals (regression)";

    /// <inheritdoc/>
    public override int Version => 1;

    /// <inheritdoc/>
    public override TaskShape? Shape => null;

    /// <inheritdoc/>
    public override string Metric => "rmse";

    /// <inheritdoc/>
    public override double DefaultMaskRatio => 0.25;

    /// <inheritdoc/>
    public override string Citation =>
        "Pimentel et al., IEEE Trans. Biomed. Eng. 64(8), 2017; Goldberger et al., PhysioNet, Circulation 101(23), 2000; windows: Tan et al., Time Series Extrinsic Regression, 2021";

    /// <inheritdoc/>
    public override string Licence => "Open Data Commons Attribution 1.0";

    /// <inheritdoc/>
    public override DataOrigin Origin { get; } = new("PhysioNet")
    {
        Folder = "bidmc",
        SumsFile = "SHA256SUMS.txt",
        Files =
        [
            new DownloadItem("SHA256SUMS.txt", new Uri(Address + "SHA256SUMS.txt")),
            .. from number in Enumerable.Range(1, Records)
               from kind in (string[])["Signals", "Numerics"]
               let name = string.Create(CultureInfo.InvariantCulture, $"bidmc_csv/bidmc_{number:00}_{kind}.csv")
               select new DownloadItem(name, new Uri(Address + name)),
        ],
        Contents = "53 records of 8 minutes, signals and vital signs as CSV",
    };

    /// <inheritdoc/>
    protected override IReadOnlyList<string>? Classes => null;

    private protected override EncodingPlan Encoding => new() { Kind = EncodingKind.Reals, Normalisation = Normalisation.Channel };

    // 70 / 15 / 15 as published.
    private protected override SplitPlan Division => new() { ValidationShare = 0.15, TestShare = 0.15, KeepsGroups = !IsPublished };

    private protected override IEnumerable<string> NotesOf(FileSource source)
    {
        if (IsPublished) yield return "leak: windows are shuffled before they are divided, as published, so every patient stands in all splits";
    }

    private protected override FileSource Open(FileSystemInfo files) =>
        BidmcFiles.Open(files, new BidmcWindows(Settings.Target, Settings.Length, Settings.Stride))
        ?? throw NotFound(files, "bidmc_NN_Signals.csv with bidmc_NN_Numerics.csv, or bidmc50_signals.i16le with bidmc50_numerics.csv, the latter plain or with .gz");
}

/// <summary>What is predicted.</summary>
public enum VitalSign
{
    /// <summary>Heart rate, beats a minute.</summary>
    Hr,

    /// <summary>Breathing rate, breaths a minute.</summary>
    Rr,

    /// <summary>Oxygen saturation, percent.</summary>
    Spo2,
}

/// <summary>Settings of <see cref="Bidmc"/>.</summary>
public sealed record BidmcSettings : FileTaskSettings
{
    /// <summary>What is predicted.</summary>
    public VitalSign Target { get; init; } = VitalSign.Hr;

    /// <summary>Samples of a window, 125 a second.</summary>
    [Range(125, 60_000)] public int Length { get; init; } = 4000;

    /// <summary>Samples from the beginning of one window to that of the next.</summary>
    [Range(1, 60_000)] public int Stride { get; init; } = 375;
}

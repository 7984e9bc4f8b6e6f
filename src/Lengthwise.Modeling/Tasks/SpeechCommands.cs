using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Data.Downloads;
using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Conversion;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Records.Readers;
using Lengthwise.Modeling.Tasks.Files;

namespace Lengthwise.Modeling.Tasks;

/// <summary>Which word is spoken in one second of raw audio?</summary>
/// <remarks>
/// <code>
/// samples  -0.0003 0.0001 0.0012 …     (16,000 steps, 16 kHz)
/// label    stop
/// </code>
/// Speech Commands 0.02, all 35 words or the ten commands (SC10). Splits are the official lists, which keep speakers apart; clips shorter than a
/// second are padded with zeros at the end, and everything is standardised by the training clips. The published SC10 is another thing: only
/// clips of exactly a second, shuffled, with speakers in all splits.
/// </remarks>
[SequenceTask("speech-commands", typeof(SpeechCommandsSettings))]
public sealed class SpeechCommands(SpeechCommandsSettings settings) : FileTask<SpeechCommandsSettings>(settings)
{
    private static readonly string[] AllWords =
    [
        "backward", "bed", "bird", "cat", "dog", "down", "eight", "five", "follow", "forward", "four", "go", "happy", "house", "learn", "left", "marvin", "nine",
        "no", "off", "on", "one", "right", "seven", "sheila", "six", "stop", "three", "tree", "two", "up", "visual", "wow", "yes", "zero",
    ];

    private static readonly string[] Commands = ["down", "go", "left", "no", "off", "on", "right", "stop", "up", "yes"];

    /// <inheritdoc/>
    public override string Name => "speech-commands";

    /// <inheritdoc/>
    public override string Summary => "which word is spoken? (Speech Commands as raw audio, 35 or 10 words)";

    /// <inheritdoc/>
    public override int Version => 1;

    /// <inheritdoc/>
    public override TaskShape Shape { get; } = new(new RealInput(1), new ClassOutput(WordsOf(settings)), settings.SampleRate, 1.0 / settings.Words);

    /// <inheritdoc/>
    public override double DefaultMaskRatio => 0.25;

    /// <inheritdoc/>
    public override string Citation => "Warden, Speech Commands: A Dataset for Limited-Vocabulary Speech Recognition, arXiv:1804.03209, 2018";

    /// <inheritdoc/>
    public override string Licence => "CC BY 4.0";

    /// <inheritdoc/>
    public override DataOrigin Origin { get; } = new("Google")
    {
        Folder = "speech-commands",
        Files =
        [
            new DownloadItem("speech_commands_v0.02.tar.gz", new Uri("https://storage.googleapis.com/download.tensorflow.org/data/speech_commands_v0.02.tar.gz"))
            {
                Bytes = 2_428_923_189,
                Checksum = Checksum.Md5("6b74f3901214cb2c2934e98196829835"),
            },
        ],
        Contents = "105,829 clips of 35 words, lists of validation and test clips",
    };

    /// <inheritdoc/>
    protected override IReadOnlyList<string>? Classes => WordsOf(Settings);

    private bool IsPublishedTen => IsPublished && Settings.Words == Commands.Length;

    private protected override EncodingPlan Encoding => new() { Kind = EncodingKind.Reals, MaxLength = Settings.SampleRate, Normalisation = Normalisation.Channel };

    // 70 / 15 / 15 where no list says it.
    private protected override SplitPlan Division => new() { ValidationShare = 0.15, TestShare = 0.15, KeepsGroups = !IsPublishedTen };

    private protected override IEnumerable<string> NotesOf(FileSource source)
    {
        if (Settings.SampleRate != SpeechFiles.OriginalRate) yield return FormattableString.Invariant($"resampled to {Settings.SampleRate} samples a second; compare its scores with nothing published");
        if (IsPublishedTen) yield return "leak: clips are shuffled before they are divided, as in the published SC10, so speakers stand in all splits; its order of files is not reproducible";
    }

    private protected override ReadSettings ForPrediction => new() { SampleRate = Settings.SampleRate };

    // Clips of less than a second were padded with zeros in training.
    private protected override SequenceRecord Adapt(SequenceRecord record)
    {
        if (record.Content is not SequenceContent.Reals { Channels: 1 } clip || clip.Values.Length >= Settings.SampleRate) return record;
        var padded = new float[Settings.SampleRate];
        clip.Values.CopyTo(padded);
        return record with { Content = new SequenceContent.Reals(padded, 1) };
    }

    private protected override FileSource Open(FileSystemInfo files) =>
        SpeechFiles.Open(files, WordsOf(Settings), Settings.SampleRate, isShuffled: IsPublishedTen)
        ?? throw NotFound(files, $"a folder of WAV files for each of the {Settings.Words} words, with validation_list.txt and testing_list.txt, or with manifest.csv");

    private static string[] WordsOf(SpeechCommandsSettings settings) => settings.Words == Commands.Length ? Commands : AllWords;
}

/// <summary>Settings of <see cref="SpeechCommands"/>.</summary>
public sealed record SpeechCommandsSettings : FileTaskSettings
{
    /// <summary>35 for all words, 10 for the commands yes, no, up, down, left, right, on, off, stop and go.</summary>
    [AllowedValues(10, 35)] public int Words { get; init; } = 35;

    /// <summary>Samples a second, and steps of a clip; below 16,000 clips are resampled, which makes sequences shorter and words harder to tell.</summary>
    [Range(500, 16_000)] public int SampleRate { get; init; } = 16_000;
}

using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Lengthwise.Modeling.Data.Downloads;
using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Conversion;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Tasks.Files;

namespace Lengthwise.Modeling.Tasks;

/// <summary>Text of Long Range Arena: is a film review favourable, read letter by letter?</summary>
/// <remarks>
/// <code>
/// characters  I   l o v e d   t h i s … &lt;eos&gt;
/// label       pos
/// </code>
/// IMDB reviews as the S4 and self-pretraining papers read them: Unicode characters of the raw text with its markup, those that occur at
/// least 15 times in the training rows, &lt;eos&gt; within the limit of 4,096. IMDB has no validation split: published comparisons select on the test
/// split; clean takes a tenth of the training reviews, whole films at a time where the files say which film a review is of.
/// </remarks>
[SequenceTask("text", typeof(TextSettings))]
public sealed class Text(TextSettings settings) : FileTask<TextSettings>(settings)
{
    private const long MostBytes = 16 << 20;

    /// <inheritdoc/>
    public override string Name => "text";

    /// <inheritdoc/>
    public override string Summary => "is a film review favourable? (IMDB by characters or bytes, Long Range Arena's Text)";

    /// <inheritdoc/>
    public override int Version => 1;

    /// <inheritdoc/>
    public override TaskShape? Shape => null;

    /// <inheritdoc/>
    public override double DefaultMaskRatio => 0.15;

    /// <inheritdoc/>
    public override string Citation => "Maas et al., Learning Word Vectors for Sentiment Analysis, ACL 2011; Tay et al., Long Range Arena, ICLR 2021";

    /// <inheritdoc/>
    public override string Licence => "no formal licence; public for research";

    /// <inheritdoc/>
    public override DataOrigin Origin { get; } = new("Stanford")
    {
        Folder = "imdb",
        Files =
        [
            new DownloadItem("aclImdb_v1.tar.gz", new Uri("https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz"))
            {
                Checksum = Checksum.Md5("7c2ac02c03563afcf9b574c7e56c153a"),
            },
        ],
        Contents = "25,000 training and 25,000 test reviews, 50,000 without a label",
    };

    /// <inheritdoc/>
    protected override IReadOnlyList<string>? Classes => ["neg", "pos"];

    private protected override EncodingPlan Encoding => new()
    {
        Kind = Settings.Level == TextLevel.Bytes ? EncodingKind.Bytes : EncodingKind.Characters,
        MaxLength = Settings.MaxLength,
        AppendsEos = true,
        MinCount = Settings.Level == TextLevel.Bytes ? 1 : Settings.MinCount,
    };

    private protected override SplitPlan Division => new() { ValidationShare = Settings.ValidationShare, SelectsOnTest = IsPublished };

    private protected override IEnumerable<string> NotesOf(FileSource source)
    {
        if (IsPublished) yield return "leak: the test split selects too, as in the published comparisons; scores are optimistic";
        if (Settings.Unlabelled) yield return "train/unsup is pretrained on, which no published comparison does";
    }

    private protected override FileSource Open(FileSystemInfo files)
    {
        DirectoryInfo root = FolderSearch.Find(files, folder => IsSplit(FolderSearch.Child(folder, "train")) && IsSplit(FolderSearch.Child(folder, "test")))
            ?? throw NotFound(files, "a folder with train/pos, train/neg, test/pos and test/neg (aclImdb)");
        var all = new List<FileInfo>();
        var parts = new List<RecordPart>();
        foreach ((string split, string kind) in (ReadOnlySpan<(string, string)>)[("train", "neg"), ("train", "pos"), ("train", "unsup"), ("test", "neg"), ("test", "pos")])
        {
            if (kind == "unsup" && !Settings.Unlabelled) continue;
            DirectoryInfo folder = FolderSearch.Child(FolderSearch.Child(root, split)!, kind)
                ?? throw new LengthwiseException(ExitCode.Data, $"reading text: '{root.FullName}' has no {split}/{kind}", "'task.unlabelled' needs the folder train/unsup of the official archive");
            FileInfo[] reviews = [.. FolderSearch.Files(folder, ".txt").OrderBy(Number)];
            string[] films = Films(new FileInfo(Path.Combine(root.FullName, split, $"urls_{kind}.txt")));
            SplitName into = split == "train" ? SplitName.Train : SplitName.Test;
            all.AddRange(reviews);
            parts.AddRange(FileSource.PartsOf($"{split}/{kind}", reviews, (file, problems) => Read(file, into, kind, films, problems)));
        }
        return new FileSource(root, all, parts, $"{all.Count.ToString("N0", CultureInfo.InvariantCulture)} reviews in train and test", "class from the folder pos or neg");
    }

    private static bool IsSplit(DirectoryInfo? folder) => folder is not null && FolderSearch.Child(folder, "pos") is not null && FolderSearch.Child(folder, "neg") is not null;

    // Files are called ID_STARS.txt; the line ID of urls_pos.txt is the address of the film.
    private static long Number(FileInfo file) =>
        long.TryParse(file.Name.AsSpan(0, Math.Max(0, file.Name.IndexOf('_'))), NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : long.MaxValue;

    private static string[] Films(FileInfo list) => list is { Exists: true, Length: < MostBytes } ? File.ReadAllLines(list.FullName) : [];

    private static SequenceRecord? Read(FileInfo file, SplitName split, string kind, string[] films, BadRows problems)
    {
        long number = Number(file);
        bool isBad = file.Length is 0 or > MostBytes;
        if (isBad)
        {
            problems.Report(file.FullName, FormattableString.Invariant($"found {file.Length} bytes, expected a review of 1 to {MostBytes}"));
            return null;
        }
        string name = FormattableString.Invariant($"{split}/{kind}/{file.Name}").ToLowerInvariant();
        return new SequenceRecord
        {
            Where = file.FullName,
            Id = name,
            Group = number < films.Length ? films[number] : null,
            Split = split,
            Label = kind == "unsup" ? null : kind,
            Content = new SequenceContent.Text(File.ReadAllBytes(file.FullName)),
        };
    }
}

/// <summary>What a step of text is.</summary>
public enum TextLevel
{
    /// <summary>A Unicode character; the vocabulary comes from the training rows.</summary>
    Characters,

    /// <summary>A byte of UTF-8; 256 kinds.</summary>
    Bytes,
}

/// <summary>Settings of <see cref="Text"/>; the defaults are those of the S4 pipeline.</summary>
public sealed record TextSettings : FileTaskSettings
{
    /// <summary>What a step is.</summary>
    public TextLevel Level { get; init; } = TextLevel.Characters;

    /// <summary>Longest sequence in steps, with the end symbol; longer reviews are cut at the end.</summary>
    [Range(2, 1_000_000)] public int MaxLength { get; init; } = 4096;

    /// <summary>Characters that occur less often in the training rows become <c>&lt;unk&gt;</c>; no effect on bytes.</summary>
    [Range(1, 1_000_000)] public int MinCount { get; init; } = 15;

    /// <summary>Share of the training reviews that validates when the split is clean.</summary>
    [Range(0.001, 0.5)] public double ValidationShare { get; init; } = 0.1;

    /// <summary>Whether the 50,000 reviews of train/unsup are pretrained on.</summary>
    public bool Unlabelled { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        foreach (string problem in base.Validate()) yield return problem;
        var defaults = new TextSettings();
        if (Level == TextLevel.Bytes && MinCount != defaults.MinCount) yield return "'min_count' has no effect on bytes, whose 256 kinds are all known; leave it out";
        if (Split == SplitRule.Published && ValidationShare != defaults.ValidationShare)
            yield return "'validation_share' has no effect when the published split selects on the test rows; leave it out";
    }
}

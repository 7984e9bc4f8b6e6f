using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Records.Conversion;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Tasks.Files;

namespace Lengthwise.Modeling.Tasks;

/// <summary>Retrieval of Long Range Arena: does one paper cite the other, both read letter by letter?</summary>
/// <remarks>
/// <code>
/// first    W e   p r e s e n t   a … &lt;eos&gt;
/// second   T h i s   p a p e r … &lt;eos&gt;
/// label    1
/// </code>
/// Two layouts: the release's <c>new_aan_pairs.{train,eval,test}.tsv</c>, and documents and pairs in files of their own
/// (<c>acl_docs.jsonl</c>, <c>acl_pairs.tsv</c>). Characters as in the S4 pipeline, each document within 4,000 steps with its &lt;eos&gt;. Documents recur
/// across the published splits; clean leaves out every training pair that shares a document with validation or test.
/// </remarks>
[SequenceTask("retrieval", typeof(RetrievalSettings))]
public sealed class Retrieval(RetrievalSettings settings) : FileTask<RetrievalSettings>(settings)
{
    /// <inheritdoc/>
    public override string Name => "retrieval";

    /// <inheritdoc/>
    public override string Summary => "does one paper cite the other? (pairs of documents, Long Range Arena's Retrieval)";

    /// <inheritdoc/>
    public override int Version => 1;

    /// <inheritdoc/>
    public override TaskShape? Shape => null;

    /// <inheritdoc/>
    public override double DefaultMaskRatio => 0.15;

    /// <inheritdoc/>
    public override string Citation =>
        "Radev et al., The ACL Anthology Network Corpus, Language Resources and Evaluation, 2013; Tay et al., Long Range Arena, ICLR 2021";

    /// <inheritdoc/>
    public override string Licence => "texts of papers, terms of the ACL Anthology; no licence of the pairs is stated";

    /// <inheritdoc/>
    public override DataOrigin Origin { get; } = new("Long Range Arena's release")
    {
        Folder = "retrieval",
        Contents = "147,086 training, 18,090 validation and 17,437 test pairs of papers",
        ByHand = "get lra_release.gz (8 GB, a tar archive) from https://github.com/google-research/long-range-arena, unpack its folder tsv_data, and give that folder in 'task.path'",
    };

    /// <inheritdoc/>
    protected override IReadOnlyList<string>? Classes => ["0", "1"];

    private protected override EncodingPlan Encoding => new()
    {
        Kind = Settings.Level == TextLevel.Bytes ? EncodingKind.Bytes : EncodingKind.Characters,
        MaxLength = Settings.MaxLength,
        AppendsEos = true,
    };

    // The second documents of published pairs recur, so only the first ones could be kept whole; the files divide anyway.
    private protected override SplitPlan Division => new() { KeepsGroups = !IsPublished };

    private protected override IEnumerable<string> NotesOf(FileSource source)
    {
        yield return IsPublished
            ? "leak: documents of validation and test pairs also stand in training pairs, as in the published division"
            : "training pairs that share a document with validation or test are left out";
    }

    private protected override FileSource Open(FileSystemInfo files)
    {
        bool dropsShared = !IsPublished;
        if (FolderSearch.Find(files, ReleasePairs.IsHere) is { } release) return ReleasePairs.Open(release, dropsShared);
        if (FolderSearch.Find(files, DocumentPairs.IsHere) is { } documents) return DocumentPairs.Open(documents, dropsShared);
        throw NotFound(files, "new_aan_pairs.train.tsv, new_aan_pairs.eval.tsv and new_aan_pairs.test.tsv, or acl_docs.jsonl and acl_pairs.tsv, each plain or with .gz");
    }
}

/// <summary>Settings of <see cref="Retrieval"/>; the defaults are those of the S4 pipeline.</summary>
public sealed record RetrievalSettings : FileTaskSettings
{
    /// <summary>What a step is.</summary>
    public TextLevel Level { get; init; } = TextLevel.Characters;

    /// <summary>Longest document in steps, with the end symbol; longer ones are cut at the end.</summary>
    [Range(2, 1_000_000)] public int MaxLength { get; init; } = 4000;
}

using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Conversion;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Records.Readers;

namespace Lengthwise.Modeling.Tasks;

/// <summary>A person's own files: sequences of text, symbols or real channels, with classes, numbers to predict, or nothing at all.</summary>
/// <remarks>docs/own-data.md says which files can be read and how. Rows without a label are used for pretraining.</remarks>
[SequenceTask("own-data", typeof(OwnDataSettings))]
public sealed class OwnData(OwnDataSettings settings) : SequenceTask
{
    /// <inheritdoc/>
    public override string Name => "own-data";

    /// <inheritdoc/>
    public override string Summary => "your own files: tables, JSON lines, Parquet, NumPy, HDF5, .ts, folders of text, images or WAV";

    /// <inheritdoc/>
    public override int Version => 1;

    /// <inheritdoc/>
    public override TaskShape? Shape => null;

    /// <summary>Text is masked as the published text tasks are, real channels as audio and vital signs are (spt-protocol section 2).</summary>
    public override double DefaultMaskRatio => settings.Content is ContentKind.Bytes or ContentKind.Characters or ContentKind.Symbols ? 0.15 : 0.25;

    /// <inheritdoc/>
    public override string Citation => "yours";

    /// <inheritdoc/>
    public override string Licence => "yours";

    /// <inheritdoc/>
    public override DataOrigin Origin { get; } = new("your own files");

    /// <inheritdoc/>
    public override PreparedTask Prepare(DirectoryInfo cache, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        RecordSource source = RecordSources.Open(settings);
        return RecordConversion.Prepare(
            new ConversionRequest
            {
                Task = Name,
                Version = Version,
                // Where the files lie is not part of what they are.
                Settings = settings with { Path = System.IO.Path.GetFileName(settings.Path.TrimEnd('/')) },
                Source = source,
                Encoding = PlanFor,
                Split = new SplitPlan
                {
                    ValidationShare = settings.ValidationShare,
                    TestShare = settings.TestShare,
                    Folds = settings.Folds,
                    Fold = settings.Fold,
                    Seed = settings.Seed,
                },
                MaySkipBadRows = settings.OnBadRow == BadRowRule.Skip,
            },
            cache,
            progress,
            cancellation);
    }

    /// <summary>
    /// Reads new rows as the old ones were read. Where columns of labels, targets, groups or splits are named that the new file lacks, it is read
    /// without them: what is to be predicted need not be known.
    /// </summary>
    public override RecordSource OpenForPrediction(string path)
    {
        OwnDataSettings same = settings with { Path = path };
        try
        {
            return RecordSources.Open(same, withSplits: false);
        }
        catch (LengthwiseException) when (NamesLabels)
        {
            const string none = ReadSettings.None;
            return RecordSources.Open(
                same with { LabelColumn = none, TargetColumns = [], GroupColumn = none, SplitColumn = none, LabelTable = null, LabelPattern = null }, withSplits: false);
        }
    }

    private bool NamesLabels =>
        settings.TargetColumns.Count > 0 || settings.LabelTable is not null || settings.LabelPattern is not null
        || new[] { settings.LabelColumn, settings.GroupColumn, settings.SplitColumn }.Any(c => c is not (ReadSettings.Auto or ReadSettings.None));

    private EncodingPlan PlanFor(SequenceContent first) => new()
    {
        Kind = (first, settings.Content) switch
        {
            (SequenceContent.Text, ContentKind.Characters) => EncodingKind.Characters,
            (SequenceContent.Text, _) => EncodingKind.Bytes,
            (SequenceContent.Symbols, _) => EncodingKind.Symbols,
            (SequenceContent.Levels { Channels: 1 }, ContentKind.Symbols or ContentKind.Bytes) => EncodingKind.Levels,
            _ => EncodingKind.Reals,
        },
        MaxLength = settings.MaxLength,
        MinCount = settings.MinCount,
        Normalisation = settings.Normalisation,
        Missing = settings.FillMissing,
    };
}

/// <summary>Settings of <see cref="OwnData"/>: how files are read, and what becomes of the rows.</summary>
public sealed record OwnDataSettings : ReadSettings
{
    /// <summary>Longest sequence in steps; longer ones are cut at the end, counted and said. 0 keeps all.</summary>
    [Range(0, int.MaxValue)] public int MaxLength { get; init; }

    /// <summary>Characters and symbols that occur less often in the training rows become <c>&lt;unk&gt;</c>.</summary>
    [Range(1, int.MaxValue)] public int MinCount { get; init; } = 1;

    /// <summary>How real channels are scaled: <c>channel</c> by the training rows, <c>sequence</c> each by itself, or <c>none</c>.</summary>
    public Normalisation Normalisation { get; init; } = Normalisation.Channel;

    /// <summary>What stands for missing values, where <c>missing = "keep"</c> lets them in.</summary>
    public MissingValues FillMissing { get; init; } = MissingValues.Mean;

    /// <summary>Share of all rows that becomes validation where the files name none.</summary>
    [Range(0.0001, 0.9)] public double ValidationShare { get; init; } = 0.1;

    /// <summary>Share of all rows that becomes test where the files name none.</summary>
    [Range(0.0001, 0.9)] public double TestShare { get; init; } = 0.2;

    /// <summary>Folds of a cross-validation, groups kept whole; 0 for a hold-out.</summary>
    [Range(0, 1000)] public int Folds { get; init; }

    /// <summary>The fold that is tested on, from 0; a comparison a fold, with the same seed.</summary>
    [Range(0, 999)] public int Fold { get; init; }

    /// <summary>Seed of the division; not the run's seed, so that all runs see the same data.</summary>
    [Range(0, long.MaxValue)] public long Seed { get; init; } = 1;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        foreach (string problem in base.Validate()) yield return problem;
        if (Folds == 0 && ValidationShare + TestShare >= 1) yield return "'validation_share' and 'test_share' leave nothing to train on";
        if (Folds == 1) yield return "'folds' is 1, expected 0 for a hold-out or at least 2";
        if (Fold >= Math.Max(1, Folds)) yield return FormattableString.Invariant($"'fold' is {Fold}, expected 0 to {Math.Max(1, Folds) - 1}");
        if (Normalisation == Normalisation.Fixed) yield return "'normalisation' is 'fixed', which only built-in tasks can use; expected 'channel', 'sequence' or 'none'";
    }
}

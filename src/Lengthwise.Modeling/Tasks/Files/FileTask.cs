using Lengthwise.Modeling.Records;
using Lengthwise.Modeling.Records.Conversion;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Records.Readers;

namespace Lengthwise.Modeling.Tasks.Files;

/// <summary>A task on published files: finds them, converts them once, and says how they were divided.</summary>
/// <typeparam name="TSettings">Its settings.</typeparam>
public abstract class FileTask<TSettings> : SequenceTask
    where TSettings : FileTaskSettings
{
    /// <summary>Takes the settings.</summary>
    protected FileTask(TSettings settings) => Settings = settings;

    /// <summary>The settings.</summary>
    protected TSettings Settings { get; }

    /// <summary>Whether the splits are the published ones.</summary>
    protected bool IsPublished => Settings.Split == SplitRule.Published;

    /// <summary>Class names in the order of their labels; null for regression.</summary>
    protected abstract IReadOnlyList<string>? Classes { get; }

    /// <inheritdoc/>
    public sealed override PreparedTask Prepare(DirectoryInfo cache, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        FileSystemInfo files = new TaskFolder(Name, Origin, cache).Find(Settings.Path, progress, cancellation);
        FileSource all = Open(files), source = Settings.Share < 1 ? all.Thinned(Settings.Share, Settings.Seed) : all;
        var request = new ConversionRequest
        {
            Task = Name,
            Version = Version,
            Settings = Settings with { Path = source.NamesDigest() },
            Source = source,
            Encoding = _ => Encoding,
            Split = Division with { Seed = Settings.Seed },
            Classes = Classes,
            Metric = Metric,
            MaySkipBadRows = Settings.OnBadRow == BadRowRule.Skip,
            Notes = [IsPublished ? "split = published" : "split = clean", .. ShareNotes(), .. NotesOf(source)],
        };
        return RecordConversion.Prepare(request, cache, progress, cancellation);
    }

    /// <summary>
    /// Reads new files as the old ones were read: in the task's own layout where they have it, else as any files of their kind, with what the task
    /// does to every row.
    /// </summary>
    public sealed override RecordSource OpenForPrediction(string path)
    {
        FileSystemInfo files = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        try
        {
            if (files.Exists) return Open(files);
        }
        catch (LengthwiseException)
        {
            // Not the layout of the published files; the reader of any files says what it misses.
        }
        return new AdaptedSource(RecordSources.Open(ForPrediction with { Path = path }, withSplits: false), Adapt);
    }

    /// <summary>How files without the task's own layout are read for prediction.</summary>
    private protected virtual ReadSettings ForPrediction => new() { KeepsLevels = true };

    /// <summary>What the task does to a row that was not read in its own layout.</summary>
    private protected virtual SequenceRecord Adapt(SequenceRecord record) => record;

    private IEnumerable<string> ShareNotes()
    {
        if (Settings.Share < 1)
            yield return FormattableString.Invariant($"a share of {Settings.Share} of the rows of every split is used; compare its scores with nothing published");
    }

    /// <summary>How content becomes steps.</summary>
    private protected abstract EncodingPlan Encoding { get; }

    /// <summary>How rows are divided where the files do not say it.</summary>
    private protected abstract SplitPlan Division { get; }

    /// <summary>Recognises the layout of the files.</summary>
    /// <exception cref="LengthwiseException">Nothing that belongs to the task was found; the message says what was expected.</exception>
    private protected abstract FileSource Open(FileSystemInfo files);

    /// <summary>Leaks of the split, and what else a person should know.</summary>
    private protected abstract IEnumerable<string> NotesOf(FileSource source);

    /// <summary>The error for files of another kind.</summary>
    private protected LengthwiseException NotFound(FileSystemInfo files, string expected) => new(
        ExitCode.Data, $"reading {Name}: '{files.FullName}' holds none of the expected layouts: {expected}",
        Origin.Files.Count > 0 ? $"check 'task.path'; 'lengthwise data get {Name}' downloads the official files" : $"check 'task.path'; {Origin.ByHand}");
}

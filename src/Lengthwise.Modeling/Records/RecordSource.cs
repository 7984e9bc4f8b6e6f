namespace Lengthwise.Modeling.Records;

/// <summary>
/// Files of one kind, opened: records in a fixed order, cut into parts that can be read independently of each other, so that a
/// conversion can run in parallel and resume. Reading streams: no part is held in memory as a whole.
/// </summary>
public abstract class RecordSource
{
    /// <summary>The file or folder, for messages.</summary>
    public abstract string Name { get; }

    /// <summary>What was inferred or told about the layout, one line each, for <c>data check</c>: columns, channels, where labels come from.</summary>
    public abstract IReadOnlyList<string> Description { get; }

    /// <summary>Every file that the records depend on, in a fixed order; their content is what the cache is valid for.</summary>
    public abstract IReadOnlyList<FileInfo> Files { get; }

    /// <summary>Names of the regression targets, in the order of <see cref="SequenceRecord.Targets"/>; empty when rows have none.</summary>
    public virtual IReadOnlyList<string> TargetNames => [];

    /// <summary>Names of the real channels; empty when they have none, or for text and symbols.</summary>
    public virtual IReadOnlyList<string> ChannelNames => [];

    /// <summary>Parts in order; the concatenation of their records is the source.</summary>
    public abstract IReadOnlyList<RecordPart> Parts { get; }
}

/// <summary>A piece of a source: a file, some files of a folder, or a range of rows.</summary>
public abstract class RecordPart
{
    /// <summary>For progress: <c>train/pos (12 of 25)</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Bytes that will be read, for progress; 0 when unknown.</summary>
    public abstract long Bytes { get; }

    /// <summary>Reads the part from its beginning.</summary>
    /// <param name="problems">What to do with rows that cannot be read.</param>
    /// <param name="cancellation">Stops between records.</param>
    /// <exception cref="LengthwiseException">The file is missing or damaged, or a row is bad and may not be skipped.</exception>
    public abstract IEnumerable<SequenceRecord> Read(BadRows problems, CancellationToken cancellation);
}

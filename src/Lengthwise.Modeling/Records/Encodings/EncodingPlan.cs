namespace Lengthwise.Modeling.Records.Encodings;

/// <summary>How the content of records becomes what a model reads; what the training rows decide is found by <see cref="EncodingFit"/>.</summary>
public sealed record EncodingPlan
{
    /// <summary>Kind of elements.</summary>
    public required EncodingKind Kind { get; init; }

    /// <summary>Longest sequence in steps, with the end symbol; longer ones are cut at the end, counted and said. 0 keeps all.</summary>
    public int MaxLength { get; init; }

    /// <summary>Whether tokens end with <c>&lt;eos&gt;</c>, as in the S4 pipeline of Long Range Arena.</summary>
    public bool AppendsEos { get; init; }

    /// <summary>Characters and symbols that occur less often in the training rows become <c>&lt;unk&gt;</c>.</summary>
    public int MinCount { get; init; } = 1;

    /// <summary>How real channels are scaled.</summary>
    public Normalisation Normalisation { get; init; } = Normalisation.Channel;

    /// <summary>Mean per channel, for <see cref="Normalisation.Fixed"/>.</summary>
    public IReadOnlyList<float> Means { get; init; } = [];

    /// <summary>Deviation per channel, for <see cref="Normalisation.Fixed"/>.</summary>
    public IReadOnlyList<float> Deviations { get; init; } = [];

    /// <summary>What stands for missing values.</summary>
    public MissingValues Missing { get; init; } = MissingValues.Mean;
}

/// <summary>Kinds of elements.</summary>
public enum EncodingKind
{
    /// <summary>A token per byte of text: 256 kinds, whatever the data.</summary>
    Bytes,

    /// <summary>A token per Unicode character; the vocabulary comes from the training rows, most frequent first.</summary>
    Characters,

    /// <summary>A token per symbol; the vocabulary comes from the training rows, most frequent first.</summary>
    Symbols,

    /// <summary>A token per grey level: 256 kinds, whatever the data.</summary>
    Levels,

    /// <summary>Real channels.</summary>
    Reals,
}

/// <summary>Scalings of real channels.</summary>
public enum Normalisation
{
    /// <summary>Mean 0 and deviation 1 of each channel over the training rows.</summary>
    Channel,

    /// <summary>Mean 0 and deviation 1 of each channel within each sequence: for sequences whose scales differ by orders of magnitude.</summary>
    Sequence,

    /// <summary>Stated means and deviations.</summary>
    Fixed,

    /// <summary>None.</summary>
    None,
}

/// <summary>What stands for a missing value.</summary>
public enum MissingValues
{
    /// <summary>The channel's mean, which is 0 after normalisation.</summary>
    Mean,

    /// <summary>The last value before it; the mean where there is none.</summary>
    Previous,
}

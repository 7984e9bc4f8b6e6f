namespace Lengthwise.Modeling.Records;

/// <summary>
/// One sequence as a file gives it, before any vocabulary, normalisation or split. Readers make records; only
/// the conversion that follows knows what becomes of them.
/// </summary>
public sealed record SequenceRecord
{
    /// <summary>Where it stands, for messages: <c>trades.csv, row 12</c>.</summary>
    public required string Where { get; init; }

    /// <summary>The sequence.</summary>
    public required SequenceContent Content { get; init; }

    /// <summary>The other sequence of a pair (Retrieval); null for all other tasks.</summary>
    public SequenceContent? Second { get; init; }

    /// <summary>Name of the row, unique within a source where it has one; null when the source has none.</summary>
    public string? Id { get; init; }

    /// <summary>Patient, speaker, document or recording: rows of one group never stand in two splits of a clean division.</summary>
    public string? Group { get; init; }

    /// <summary>The split that the source itself assigns; null when it leaves that to us.</summary>
    public SplitName? Split { get; init; }

    /// <summary>Class name; null when the row is not labelled.</summary>
    public string? Label { get; init; }

    /// <summary>Regression targets in the units of the source, NaN where missing; null when the row has none.</summary>
    public float[]? Targets { get; init; }
}

/// <summary>The three splits.</summary>
public enum SplitName
{
    /// <summary>Is learned from.</summary>
    Train,

    /// <summary>Selects.</summary>
    Validation,

    /// <summary>Is read once.</summary>
    Test,
}

/// <summary>What a sequence consists of.</summary>
public abstract record SequenceContent
{
    /// <summary>Text that becomes bytes or characters, kept as it stands in the file.</summary>
    /// <param name="Utf8">UTF-8, not necessarily valid: bytes that are not count as unknown characters.</param>
    public sealed record Text(ReadOnlyMemory<byte> Utf8) : SequenceContent;

    /// <summary>Separate symbols: words of a formula, integers, pixel levels.</summary>
    /// <param name="Names">One per step.</param>
    public sealed record Symbols(IReadOnlyList<string> Names) : SequenceContent;

    /// <summary>Bytes that are already small integers, such as the grey levels of a picture: tokens of 256 kinds, or channels of 0 to 255.</summary>
    /// <param name="Values">Step-major [L, C].</param>
    /// <param name="Channels">C; only one can become tokens.</param>
    public sealed record Levels(ReadOnlyMemory<byte> Values, int Channels = 1) : SequenceContent;

    /// <summary>Real channels.</summary>
    /// <param name="Values">Step-major [L, C]; NaN where missing.</param>
    /// <param name="Channels">C.</param>
    public sealed record Reals(ReadOnlyMemory<float> Values, int Channels) : SequenceContent;
}

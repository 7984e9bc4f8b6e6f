namespace Lengthwise.Modeling.Records.Conversion;

/// <summary>What is remembered of a row while the others are read: all but its content.</summary>
internal sealed record RowFacts
{
    /// <summary>Where it stands, for messages.</summary>
    public required string Where { get; init; }

    /// <summary>Its name, or null.</summary>
    public string? Id { get; init; }

    /// <summary>Its group, or null.</summary>
    public string? Group { get; init; }

    /// <summary>The split that its source assigns, or null.</summary>
    public SplitName? Split { get; init; }

    /// <summary>Its class, or null.</summary>
    public string? Label { get; init; }

    /// <summary>Its targets, or null.</summary>
    public float[]? Targets { get; init; }

    /// <summary>Steps of its longest sequence, in the units of the encoding, without the end symbol.</summary>
    public required int Steps { get; init; }

    /// <summary>Values that are missing.</summary>
    public long Missing { get; init; }

    /// <summary>Whether the content is levels, which can be stored in bytes.</summary>
    public bool IsLevels { get; init; }

    /// <summary>Hash of the content: equal for duplicates.</summary>
    public required UInt128 Hash { get; init; }

    /// <summary>Whether it has a class or at least one target.</summary>
    public bool IsLabelled => Label is not null || (Targets is not null && Targets.Any(float.IsFinite));
}

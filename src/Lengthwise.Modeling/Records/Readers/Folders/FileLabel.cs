namespace Lengthwise.Modeling.Records.Readers.Folders;

/// <summary>What is known about a file besides its content.</summary>
internal sealed record FileLabel
{
    public static FileLabel None { get; } = new();

    public string? Label { get; init; }

    public string? Group { get; init; }

    public string? Id { get; init; }

    public SplitName? Split { get; init; }

    public float[]? Targets { get; init; }
}

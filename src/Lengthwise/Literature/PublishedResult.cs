using System.Text.Json.Serialization;

namespace Lengthwise.Literature;

/// <summary>A score that somebody published.</summary>
public sealed record PublishedResult
{
    /// <summary>The article or repository.</summary>
    public required string Source { get; init; }

    /// <summary>Table, figure or file in it.</summary>
    public required string Place { get; init; }

    /// <summary>Model, as the source calls it.</summary>
    public required string Model { get; init; }

    /// <summary>How it was trained: <c>scratch</c>, <c>masked</c>, <c>causal</c>, or the source's words; empty where it says nothing.</summary>
    public string Variant { get; init; } = "";

    /// <summary>Our task, or <see cref="PublishedResults.Average"/>.</summary>
    public required string Task { get; init; }

    /// <summary>What sets results of one task apart so far that they are never listed together: target, number of classes, convention of an average.</summary>
    public string Part { get; init; } = "";

    /// <summary><c>accuracy</c> in percent, or <c>rmse</c> in the units of the target.</summary>
    public required string Metric { get; init; }

    /// <summary>The score; null where the source reports that training failed.</summary>
    public double? Value { get; init; }

    /// <summary>How the number reached us.</summary>
    public required PublishedConfidence Confidence { get; init; }

    /// <summary>Deviation over seeds, special conditions; may be empty.</summary>
    public string Note { get; init; } = "";

    /// <summary>Whether a larger score is better.</summary>
    [JsonIgnore]
    public bool HigherIsBetter => Metric != "rmse";
}

/// <summary>How a published number reached us.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PublishedConfidence>))]
public enum PublishedConfidence
{
    /// <summary>Read in the source itself.</summary>
    [JsonStringEnumMemberName("exact")] Exact,

    /// <summary>Quoted by another article.</summary>
    [JsonStringEnumMemberName("second-hand")] SecondHand,
}

using System.Text.Json;
using Lengthwise.Experiments;

namespace Lengthwise.Diagnoses;

/// <summary>Everything that <c>lengthwise diagnose reach</c> found, <c>reach.json</c>.</summary>
public sealed record ReachDocument
{
    /// <summary>Name of the file in a folder of diagnoses.</summary>
    public const string FileName = "reach.json";

    /// <summary>Version of this format; raised when a key changes its meaning or goes away, not when one is added.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The run or comparison.</summary>
    public required string Title { get; init; }

    /// <summary>Steps that count as near.</summary>
    public required int Within { get; init; }

    /// <summary>The runs.</summary>
    public required IReadOnlyList<RunReach> Runs { get; init; }

    /// <summary>Runs that have no such profile.</summary>
    public IReadOnlyList<RunWithoutReach> Without { get; init; } = [];

    /// <summary>Means over seeds, and differences paired by seed.</summary>
    public required ReachSummary Summary { get; init; }

    /// <summary>Reads a document; null where there is none.</summary>
    /// <exception cref="LengthwiseException">The file is no such document.</exception>
    public static ReachDocument? Read(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize<ReachDocument>(File.ReadAllBytes(path), RecordJson.Document) ?? throw new JsonException("the file holds 'null'");
        }
        catch (JsonException e)
        {
            throw new LengthwiseException(ExitCode.Data, $"reading how far layers look from '{path}': {e.Message}", "delete the file and run 'lengthwise diagnose reach' again", e);
        }
    }

    /// <summary>The document as JSON, with a newline at its end.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RecordJson.Document) + "\n";
}

/// <summary>A run that could not be measured.</summary>
/// <param name="Run">Name of its folder.</param>
/// <param name="Reason">Why.</param>
public sealed record RunWithoutReach(string Run, string Reason);

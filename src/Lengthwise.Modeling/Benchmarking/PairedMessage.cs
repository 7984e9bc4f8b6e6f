using System.Text.Json;
using Lengthwise.Experiments;

namespace Lengthwise.Modeling.Benchmarking;

/// <summary>A line that a paired process hears: a case to prepare, or, without one, a step of the case that it has.</summary>
/// <param name="Case">What to prepare.</param>
/// <param name="Formulation">Whose formulation.</param>
/// <param name="Route">Name of the kernels' route.</param>
internal sealed record PairedRequest(StepCase? Case, StepFormulation Formulation, string Route)
{
    /// <summary>A step of the prepared case.</summary>
    public static PairedRequest Again { get; } = new(null, StepFormulation.Plain, "");

    /// <summary>One line of JSON.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, RecordJson.Line);

    /// <summary>The request of a line; null when it is none.</summary>
    public static PairedRequest? FromLine(string line) => PairedAnswer.Parse<PairedRequest>(line);
}

/// <summary>A line that a paired process answers with.</summary>
/// <param name="Sample">The step; null after preparing.</param>
/// <param name="PeakBytes">Largest resident memory of the process so far.</param>
/// <param name="Problem">What went wrong; empty when nothing did.</param>
internal sealed record PairedAnswer(StepSample? Sample, long PeakBytes, string Problem)
{
    /// <summary>One line of JSON.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, RecordJson.Line);

    /// <summary>The answer of a line; null when it is none.</summary>
    public static PairedAnswer? FromLine(string line) => Parse<PairedAnswer>(line);

    /// <summary>A message of a line; null when it is none.</summary>
    internal static T? Parse<T>(string line) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, RecordJson.Line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Lengthwise.Experiments;

namespace Lengthwise.Cli.Comparing;

/// <summary>What a cell's process tells the comparison: one JSON object a line on its standard output.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(Noted), "note")]
[JsonDerivedType(typeof(PhaseBegan), "phase")]
[JsonDerivedType(typeof(Stepped), "step")]
[JsonDerivedType(typeof(Diagnosed), "diagnosis")]
[JsonDerivedType(typeof(Failed), "failed")]
internal abstract record CellEvent
{
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>The line, without its newline.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, Options);

    /// <summary>Reads a line; null when it is not an event, such as a warning that a native library printed.</summary>
    public static CellEvent? FromLine(string line)
    {
        try
        {
            return line.StartsWith('{') ? JsonSerializer.Deserialize<CellEvent>(line, Options) : null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return null;
        }
    }
}

/// <summary>Something worth a line.</summary>
internal sealed record Noted(string Message) : CellEvent;

/// <summary>A phase begins or continues.</summary>
internal sealed record PhaseBegan(string Phase, long TotalSteps) : CellEvent;

/// <summary>Steps were done.</summary>
internal sealed record Stepped(RunProgress Progress) : CellEvent;

/// <summary>A diagnosis was made.</summary>
internal sealed record Diagnosed(Diagnosis Diagnosis) : CellEvent;

/// <summary>The run ended without a result.</summary>
internal sealed record Failed(string Message, string Hint) : CellEvent;

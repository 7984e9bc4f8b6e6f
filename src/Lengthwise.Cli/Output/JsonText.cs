using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lengthwise.Cli.Output;

/// <summary>How <c>--json</c> looks: one indented document, names in snake case, enumerations as words.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The document.</summary>
    public static string Of<T>(T document) => JsonSerializer.Serialize(document, Options);
}

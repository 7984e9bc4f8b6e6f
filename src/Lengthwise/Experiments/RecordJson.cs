using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lengthwise.Recipes;

namespace Lengthwise.Experiments;

/// <summary>How records become JSON: the keys of <see cref="Naming"/>, no escapes a reader does not need, null where a number is not finite.</summary>
public static class RecordJson
{
    /// <summary>One object a line.</summary>
    public static JsonSerializerOptions Line { get; } = Make(indented: false);

    /// <summary>One indented document a file.</summary>
    public static JsonSerializerOptions Document { get; } = Make(indented: true);

    private static JsonSerializerOptions Make(bool indented)
    {
        var keys = new KeyPolicy();
        return new JsonSerializerOptions
        {
            PropertyNamingPolicy = keys,
            RespectNullableAnnotations = true,
            WriteIndented = indented,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new FiniteNumber(), new JsonStringEnumConverter(keys, allowIntegerValues: false) },
        };
    }

    private sealed class KeyPolicy : JsonNamingPolicy
    {
        public override string ConvertName(string name) => Naming.ToKey(name);
    }

    /// <summary>JSON has no NaN and no infinity: a loss that left the numbers is written as null and read as NaN.</summary>
    private sealed class FiniteNumber : JsonConverter<double>
    {
        public override bool HandleNull => true;

        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value)) writer.WriteNumberValue(value);
            else writer.WriteNullValue();
        }
    }
}

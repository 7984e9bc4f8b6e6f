using System.Text;
using System.Text.Json;

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>What a field of JSON lines holds.</summary>
internal enum JsonShape
{
    Null,
    Text,
    Number,
    Truth,
    Numbers,
    Texts,
    Nested,
    NamedArrays,
    Other,
}

/// <summary>A field as the first lines show it.</summary>
internal sealed class JsonField(string name)
{
    public string Name => name;

    public JsonShape Shape { get; set; } = JsonShape.Null;

    /// <summary>Whether every number is an integer.</summary>
    public bool IsInteger { get; set; } = true;

    /// <summary>Length of the array in the first line that has one.</summary>
    public int Length { get; set; }

    /// <summary>Sizes of nested arrays.</summary>
    public List<(long Outer, long Inner)> Sizes { get; } = [];

    /// <summary>Names of the arrays of an object.</summary>
    public IReadOnlyList<string> Keys { get; set; } = [];
}

/// <summary>The fields of the first lines of a JSON lines file.</summary>
internal static class JsonFields
{
    private const int MostRows = 200;
    private const int MostBytes = 8 << 20;

    /// <summary>Looks at the first lines; those that are no JSON are passed over, except the first.</summary>
    /// <exception cref="LengthwiseException">The first line is no JSON object.</exception>
    public static IReadOnlyList<JsonField> Of(TextFile file)
    {
        var fields = new Dictionary<string, JsonField>(StringComparer.Ordinal);
        long bytes = 0;
        int found = 0;
        using RowReader rows = file.Rows(RowStyle.Lines, RowRange.All);
        while (found < MostRows && bytes < MostBytes && rows.Next())
        {
            bytes += rows.Row.Length;
            if (RowParser.IsBlank(rows.Row)) continue;
            try
            {
                using JsonDocument line = JsonDocument.Parse(rows.Row.ToArray());
                if (line.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("expected an object, { … }");
                foreach (JsonProperty property in line.RootElement.EnumerateObject()) Look(fields, property);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or DecoderFallbackException)
            {
                if (found > 0) continue;
                throw new LengthwiseException(
                    ExitCode.Data, $"{RowParser.Place(file.Name, rows.Line, 1)}: the line is no JSON object: {JsonRowParser.OneLine(e.Message)}", "expected one object a line: {\"values\": [1.5, 2], \"label\": \"a\"}");
            }
            found++;
        }
        if (found == 0) throw new LengthwiseException(ExitCode.Data, $"reading '{file.File}': found no rows");
        return [.. fields.Values];
    }

    private static void Look(Dictionary<string, JsonField> fields, JsonProperty property)
    {
        if (!fields.TryGetValue(property.Name, out JsonField? field)) fields[property.Name] = field = new JsonField(property.Name);
        JsonElement value = property.Value;
        JsonShape shape = ShapeOf(value);
        if (shape == JsonShape.Null) return;
        bool isFirst = field.Shape == JsonShape.Null;
        field.Shape = isFirst || field.Shape == shape ? shape : JsonShape.Other;
        if (shape is JsonShape.Number or JsonShape.Numbers) field.IsInteger &= IsInteger(value);
        if (shape is JsonShape.Numbers && isFirst) field.Length = value.GetArrayLength();
        if (shape == JsonShape.Nested) field.Sizes.Add((value.GetArrayLength(), value[0].GetArrayLength()));
        if (shape == JsonShape.NamedArrays && isFirst) field.Keys = [.. value.EnumerateObject().Select(p => p.Name)];
    }

    private static bool IsInteger(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? value.TryGetInt64(out _)
        : value.EnumerateArray().All(v => v.ValueKind != JsonValueKind.Number || v.TryGetInt64(out _));

    private static JsonShape ShapeOf(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null: return JsonShape.Null;
            case JsonValueKind.String: return JsonShape.Text;
            case JsonValueKind.Number: return JsonShape.Number;
            case JsonValueKind.True or JsonValueKind.False: return JsonShape.Truth;
            case JsonValueKind.Object:
                return value.EnumerateObject().Any() && value.EnumerateObject().All(p => p.Value.ValueKind == JsonValueKind.Array) ? JsonShape.NamedArrays : JsonShape.Other;
        }
        JsonElement first = value.EnumerateArray().FirstOrDefault(v => v.ValueKind != JsonValueKind.Null);
        return first.ValueKind switch
        {
            JsonValueKind.Undefined => value.GetArrayLength() == 0 ? JsonShape.Null : JsonShape.Numbers,
            JsonValueKind.Number => JsonShape.Numbers,
            JsonValueKind.String => JsonShape.Texts,
            JsonValueKind.Array when value[0].ValueKind == JsonValueKind.Array => JsonShape.Nested,
            _ => JsonShape.Other,
        };
    }
}

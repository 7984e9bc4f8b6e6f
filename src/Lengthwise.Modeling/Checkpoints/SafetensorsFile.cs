using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Lengthwise.Modeling.Checkpoints;

/// <summary>Element types of a safetensors file that Lengthwise reads and writes.</summary>
public enum SafetensorsType
{
    /// <summary>32-bit float.</summary>
    F32,

    /// <summary>64-bit float.</summary>
    F64,

    /// <summary>64-bit integer.</summary>
    I64,

    /// <summary>32-bit integer.</summary>
    I32,

    /// <summary>8-bit unsigned integer.</summary>
    U8,

    /// <summary>Boolean byte.</summary>
    BOOL,
}

/// <summary>One tensor of a safetensors file: little-endian, row-major.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Sizes.</param>
/// <param name="Bytes">The elements.</param>
public sealed record SafetensorsEntry(SafetensorsType Type, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// The safetensors format: 8-byte header length, JSON header, raw data. Reading runs no code and checks every offset, so a
/// file from a stranger can only be refused.
/// </summary>
public sealed class SafetensorsFile
{
    private const int MaxHeaderBytes = 100_000_000;

    /// <summary>Tensors by name.</summary>
    public SortedDictionary<string, SafetensorsEntry> Tensors { get; } = new(StringComparer.Ordinal);

    /// <summary>Free text by name.</summary>
    public SortedDictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Bytes of one element.</summary>
    public static int SizeOf(SafetensorsType type) => type switch
    {
        SafetensorsType.F64 or SafetensorsType.I64 => 8,
        SafetensorsType.F32 or SafetensorsType.I32 => 4,
        _ => 1,
    };

    /// <summary>Reads a file.</summary>
    /// <exception cref="LengthwiseException">The file is not a sound safetensors file.</exception>
    public static SafetensorsFile Read(string path)
    {
        if (!File.Exists(path)) throw new LengthwiseException(ExitCode.Data, $"reading weights: there is no file '{path}'", "check the path");
        try
        {
            return Parse(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new LengthwiseException(
                ExitCode.Data, $"reading weights from '{path}': {e.Message}", "use a file that was written completely", e);
        }
    }

    /// <summary>Reads from memory.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a sound safetensors file.</exception>
    public static SafetensorsFile Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < 8) throw new InvalidDataException($"found {bytes.Length} bytes, expected a header of at least 8");
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span);
        if (headerLength > MaxHeaderBytes || headerLength > (ulong)(bytes.Length - 8))
            throw new InvalidDataException($"the header claims {headerLength} bytes, the file has {bytes.Length - 8} after its length field");

        var file = new SafetensorsFile();
        ReadOnlyMemory<byte> data = bytes[(8 + (int)headerLength)..];
        using JsonDocument header = JsonDocument.Parse(bytes.Slice(8, (int)headerLength));
        foreach (JsonProperty entry in header.RootElement.EnumerateObject())
        {
            if (entry.NameEquals("__metadata__"))
                foreach (JsonProperty item in entry.Value.EnumerateObject()) file.Metadata[item.Name] = item.Value.GetString() ?? "";
            else
                file.Tensors[entry.Name] = ParseEntry(entry, data);
        }
        return file;
    }

    /// <summary>Writes the file to a stream; tensors stand in the order of their names.</summary>
    public void Write(Stream stream)
    {
        byte[] header = Header();
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (SafetensorsEntry entry in Tensors.Values) stream.Write(entry.Bytes.Span);
    }

    private static SafetensorsEntry ParseEntry(JsonProperty entry, ReadOnlyMemory<byte> data)
    {
        string typeName = Member(entry, "dtype").GetString() ?? "";
        if (!Enum.TryParse(typeName, out SafetensorsType type))
            throw new InvalidDataException($"tensor '{entry.Name}' has element type '{typeName}'; known are {string.Join(", ", Enum.GetNames<SafetensorsType>())}");
        long[] shape = [.. Member(entry, "shape").EnumerateArray().Select(d => d.GetInt64())];
        long[] offsets = [.. Member(entry, "data_offsets").EnumerateArray().Select(d => d.GetInt64())];
        long expected = SizeOf(type);
        foreach (long size in shape)
        {
            if (size < 0) throw new InvalidDataException($"tensor '{entry.Name}' has a negative size");
            expected = checked(expected * size);
        }
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > data.Length || offsets[1] - offsets[0] != expected)
            throw new InvalidDataException(
                $"tensor '{entry.Name}' of shape [{string.Join(", ", shape)}] should have {expected} bytes inside the {data.Length} of the file; its offsets are [{string.Join(", ", offsets)}]");
        return new SafetensorsEntry(type, shape, data[(int)offsets[0]..(int)offsets[1]]);
    }

    private static JsonElement Member(JsonProperty entry, string name) =>
        entry.Value.ValueKind == JsonValueKind.Object && entry.Value.TryGetProperty(name, out JsonElement value)
            ? value
            : throw new InvalidDataException($"tensor '{entry.Name}' has no '{name}'");

    private byte[] Header()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject("__metadata__");
                foreach ((string name, string value) in Metadata) json.WriteString(name, value);
                json.WriteEndObject();
            }
            long offset = 0;
            foreach ((string name, SafetensorsEntry entry) in Tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", entry.Type.ToString());
                json.WriteStartArray("shape");
                foreach (long size in entry.Shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += entry.Bytes.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // The data begins at a multiple of 8, padded with blanks as the format allows.
        string text = Encoding.UTF8.GetString(buffer.ToArray());
        return Encoding.UTF8.GetBytes(text.PadRight(text.Length + (8 - Encoding.UTF8.GetByteCount(text) % 8) % 8));
    }
}

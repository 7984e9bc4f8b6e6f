using System.Text;
using System.Text.Json;

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>JSON lines as records.</summary>
/// <param name="file">Named in errors and records.</param>
/// <param name="roles">What the fields are for.</param>
/// <param name="missing">What becomes of missing values.</param>
internal sealed class JsonRowParser(string file, JsonRoles roles, MissingRule missing) : RowParser(file)
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<float> _values = [];
    private List<float>[] _channels = [];
    private SequenceContent? _content;
    private string? _label, _id, _group;
    private SplitName? _split;
    private float[]? _targets;

    /// <summary>A parser's message without the position that the place already says.</summary>
    public static string OneLine(string message)
    {
        int position = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return position < 0 ? message : message[..position];
    }

    protected override SequenceRecord Parse(ReadOnlySpan<byte> row, string where)
    {
        Clear();
        var reader = new Utf8JsonReader(row);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject) throw Fault(ref reader, "the line is no JSON object");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                if (!_seen.Add(name)) throw Fault(ref reader, $"the field {RowFault.Quote(name)} stands twice");
                ReadField(ref reader, name);
            }
            if (reader.Read()) throw Fault(ref reader, "something follows the object");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            int column = (int)Math.Min(int.MaxValue, ((e as JsonException)?.BytePositionInLine ?? reader.BytesConsumed) + 1);
            string hint = row.IndexOf("NaN"u8) >= 0 || row.IndexOf("Infinity"u8) >= 0 ? " (NaN and Infinity are no JSON; a missing value is null)" : "";
            throw new RowFault(column, $"the line is no JSON: {OneLine(e.Message)}{hint}");
        }
        if (roles.Sequence.Length > 1) _content = Interleave(1);
        return new SequenceRecord
        {
            Where = where,
            Content = _content ?? throw new RowFault(1, $"the field '{roles.Sequence[0]}' is missing"),
            Id = _id,
            Group = _group,
            Label = _label,
            Split = _split,
            Targets = _targets is null || Array.TrueForAll(_targets, float.IsNaN) ? null : _targets,
        };
    }

    private void Clear()
    {
        _seen.Clear();
        _content = null;
        _label = _id = _group = null;
        _split = null;
        _targets = null;
        _channels = [.. roles.Sequence.Select(_ => new List<float>())];
    }

    private void ReadField(ref Utf8JsonReader reader, string name)
    {
        int channel = Array.IndexOf(roles.Sequence, name), target = Array.IndexOf(roles.Targets, name);
        if (channel >= 0) ReadSequence(ref reader, channel);
        else if (target >= 0) ReadTarget(ref reader, target);
        else if (name == roles.Label) _label = Word(ref reader, name);
        else if (name == roles.Id) _id = Word(ref reader, name);
        else if (name == roles.Group) _group = Word(ref reader, name);
        else if (name == roles.Split) _split = Word(ref reader, name) is { } split ? SplitCell.Read(split, ColumnOf(ref reader)) : null;
        else reader.Skip();
    }

    private void ReadSequence(ref Utf8JsonReader reader, int channel)
    {
        int column = ColumnOf(ref reader);
        if (roles.Sequence.Length > 1)
        {
            ReadNumbers(ref reader, _channels[channel]);
            return;
        }
        _content = (roles.Shape, roles.Content) switch
        {
            (JsonShape.Text, _) => TextContent.Of(Encoding.UTF8.GetBytes(String(ref reader)), roles.Content),
            (_, ContentKind.Symbols) => Symbols(ref reader),
            (JsonShape.Nested, _) => Nested(ref reader),
            (JsonShape.NamedArrays, _) => Named(ref reader),
            _ => Numbers(ref reader),
        } ?? throw new RowFault(column, "the sequence is empty");
    }

    private static string String(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw Fault(ref reader, "expected a text");

    private SequenceContent.Reals? Numbers(ref Utf8JsonReader reader)
    {
        ReadNumbers(ref reader, _values);
        return _values.Count == 0 ? null : new SequenceContent.Reals(_values.ToArray(), 1);
    }

    private SequenceContent.Symbols? Symbols(ref Utf8JsonReader reader)
    {
        var names = new List<string>();
        Expect(ref reader, JsonTokenType.StartArray, "an array");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            names.Add(Word(ref reader, roles.Sequence[0]) ?? throw Fault(ref reader, "a symbol is missing"));
        return names.Count == 0 ? null : new SequenceContent.Symbols(names);
    }

    private SequenceContent.Reals? Nested(ref Utf8JsonReader reader)
    {
        _values.Clear();
        int outer = 0, inner = -1, start = ColumnOf(ref reader);
        var row = new List<float>();
        Expect(ref reader, JsonTokenType.StartArray, "an array of arrays");
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; outer++)
        {
            ReadNumbers(ref reader, row);
            if (inner >= 0 && row.Count != inner)
                throw Fault(ref reader, FormattableString.Invariant($"array {outer + 1} has {row.Count} values, those before it {inner}; {(roles.ChannelsAreLast ? "every step needs every channel" : "channels must be equally long")}"));
            inner = row.Count;
            _values.AddRange(row);
            SequenceLimit.Check(_values.Count, start);
        }
        if (_values.Count == 0) return null;
        float[] values = roles.ChannelsAreLast ? _values.ToArray() : ChannelOrder.ToSteps(_values.ToArray(), channels: outer);
        return new SequenceContent.Reals(values, roles.ChannelsAreLast ? inner : outer);
    }

    private SequenceContent.Reals? Named(ref Utf8JsonReader reader)
    {
        int start = ColumnOf(ref reader);
        _channels = [.. roles.ChannelNames.Select(_ => new List<float>())];
        Expect(ref reader, JsonTokenType.StartObject, "an object of arrays");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            int channel = Array.IndexOf(roles.ChannelNames, name);
            if (channel < 0) throw Fault(ref reader, $"found channel {RowFault.Quote(name)}, expected {string.Join(", ", roles.ChannelNames)}");
            reader.Read();
            ReadNumbers(ref reader, _channels[channel]);
        }
        return Interleave(start);
    }

    private SequenceContent.Reals? Interleave(int column)
    {
        int length = _channels[0].Count;
        for (int c = 1; c < _channels.Length; c++)
            if (_channels[c].Count != length)
                throw new RowFault(column, FormattableString.Invariant($"channel '{roles.ChannelNames[c]}' has {_channels[c].Count} values and '{roles.ChannelNames[0]}' {length}; channels must be equally long"));
        if (length == 0) throw new RowFault(column, "the sequence is empty");
        var values = new float[length * _channels.Length];
        for (int i = 0; i < values.Length; i++) values[i] = _channels[i % _channels.Length][i / _channels.Length];
        return new SequenceContent.Reals(values, _channels.Length);
    }

    private void ReadNumbers(ref Utf8JsonReader reader, List<float> values)
    {
        values.Clear();
        Expect(ref reader, JsonTokenType.StartArray, "an array of numbers");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) values.Add(Number(ref reader, missing));
        SequenceLimit.Check(values.Count, 1);
    }

    private void ReadTarget(ref Utf8JsonReader reader, int target)
    {
        if (reader.TokenType == JsonTokenType.Null) return;
        _targets ??= [.. Enumerable.Repeat(float.NaN, roles.TargetNames.Length)];
        if (reader.TokenType != JsonTokenType.StartArray || roles.Targets.Length > 1)
        {
            _targets[target] = Number(ref reader, MissingRule.Keep);
            return;
        }
        var values = new List<float>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) values.Add(Number(ref reader, MissingRule.Keep));
        if (values.Count != _targets.Length)
            throw Fault(ref reader, FormattableString.Invariant($"found {values.Count} targets, expected {_targets.Length}"));
        _targets = [.. values];
    }

    private static float Number(ref Utf8JsonReader reader, MissingRule missing)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return missing == MissingRule.Keep ? float.NaN : throw Fault(ref reader, Cell.Fault(CellKind.Missing, ""));
        if (reader.TokenType != JsonTokenType.Number) throw Fault(ref reader, "expected a number");
        if (reader.TryGetSingle(out float value) && float.IsFinite(value)) return value;
        throw Fault(ref reader, Cell.Fault(CellKind.TooLarge, Encoding.UTF8.GetString(reader.ValueSpan)));
    }

    private static string? Word(ref Utf8JsonReader reader, string field) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.String => reader.GetString() is { Length: > 0 } text ? text : null,
        JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => throw Fault(ref reader, $"the field '{field}' holds an array or object, expected a text or a number"),
    };

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token, string what)
    {
        if (reader.TokenType != token) throw Fault(ref reader, $"expected {what}");
    }

    private static int ColumnOf(ref Utf8JsonReader reader) => (int)Math.Min(int.MaxValue, reader.TokenStartIndex + 1);

    private static RowFault Fault(ref Utf8JsonReader reader, string fault) => new(ColumnOf(ref reader), fault);
}

using System.Globalization;
using System.Text;

namespace Lengthwise.Modeling.Records.Encodings;

/// <summary>
/// Encodes sequences with a fitted encoding. One encoder serves one thread: the spans that it returns are overwritten by the next call.
/// </summary>
public sealed class SequenceEncoder
{
    private readonly FittedEncoding _encoding;
    private readonly Dictionary<string, ushort> _symbols = new(StringComparer.Ordinal);
    private readonly Dictionary<int, ushort> _characters = [];
    private readonly Dictionary<string, int> _labels = new(StringComparer.Ordinal);
    private ushort[] _tokens = new ushort[1024];
    private float[] _values = new float[1024];

    /// <summary>Builds the tables.</summary>
    public SequenceEncoder(FittedEncoding encoding)
    {
        _encoding = encoding;
        for (int i = 0; i < encoding.Symbols.Count; i++)
        {
            ushort id = (ushort)(FittedEncoding.Specials + i);
            _symbols[encoding.Symbols[i]] = id;
            if (encoding.Plan.Kind == EncodingKind.Characters && Rune.TryGetRuneAt(encoding.Symbols[i], 0, out Rune rune)) _characters[rune.Value] = id;
        }
        for (int i = 0; i < encoding.Classes.Count; i++) _labels[encoding.Classes[i]] = i;
    }

    /// <summary>Index of a class, or null when there is no such class.</summary>
    public int? Label(string name) => _labels.TryGetValue(name, out int label) ? label : null;

    /// <summary>Scaled targets; NaN stays NaN.</summary>
    public float[] Targets(ReadOnlySpan<float> targets)
    {
        var scaled = new float[_encoding.Targets.Count];
        for (int i = 0; i < scaled.Length; i++) scaled[i] = i < targets.Length ? (targets[i] - _encoding.Targets[i].Offset) / _encoding.Targets[i].Scale : float.NaN;
        return scaled;
    }

    /// <summary>Encodes one sequence.</summary>
    /// <param name="content">The sequence; its kind must suit the encoding.</param>
    /// <param name="where">For messages.</param>
    /// <exception cref="LengthwiseException">The sequence is empty, of another kind, or has another number of channels.</exception>
    public EncodedSequence Encode(SequenceContent content, string where) => (_encoding.Plan.Kind, content) switch
    {
        (EncodingKind.Bytes, SequenceContent.Text text) => Bytes(text.Utf8.Span, where),
        (EncodingKind.Characters, SequenceContent.Text text) => Characters(text.Utf8.Span, where),
        (EncodingKind.Symbols, SequenceContent.Symbols symbols) => Symbols(symbols.Names, where),
        (EncodingKind.Levels, SequenceContent.Levels { Channels: 1 } levels) => Bytes(levels.Values.Span, where),
        (EncodingKind.Reals, SequenceContent.Reals reals) => Reals(reals.Values.Span, reals.Channels, where),
        (EncodingKind.Reals, SequenceContent.Levels levels) => Levels(levels.Values.Span, levels.Channels, where),
        _ => throw Bad(where, $"found {Describe(content)}, expected what the data was trained on: {Expected()}"),
    };

    private EncodedSequence Bytes(ReadOnlySpan<byte> bytes, string where)
    {
        int kept = Fit(bytes.Length, where);
        for (int t = 0; t < kept; t++) _tokens[t] = (ushort)(FittedEncoding.Specials + bytes[t]);
        return Finish(kept, bytes.Length, 0);
    }

    private EncodedSequence Characters(ReadOnlySpan<byte> utf8, string where)
    {
        int count = TextCharacters.Count(utf8), kept = Fit(count, where), unknown = 0;
        var characters = new TextCharacters(utf8);
        for (int t = 0; t < kept && characters.MoveNext(); t++)
        {
            bool isKnown = _characters.TryGetValue(characters.Current, out _tokens[t]);
            if (isKnown) continue;
            _tokens[t] = FittedEncoding.UnknownId;
            unknown++;
        }
        return Finish(kept, count, unknown);
    }

    private EncodedSequence Symbols(IReadOnlyList<string> names, string where)
    {
        int kept = Fit(names.Count, where), unknown = 0;
        for (int t = 0; t < kept; t++)
        {
            if (_symbols.TryGetValue(names[t], out _tokens[t])) continue;
            _tokens[t] = FittedEncoding.UnknownId;
            unknown++;
        }
        return Finish(kept, names.Count, unknown);
    }

    private EncodedSequence Reals(ReadOnlySpan<float> values, int channels, string where)
    {
        int kept = FitReals(values.Length, channels, where);
        values[..(kept * channels)].CopyTo(_values);
        return Normalise(kept, values.Length / channels, channels);
    }

    private EncodedSequence Levels(ReadOnlySpan<byte> values, int channels, string where)
    {
        int kept = FitReals(values.Length, channels, where);
        for (int i = 0; i < kept * channels; i++) _values[i] = values[i];
        return Normalise(kept, values.Length / channels, channels);
    }

    private EncodedSequence Normalise(int kept, int found, int channels)
    {
        Span<float> valuesLC = _values.AsSpan(0, kept * channels);
        for (int c = 0; c < channels; c++)
        {
            (float mean, float deviation) = _encoding.Plan.Normalisation == Normalisation.Sequence
                ? ChannelStatistics.Of(valuesLC, c, channels)
                : (_encoding.Means[c], _encoding.Deviations[c]);
            float previous = 0;
            for (int i = c; i < valuesLC.Length; i += channels)
            {
                if (float.IsNaN(valuesLC[i])) valuesLC[i] = _encoding.Plan.Missing == MissingValues.Previous ? previous : 0;
                else valuesLC[i] = (valuesLC[i] - mean) / deviation;
                previous = valuesLC[i];
            }
        }
        return new EncodedSequence([], valuesLC, kept, found - kept, 0);
    }

    private EncodedSequence Finish(int kept, int found, int unknown)
    {
        int steps = kept;
        if (_encoding.Plan.AppendsEos) _tokens[steps++] = FittedEncoding.EosId;
        return new EncodedSequence(_tokens.AsSpan(0, steps), [], steps, found - kept, unknown);
    }

    // Room for the end symbol is kept within the limit, as the published pipelines do.
    private int Fit(int count, string where)
    {
        if (count == 0) throw Bad(where, "the sequence is empty; expected at least one step");
        int kept = Math.Min(count, _encoding.MaxLength - (_encoding.Plan.AppendsEos ? 1 : 0));
        if (_tokens.Length < kept + 1) _tokens = new ushort[2 * kept + 1];
        return kept;
    }

    private int FitReals(int count, int channels, string where)
    {
        if (channels != _encoding.Means.Count) throw Bad(where, $"found {channels} channels, expected {_encoding.Means.Count}");
        if (count == 0) throw Bad(where, "the sequence is empty; expected at least one step");
        int kept = Math.Min(count / channels, _encoding.MaxLength);
        if (_values.Length < kept * channels) _values = new float[2 * kept * channels];
        return kept;
    }

    private string Expected() => _encoding.Plan.Kind switch
    {
        EncodingKind.Bytes or EncodingKind.Characters => "text",
        EncodingKind.Symbols => "symbols",
        EncodingKind.Levels => "grey levels",
        _ => string.Create(CultureInfo.InvariantCulture, $"{_encoding.Means.Count} real channels"),
    };

    private static string Describe(SequenceContent content) => content switch
    {
        SequenceContent.Text => "text",
        SequenceContent.Symbols => "symbols",
        SequenceContent.Levels levels => string.Create(CultureInfo.InvariantCulture, $"levels of {levels.Channels} channels"),
        SequenceContent.Reals reals => string.Create(CultureInfo.InvariantCulture, $"{reals.Channels} real channels"),
        _ => content.GetType().Name,
    };

    private static LengthwiseException Bad(string where, string fault) =>
        new(ExitCode.Data, $"{where}: {fault}", "'lengthwise data check FILE' shows what a file holds");
}

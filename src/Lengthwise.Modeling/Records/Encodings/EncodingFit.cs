using System.Globalization;

namespace Lengthwise.Modeling.Records.Encodings;

/// <summary>Learns from training rows, and from no others, what a plan leaves open: vocabulary, means and deviations, longest sequence.</summary>
/// <param name="plan">The plan.</param>
internal sealed class EncodingFit(EncodingPlan plan)
{
    private const int MostSymbols = ushort.MaxValue - FittedEncoding.Specials;
    private readonly Dictionary<string, long> _symbols = new(StringComparer.Ordinal);
    private readonly Dictionary<int, long> _characters = [];
    private ChannelStatistics[] _channels = [];

    /// <summary>Adds a training sequence.</summary>
    /// <param name="content">The sequence.</param>
    /// <param name="where">For messages.</param>
    /// <exception cref="LengthwiseException">It has another number of channels than the first, or there are too many symbols.</exception>
    public void Add(SequenceContent content, string where)
    {
        switch (content)
        {
            case SequenceContent.Text text when plan.Kind == EncodingKind.Characters:
                var characters = new TextCharacters(text.Utf8.Span);
                while (characters.MoveNext()) _characters[characters.Current] = _characters.GetValueOrDefault(characters.Current) + 1;
                break;
            case SequenceContent.Symbols symbols when plan.Kind == EncodingKind.Symbols:
                foreach (string name in symbols.Names) _symbols[name] = _symbols.GetValueOrDefault(name) + 1;
                if (_symbols.Count > 16 * MostSymbols) throw TooMany(where, _symbols.Count);
                break;
            case SequenceContent.Reals reals when plan.Kind == EncodingKind.Reals:
                Open(reals.Channels, where);
                if (plan.Normalisation != Normalisation.Channel) break;
                ReadOnlySpan<float> values = reals.Values.Span;
                for (int i = 0; i < values.Length; i++) _channels[i % reals.Channels].Add(values[i]);
                break;
            case SequenceContent.Levels levels when plan.Kind == EncodingKind.Reals:
                Open(levels.Channels, where);
                if (plan.Normalisation != Normalisation.Channel) break;
                ReadOnlySpan<byte> bytes = levels.Values.Span;
                for (int i = 0; i < bytes.Length; i++) _channels[i % levels.Channels].Add(bytes[i]);
                break;
            default:
                break;
        }
    }

    /// <summary>The encoding.</summary>
    /// <param name="longest">Steps of the longest sequence of any split, without the end symbol.</param>
    /// <exception cref="LengthwiseException">Fixed means do not suit the channels, or no symbol is left.</exception>
    public FittedEncoding Finish(int longest)
    {
        int all = longest + (plan.AppendsEos ? 1 : 0);
        var encoding = new FittedEncoding { Plan = plan, MaxLength = plan.MaxLength > 0 ? Math.Min(plan.MaxLength, all) : all };
        return plan.Kind switch
        {
            EncodingKind.Bytes or EncodingKind.Levels => encoding with { Symbols = [.. Enumerable.Range(0, 256).Select(b => ByteName(b, plan.Kind))] },
            EncodingKind.Characters => encoding with { Symbols = Known([.. _characters.Select(c => KeyValuePair.Create(char.ConvertFromUtf32(c.Key), c.Value))]) },
            EncodingKind.Symbols => encoding with { Symbols = Known([.. _symbols]) },
            _ => Channels(encoding),
        };
    }

    private FittedEncoding Channels(FittedEncoding encoding)
    {
        if (plan.Normalisation == Normalisation.Channel)
            return encoding with { Means = [.. _channels.Select(c => (float)c.Mean)], Deviations = [.. _channels.Select(c => (float)Math.Max(c.Deviation, float.Epsilon))] };
        if (plan.Normalisation != Normalisation.Fixed)
            return encoding with { Means = new float[_channels.Length], Deviations = [.. Enumerable.Repeat(1f, _channels.Length)] };
        if (plan.Means.Count != _channels.Length || plan.Deviations.Count != _channels.Length)
            throw new LengthwiseException(
                ExitCode.Data, $"the data has {_channels.Length} channels, but {plan.Means.Count} means and {plan.Deviations.Count} deviations are stated",
                "state one of each per channel, or use normalisation = \"channel\"");
        return encoding with { Means = plan.Means, Deviations = plan.Deviations };
    }

    private string[] Known(KeyValuePair<string, long>[] counts)
    {
        string[] known = [.. counts.Where(c => c.Value >= plan.MinCount).OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Select(c => c.Key)];
        if (known.Length == 0)
            throw new LengthwiseException(
                ExitCode.Data, $"no symbol occurs {plan.MinCount} times or more in the training rows", "lower 'min_count', or give more training rows");
        return known.Length <= MostSymbols ? known : throw TooMany("the training rows", known.Length);
    }

    private void Open(int channels, string where)
    {
        if (_channels.Length == 0) _channels = [.. Enumerable.Range(0, channels).Select(_ => new ChannelStatistics())];
        if (_channels.Length != channels)
            throw new LengthwiseException(
                ExitCode.Data, $"{where}: found {channels} channels, expected {_channels.Length} as in the rows before", "give every row the same channels");
    }

    private static string ByteName(int value, EncodingKind kind) =>
        kind == EncodingKind.Bytes && value is > 32 and < 127 ? ((char)value).ToString() : string.Create(CultureInfo.InvariantCulture, $"0x{value:x2}");

    private static LengthwiseException TooMany(string where, int count) => new(
        ExitCode.Data, $"{where}: {count} different symbols, at most {MostSymbols} fit a vocabulary",
        "raise 'min_count' so that rare ones become <unk>, or read the column as real values");
}

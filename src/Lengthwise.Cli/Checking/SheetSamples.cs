using System.Globalization;
using System.Text;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Records.Encodings;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Reports.DataSheets;

namespace Lengthwise.Cli.Checking;

/// <summary>A few training rows to look at: one of each class first.</summary>
internal static class SheetSamples
{
    private const int MostSamples = 6;
    private const int LongestText = 400;
    private const int MostSteps = 4096;

    /// <summary>The samples.</summary>
    public static IReadOnlyList<DataSheetSample> Of(PreparedTask data)
    {
        SequenceSplit train = data.Train;
        int[] rows = [.. Enumerable.Range(0, Math.Min(train.Count, 10_000)).GroupBy(train.Label).SelectMany(g => g.Select((row, i) => (row, i))).OrderBy(p => p.i).Select(p => p.row).Take(MostSamples)];
        return [.. rows.Select(row => data.Shape.Input is TokenInput tokens
            ? new DataSheetSample(LabelOf(data, row), TextOf(data, tokens, row), [])
            : new DataSheetSample(LabelOf(data, row), "", ChannelsOf(train, ((RealInput)data.Shape.Input).Channels, row)))];
    }

    private static string LabelOf(PreparedTask data, int row)
    {
        switch (data.Shape.Output)
        {
            case ClassOutput classes:
                int label = data.Train.Label(row);
                return label == SequenceSplit.Unlabelled ? "unlabelled" : classes.Classes[label];
            case RegressionOutput regression:
                float[] targets = data.Train.Targets(row).ToArray();
                return string.Join(", ", regression.Names.Select((name, k) =>
                    string.Create(CultureInfo.InvariantCulture, $"{name} {targets[k] * regression.Scales[k] + regression.Offsets[k]:G4}")));
            default:
                return "unlabelled";
        }
    }

    private static string TextOf(PreparedTask data, TokenInput tokens, int row)
    {
        ushort[] ids = data.Train.Tokens(row).ToArray();
        if (data.Encoding?.Plan.Kind == EncodingKind.Bytes)
        {
            byte[] bytes = [.. ids.Take(LongestText).Where(id => id >= FittedEncoding.Specials).Select(id => (byte)(id - FittedEncoding.Specials))];
            return Cut(Encoding.UTF8.GetString(bytes), ids.Length);
        }
        string between = data.Encoding?.Plan.Kind == EncodingKind.Characters ? "" : " ";
        return Cut(string.Join(between, ids.Take(LongestText).Select(id => tokens.Vocabulary[id])), ids.Length);
    }

    private static string Cut(string text, int steps) =>
        steps <= LongestText ? text : string.Create(CultureInfo.InvariantCulture, $"{text} … ({steps - LongestText:N0} steps more)");

    private static float[][] ChannelsOf(SequenceSplit split, int channels, int row)
    {
        float[] values = split.Values(row).ToArray();
        int steps = Math.Min(values.Length / channels, MostSteps);
        return [.. Enumerable.Range(0, channels).Select(c => Enumerable.Range(0, steps).Select(t => values[t * channels + c]).ToArray())];
    }
}

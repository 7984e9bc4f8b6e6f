using System.Globalization;
using System.Text;
using Lengthwise.Statistics;

namespace Lengthwise.Experiments;

/// <summary>Reads the CSV of <see cref="PredictionsFile"/>; names may hold commas, quotes and line ends.</summary>
internal static class PredictionsParser
{
    private const string TargetPrefix = "target:";

    /// <summary>Reads all rows.</summary>
    /// <exception cref="FormatException">A line is not as it was written.</exception>
    public static Predictions Read(TextReader reader)
    {
        string[] header = Fields(reader) ?? throw new FormatException("the file is empty");
        if (header is not ["row", _, ..]) throw new FormatException("the first line does not begin with 'row'");
        var rows = new List<string[]>();
        while (Fields(reader) is { } fields)
        {
            if (fields.Length != header.Length)
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"item {rows.Count + 1} has {fields.Length} fields, expected {header.Length}"));
            rows.Add(fields);
        }
        int[] numbers = [.. rows.Select(r => Whole(r[0]))];
        if (header is not ["row", "group", ..]) return Of(header, rows, numbers);
        int[] groups = [.. rows.Select(r => Whole(r[1]))];
        return Of(WithoutGroup(header), [.. rows.Select(WithoutGroup)], numbers) with { Groups = groups };
    }

    private static Predictions Of(string[] header, List<string[]> rows, int[] numbers) =>
        header is ["row", "label", "prediction", _, ..] ? Classes(header[3..], rows, numbers) : Values(header, rows, numbers);

    private static string[] WithoutGroup(string[] fields) => [fields[0], .. fields[2..]];

    private static int Whole(string field) => int.Parse(field, NumberStyles.None, CultureInfo.InvariantCulture);

    private static ClassPredictions Classes(string[] classes, List<string[]> rows, int[] numbers)
    {
        var labels = new int[rows.Count];
        for (int i = 0; i < labels.Length; i++)
            if ((labels[i] = Array.IndexOf(classes, rows[i][1])) < 0) throw new FormatException($"the label '{rows[i][1]}' is none of the columns");
        return new ClassPredictions(numbers, labels, classes, [.. rows.SelectMany(r => r.Skip(3).Select(Number))]);
    }

    private static ValuePredictions Values(string[] header, List<string[]> rows, int[] numbers)
    {
        string[] names = [.. header.Where((_, c) => c >= 2 && c % 2 == 0)];
        if (names.Length == 0) throw new FormatException("the columns are neither classes nor a target and its prediction");
        for (int k = 0; k < names.Length; k++)
            if (header.Length != 1 + 2 * names.Length || header[1 + 2 * k] != TargetPrefix + names[k]) throw new FormatException($"the columns of '{names[k]}' are not a target and its prediction");
        float[] targets = [.. rows.SelectMany(r => Enumerable.Range(0, names.Length).Select(k => Number(r[1 + 2 * k])))];
        float[] values = [.. rows.SelectMany(r => Enumerable.Range(0, names.Length).Select(k => Number(r[2 + 2 * k])))];
        return new ValuePredictions(numbers, targets, names, values, [.. names.Select(_ => float.NaN)]);
    }

    private static float Number(string field) => field.Length == 0 ? float.NaN : float.Parse(field, NumberStyles.Float, CultureInfo.InvariantCulture);

    // One record of RFC 4180; null at the end.
    private static string[]? Fields(TextReader reader)
    {
        if (reader.Peek() < 0) return null;
        var fields = new List<string>();
        var field = new StringBuilder();
        bool isQuoted = false;
        while (true)
        {
            int next = reader.Read();
            if (isQuoted && next == '"' && reader.Peek() != '"') isQuoted = false;
            else if (isQuoted && next == '"') field.Append((char)reader.Read());
            else if (isQuoted && next >= 0) field.Append((char)next);
            else if (isQuoted) throw new FormatException("a quote is not closed");
            else if (next == '"' && field.Length == 0) isQuoted = true;
            else if (next is ',' or '\n' or < 0)
            {
                fields.Add(field.ToString());
                field.Clear();
                if (next != ',') return [.. fields];
            }
            else if (next != '\r') field.Append((char)next);
        }
    }
}

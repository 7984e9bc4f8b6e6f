using System.Globalization;
using System.Text;
using Lengthwise.Statistics;

namespace Lengthwise.Experiments;

/// <summary>
/// What a run's model said about each labelled test item, as CSV (RFC 4180, decimal points). Classes: <c>row,label,prediction</c> and the
/// probability of each class under its name. Values: <c>row</c> and for each target <c>target:NAME</c>, empty where missing, and <c>NAME</c>, the
/// predicted value in the source's units. Where items come in groups, the column <c>group</c> follows <c>row</c>: numbers, so that no patient's name leaves the data.
/// </summary>
public static class PredictionsFile
{
    /// <summary>Writes the file; a reader sees the whole file or none.</summary>
    public static void Write(string path, Predictions predictions) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        switch (predictions)
        {
            case ClassPredictions classes:
                WriteClasses(writer, classes);
                break;
            case ValuePredictions values:
                WriteValues(writer, values);
                break;
        }
    });

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="LengthwiseException">The file is missing or was changed; the message names the line.</exception>
    public static Predictions Read(string path)
    {
        try
        {
            using var reader = new StreamReader(path, Encoding.UTF8);
            return PredictionsParser.Read(reader);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or OverflowException)
        {
            throw new LengthwiseException(ExitCode.Data, $"reading predictions '{path}': {e.Message}", "a run writes this file when it reads its test split; restore it, or remove it to have intervals over seeds alone", e);
        }
    }

    /// <summary>A field of a CSV line, in quotes where it needs them.</summary>
    public static string Field(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A number in as few digits as it takes to read the same one back; empty where it is missing.</summary>
    public static string Field(float value) => float.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);

    private static void WriteClasses(StreamWriter writer, ClassPredictions p)
    {
        string[] names = [.. p.Classes.Select(Field)];
        writer.WriteLine($"row{(p.Groups is null ? "" : ",group")},label,prediction,{string.Join(',', names)}");
        for (int i = 0; i < p.Rows.Count; i++)
        {
            writer.Write($"{RowAndGroup(p, i)},{names[p.Labels[i]]},{names[p.Predicted[i]]}");
            for (int k = 0; k < names.Length; k++) writer.Write("," + Field(p.Outputs[i * names.Length + k]));
            writer.WriteLine();
        }
    }

    private static string RowAndGroup(Predictions p, int item) => p.Groups is null
        ? p.Rows[item].ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{p.Rows[item]},{p.Groups[item]}");

    private static void WriteValues(StreamWriter writer, ValuePredictions p)
    {
        int columns = p.Names.Count;
        writer.WriteLine($"row{(p.Groups is null ? "" : ",group")},{string.Join(',', p.Names.Select(n => $"{Field("target:" + n)},{Field(n)}"))}");
        for (int i = 0; i < p.Rows.Count; i++)
        {
            writer.Write(RowAndGroup(p, i));
            for (int k = 0; k < columns; k++) writer.Write($",{Field(p.Targets[i * columns + k])},{Field(p.Outputs[i * columns + k])}");
            writer.WriteLine();
        }
    }
}

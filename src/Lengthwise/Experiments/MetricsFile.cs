using System.Text.Json;

namespace Lengthwise.Experiments;

/// <summary>Reads and formats <c>metrics.jsonl</c>: one <see cref="MetricLine"/> a line, appended while the run goes on.</summary>
public static class MetricsFile
{
    /// <summary>One line, without its newline. Doubles round-trip; a loss that is not finite becomes null.</summary>
    public static string Format(MetricLine line) => JsonSerializer.Serialize(line, RecordJson.Line);

    /// <summary>
    /// Reads all lines. A last line without its newline is what a killed process leaves behind: it counts when it is whole and
    /// is passed over when it is not. A missing file has no lines.
    /// </summary>
    /// <param name="path">The file; another process may be writing to it.</param>
    /// <exception cref="LengthwiseException">A line is not a metric line; the message names file and line.</exception>
    public static IReadOnlyList<MetricLine> Read(string path)
    {
        string text = ReadShared(path);
        var lines = new List<MetricLine>();
        int number = 0;
        for (int start = 0; start < text.Length;)
        {
            number++;
            int end = text.IndexOf('\n', start);
            bool isHalfWritten = end < 0;
            if (isHalfWritten) end = text.Length;
            string content = text[start..end];
            start = end + 1;
            if (string.IsNullOrWhiteSpace(content)) continue;
            if (Parse(content, out string problem) is { } line) lines.Add(line);
            else if (!isHalfWritten) throw Broken(path, number, problem);
        }
        return lines;
    }

    internal static MetricLine? Parse(string content, out string problem)
    {
        problem = "null";
        try
        {
            return JsonSerializer.Deserialize<MetricLine>(content, RecordJson.Line);
        }
        catch (JsonException cause)
        {
            problem = cause.Message.Split(" Path:")[0].TrimEnd('.');
            return null;
        }
    }

    private static string ReadShared(string path)
    {
        if (!File.Exists(path)) return "";
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static LengthwiseException Broken(string path, int number, string problem) =>
        new(ExitCode.Data,
            $"reading the metrics of a run: {path}({number}): expected one metric line as JSON, found {problem}",
            "the file was changed after it was written; 'lengthwise resume RUN' writes the lines after the last checkpoint again");
}

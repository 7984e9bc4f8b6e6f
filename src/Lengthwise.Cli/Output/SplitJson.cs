using System.Text.Json;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Cli.Output;

/// <summary>Writes splits as JSON lines that the task <c>own-data</c> reads back: <c>tokens</c> or <c>values</c>, <c>label</c> or <c>targets</c>.</summary>
internal static class SplitJson
{
    /// <summary>Writes a file a split; a reader sees a whole file or the one before.</summary>
    public static IReadOnlyList<FileInfo> Write(DirectoryInfo folder, PreparedTask data, CancellationToken cancellation) =>
        [.. ExportedSplits.Of(data).Select(s => Write(new FileInfo(Path.Combine(folder.FullName, $"{s.Name}.jsonl")), data.Shape, s.Split, cancellation))];

    private static FileInfo Write(FileInfo file, TaskShape shape, SequenceSplit split, CancellationToken cancellation)
    {
        AtomicFile.Write(file.FullName, stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { SkipValidation = false });
            for (int row = 0; row < split.Count; row++)
            {
                cancellation.ThrowIfCancellationRequested();
                json.WriteStartObject();
                for (int part = 0; part < split.Parts; part++) WriteSequence(json, shape.Input, split, row, part);
                WriteLabel(json, shape.Output, split, row);
                json.WriteEndObject();
                json.Flush();
                json.Reset();
                stream.Write("\n"u8);
            }
        });
        return file;
    }

    private static void WriteSequence(Utf8JsonWriter json, InputSpec input, SequenceSplit split, int row, int part)
    {
        string more = part == 0 ? "" : "_2";
        if (input is TokenInput tokens)
        {
            json.WriteStartArray("tokens" + more);
            foreach (ushort id in split.Tokens(row, part)) json.WriteStringValue(tokens.Vocabulary[id]);
            json.WriteEndArray();
            return;
        }
        int channels = ((RealInput)input).Channels;
        ReadOnlySpan<float> values = split.Values(row, part);
        json.WriteStartArray("values" + more);
        for (int i = 0; i < values.Length; i++)
        {
            if (channels > 1 && i % channels == 0) json.WriteStartArray();
            json.WriteNumberValue(values[i]);
            if (channels > 1 && i % channels == channels - 1) json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    private static void WriteLabel(Utf8JsonWriter json, OutputSpec output, SequenceSplit split, int row)
    {
        if (output is ClassOutput classes && split.Label(row) != SequenceSplit.Unlabelled) json.WriteString("label", classes.Classes[split.Label(row)]);
        if (output is not RegressionOutput regression) return;
        json.WriteStartArray("targets");
        ReadOnlySpan<float> targets = split.Targets(row);
        for (int k = 0; k < targets.Length; k++)
        {
            if (float.IsFinite(targets[k])) json.WriteNumberValue(targets[k] * regression.Scales[k] + regression.Offsets[k]);
            else json.WriteNullValue();
        }
        json.WriteEndArray();
    }
}

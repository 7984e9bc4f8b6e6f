using System.Text.Json;

namespace Lengthwise.Experiments;

/// <summary>Reads and writes <c>result.json</c>: one <see cref="RunRecord"/>, keys in snake case, indented.</summary>
public static class RunRecordFile
{
    private const int NewestSchema = 1;

    /// <summary>Writes the record; a reader sees the whole file or none.</summary>
    /// <param name="path">The file; its folder is made when it is missing.</param>
    /// <param name="record">The record.</param>
    public static void Write(string path, RunRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        AtomicFile.WriteText(path, JsonSerializer.Serialize(record, RecordJson.Document) + "\n");
    }

    /// <summary>Reads a record.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="LengthwiseException">The file is missing, is no record, or comes from a newer version.</exception>
    public static RunRecord Read(string path)
    {
        RunRecord? record;
        try
        {
            record = JsonSerializer.Deserialize<RunRecord>(File.ReadAllBytes(path), RecordJson.Document);
        }
        catch (Exception cause) when (cause is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LengthwiseException(
                ExitCode.Data, $"reading the result of a run: '{path}' does not exist", "the run is not finished: 'lengthwise resume RUN' finishes it", cause);
        }
        catch (JsonException cause)
        {
            throw Broken($"{path}({(cause.LineNumber ?? 0) + 1})", cause.Message, cause);
        }
        if (record is null) throw Broken(path, "the file holds 'null'", null);
        if (record.Schema > NewestSchema)
            throw new LengthwiseException(
                ExitCode.Data,
                $"reading the result of a run: '{path}' has schema {record.Schema}, this version reads up to {NewestSchema}",
                "read it with the version of Lengthwise that wrote it, or a newer one");
        return record;
    }

    private static LengthwiseException Broken(string place, string found, Exception? cause) =>
        new(ExitCode.Data,
            $"reading the result of a run: {place}: expected a run record, found {Found(found)}",
            "delete the file and run 'lengthwise resume RUN': the result is written again from the last checkpoint",
            cause);

    private static string Found(string message) => message.Split(" Path:")[0].TrimEnd('.');
}

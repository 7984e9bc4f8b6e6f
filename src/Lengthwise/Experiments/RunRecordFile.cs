using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Lengthwise.Experiments;

/// <summary>Reads and writes <c>result.json</c>: one <see cref="RunRecord"/>, keys in snake case, indented.</summary>
public static partial class RunRecordFile
{
    private const int NewestSchema = 1;
    private const string Blank = "\"checksum\": \"\"";

    /// <summary>Writes the record; a reader sees the whole file or none.</summary>
    /// <param name="path">The file; its folder is made when it is missing.</param>
    /// <param name="record">The record.</param>
    public static void Write(string path, RunRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        string text = JsonSerializer.Serialize(record with { Checksum = "" }, RecordJson.Document) + "\n";
        AtomicFile.WriteText(path, text.Replace(Blank, $"\"checksum\": \"{Checksum(text)}\"", StringComparison.Ordinal));
    }

    /// <summary>Whether the file is as it was written, to the letter. True for files of versions that wrote no checksum.</summary>
    /// <param name="path">The file.</param>
    public static bool IsAsWritten(string path)
    {
        string text = File.ReadAllText(path);
        Match written = Written().Match(text);
        return !written.Success || written.Groups[1].Value == Checksum(Written().Replace(text, Blank));
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
        // It is the file's, not the record's.
        return record with { Checksum = "" };
    }

    private static LengthwiseException Broken(string place, string found, Exception? cause) =>
        new(ExitCode.Data,
            $"reading the result of a run: {place}: expected a run record, found {Found(found)}",
            "delete the file and run 'lengthwise resume RUN': the result is written again from the last checkpoint",
            cause);

    private static string Checksum(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [GeneratedRegex("\"checksum\": \"([0-9a-f]+)\"")]
    private static partial Regex Written();

    private static string Found(string message) => message.Split(" Path:")[0].TrimEnd('.');
}

using System.Text.Json;

namespace Lengthwise.Experiments;

/// <summary>
/// How a comparison or run was last started, <c>start.json</c> in its folder, so that it can be continued without its terminal. It belongs to the machine
/// and the place it was written on: a folder that was moved or comes from elsewhere is not started by it.
/// </summary>
public sealed record StartNote
{
    /// <summary>Words after the program's name.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Folder that relative paths among them begin at.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Full path of the folder that was worked in.</summary>
    public required string Folder { get; init; }

    /// <summary>Writes the note into the folder that it is about.</summary>
    public static void Write(DirectoryInfo folder, IReadOnlyList<string> arguments) => AtomicFile.WriteText(
        PathIn(folder),
        JsonSerializer.Serialize(new StartNote { Arguments = arguments, WorkingDirectory = Environment.CurrentDirectory, Folder = folder.FullName }, RecordJson.Document) + "\n");

    /// <summary>Reads the note of a folder.</summary>
    /// <exception cref="LengthwiseException">There is none, it is damaged, or it was written for another place.</exception>
    public static StartNote Read(DirectoryInfo folder)
    {
        try
        {
            StartNote note = JsonSerializer.Deserialize<StartNote>(File.ReadAllBytes(PathIn(folder)), RecordJson.Document) ?? throw new JsonException("the file holds 'null'");
            if (Path.TrimEndingDirectorySeparator(note.Folder) != Path.TrimEndingDirectorySeparator(folder.FullName))
                throw Refusal(folder, $"it was started as '{note.Folder}'", null);
            if (!Directory.Exists(note.WorkingDirectory)) throw Refusal(folder, $"the folder that it was started from, '{note.WorkingDirectory}', does not exist", null);
            return note;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw Refusal(folder, e is FileNotFoundException ? "it does not say how it was started" : e.Message, e);
        }
    }

    private static string PathIn(DirectoryInfo folder) => Path.Combine(folder.FullName, "start.json");

    private static LengthwiseException Refusal(DirectoryInfo folder, string found, Exception? cause) =>
        new(ExitCode.Data, $"continuing '{folder.FullName}': {found}", "give its command once in a terminal; after that it can be continued from here", cause);
}

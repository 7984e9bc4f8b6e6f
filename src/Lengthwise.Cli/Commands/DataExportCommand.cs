using System.CommandLine;
using Lengthwise.Cli.Output;
using Lengthwise.Cli.Running;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise data export</c>: the prepared splits of a task for other programs.</summary>
internal sealed class DataExportCommand : DocumentedCommand
{
    private readonly Terminal _terminal;

    private readonly Argument<string> _task = new("task") { Description = "A task; 'lengthwise ls tasks' lists them." };

    private readonly Option<DirectoryInfo> _out = new("--out") { HelpName = "FOLDER", Required = true, Description = "Where the files go." };

    private readonly Option<ExportFormat> _format = new("--format") { HelpName = "npy|jsonl|tsv", Description = "NumPy arrays padded to the longest row, JSON lines, or tab-separated text (default: npy)." };

    private readonly Option<string[]> _set = new("--set") { HelpName = "KEY=VALUE", Description = "Change a setting of the task, such as task.path=recordings.csv; may be repeated." };

    private readonly Option<DirectoryInfo> _cache = Places.CacheOption();

    public DataExportCommand(Terminal terminal)
        : base("export", "Writes the splits of a task as models see them - divided, encoded, normalised - for use in other programs.", [
            new("data export fashion-mnist --out arrays", "X_train.npy, y_train.npy, lengths_train.npy and so on"),
            new("data export own-data --set task.path=recordings.csv --format jsonl --out rows", "your own files as JSON lines"),
        ])
    {
        _terminal = terminal;
        Add(_task);
        foreach (Option option in (Option[])[_out, _format, _set, _cache]) Add(option);
        SetAction(parsed => (int)Run(parsed));
    }

    private ExitCode Run(ParseResult parsed)
    {
        SequenceTask task = NamedTask.Read("exporting data", parsed.GetValue(_task)!, parsed.GetValue(_set) ?? []);
        DirectoryInfo folder = parsed.GetValue(_out)!;
        using var interruption = new Interruption();
        using PreparedTask data = task.Prepare(Places.Cache(parsed, _cache), new PreparationProgressLine(_terminal), interruption.Stop);
        foreach (string note in data.Notes) _terminal.Note($"note: {note}");
        IReadOnlyList<FileInfo> files = parsed.GetValue(_format) switch
        {
            ExportFormat.Jsonl => SplitJson.Write(folder, data, interruption.Stop),
            ExportFormat.Tsv => SplitText.Write(folder, data, interruption.Stop),
            _ => SplitArrays.Write(folder, data, interruption.Stop),
        };
        if (data.Encoding is { } encoding)
        {
            var description = new FileInfo(Path.Combine(folder.FullName, "encoding.json"));
            encoding.Write(description.FullName);
            files = [.. files, description];
        }
        foreach (FileInfo file in files) _terminal.Out.WriteLine(Path.Combine(folder.ToString(), file.Name));
        return ExitCode.Done;
    }
}

/// <summary>Formats of exported splits.</summary>
internal enum ExportFormat
{
    /// <summary>NumPy arrays.</summary>
    Npy,

    /// <summary>JSON lines.</summary>
    Jsonl,

    /// <summary>Tab-separated text in Long Range Arena's layout.</summary>
    Tsv,
}

using System.CommandLine;
using Lengthwise.Cli.Output;
using Lengthwise.Cli.Running;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Tasks.Pathfinder;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise data make</c>: writes the splits of a task as text.</summary>
internal sealed class DataMakeCommand : DocumentedCommand
{
    private readonly Terminal _terminal;

    private readonly Argument<string> _task = new("task") { Description = "A task; 'lengthwise ls tasks' lists them." };

    private readonly Option<DirectoryInfo> _out = new("--out") { HelpName = "FOLDER", Required = true, Description = "Where the three files go." };

    private readonly Option<string[]> _set = new("--set") { HelpName = "KEY=VALUE", Description = "Change a setting of the task, such as task.seed=2; may be repeated." };

    private readonly Option<DirectoryInfo> _cache = Places.CacheOption();

    public DataMakeCommand(Terminal terminal)
        : base("make", "Writes training, validation and test split as TSV files: the sequence, a tab, the label.", [
            new("data make listops --out listops", "Long Range Arena's three files, generated"),
            new("data make listops --out other --set task.seed=2", "other expressions of the same kind"),
            new("data make pathfinder --out lra", "images as PNG with metadata, in the layout of Long Range Arena's release"),
        ])
    {
        _terminal = terminal;
        Add(_task);
        foreach (Option option in (Option[])[_out, _set, _cache]) Add(option);
        SetAction(parsed => (int)Run(parsed));
    }

    private ExitCode Run(ParseResult parsed)
    {
        SequenceTask task = NamedTask.Read("making data", parsed.GetValue(_task)!, parsed.GetValue(_set) ?? []);
        DirectoryInfo folder = parsed.GetValue(_out)!;
        using var interruption = new Interruption();
        // Images are drawn straight into their files; nobody needs them packed as well.
        if (task is PathfinderTask pathfinder)
        {
            foreach (FileInfo metadata in pathfinder.WriteRelease(folder, null, interruption.Stop))
                _terminal.Out.WriteLine(Path.Combine(folder.ToString(), Path.GetRelativePath(folder.FullName, metadata.FullName)));
            return ExitCode.Done;
        }
        using PreparedTask data = task.Prepare(Places.Cache(parsed, _cache), null, interruption.Stop);
        foreach (string note in data.Notes) _terminal.Note($"note: {note}");
        IReadOnlyList<FileInfo> files = task is ListOps
            ? ListOpsFile.Write(folder, data, null, interruption.Stop)
            : SplitText.Write(folder, data, interruption.Stop);
        foreach (FileInfo file in files) _terminal.Out.WriteLine(Path.Combine(folder.ToString(), file.Name));
        return ExitCode.Done;
    }
}

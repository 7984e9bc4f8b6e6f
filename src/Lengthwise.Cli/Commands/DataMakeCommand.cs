using System.CommandLine;
using Lengthwise.Cli.Output;
using Lengthwise.Cli.Running;
using Lengthwise.Modeling;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Recipes;

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
        ])
    {
        _terminal = terminal;
        Add(_task);
        foreach (Option option in (Option[])[_out, _set, _cache]) Add(option);
        SetAction(parsed => (int)Run(parsed));
    }

    private ExitCode Run(ParseResult parsed)
    {
        SequenceTask task = Task(parsed.GetValue(_task)!, parsed.GetValue(_set) ?? []);
        DirectoryInfo folder = parsed.GetValue(_out)!;
        using var interruption = new Interruption();
        using PreparedTask data = task.Prepare(Places.Cache(parsed, _cache), null, interruption.Stop);
        foreach (string note in data.Notes) _terminal.Note($"note: {note}");
        IReadOnlyList<FileInfo> files = task is ListOps
            ? ListOpsFile.Write(folder, data, null, interruption.Stop)
            : SplitText.Write(folder, data, interruption.Stop);
        foreach (FileInfo file in files) _terminal.Out.WriteLine(Path.Combine(folder.ToString(), file.Name));
        return ExitCode.Done;
    }

    // Settings are read as a recipe's are, so that a mistake in them looks the same; the model is only there because a recipe has one.
    private static SequenceTask Task(string name, string[] overrides)
    {
        if (!TaskCatalog.Settings.ContainsKey(name))
            throw new LengthwiseException(ExitCode.Usage, $"making data: there is no task '{name}'", Suggestions.Hint("tasks", name, [.. TaskCatalog.Settings.Keys]));
        if (overrides.FirstOrDefault(o => !o.StartsWith("task.", StringComparison.Ordinal)) is { } other)
            throw new LengthwiseException(ExitCode.Usage, $"making data: '--set {other}' is no setting of the task", "settings of the task begin with 'task.', such as task.seed=2");
        string text = $"[task]\nname = \"{name}\"\n[model]\nname = \"{ModelCatalog.Settings.Keys.First()}\"\n";
        Recipe recipe = RecipeReader.Parse(text, "--set", overrides, new SettingsCatalog());
        return TaskCatalog.Create(recipe.TaskName, recipe.Task);
    }
}

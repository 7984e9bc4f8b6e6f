using System.CommandLine;
using System.Globalization;
using Lengthwise.Cli.Output;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Recipes;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise ls</c>: what there is.</summary>
internal sealed class LsCommand : DocumentedCommand
{
    private readonly Terminal _terminal;

    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON document.", Recursive = true };

    private readonly Argument<DirectoryInfo> _folder = new("folder")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "Where to look; 'runs' when left out.",
    };

    public LsCommand(Terminal terminal)
        : base("ls", "Lists tasks, models, recipes or runs.", [
            new("ls tasks", "names, lengths, metrics and licences of the tasks"),
            new("ls models --json", "the models, for a script"),
            new("ls runs results", "runs and comparisons below a folder"),
        ])
    {
        _terminal = terminal;
        Add(_json);
        Add(Kind("tasks", "Tasks with their default settings.", ListTasks));
        Add(Kind("models", "Models.", ListModels));
        Add(Kind("recipes", "Presets for 'compare' and recipes for 'train'.", ListRecipes));
        Command runs = Kind("runs", "Runs below a folder, finished or not.", ListRuns);
        runs.Add(_folder);
        Add(runs);
    }

    private static Command Kind(string name, string description, Action<ParseResult> list)
    {
        var command = new Command(name, description);
        command.SetAction(parsed => list(parsed));
        return command;
    }

    private void ListTasks(ParseResult parsed)
    {
        SequenceTask[] tasks = [.. TaskCatalog.Settings.Keys.Select(TaskCatalog.Create)];
        if (parsed.GetValue(_json))
        {
            _terminal.Out.WriteLine(JsonText.Of(new
            {
                Schema = 1,
                Tasks = tasks.Select(t => new
                {
                    t.Name,
                    t.Summary,
                    t.Version,
                    Input = InputOf(t.Shape),
                    Classes = (t.Shape?.Output as ClassOutput)?.Classes.Count,
                    t.Shape?.MaxLength,
                    t.Metric,
                    t.HigherIsBetter,
                    t.Shape?.Chance,
                    t.DefaultMaskRatio,
                    t.Citation,
                    t.Licence,
                }),
            }));
            return;
        }
        _terminal.Out.Write(TextTable.Render(
            ["task", "input", "length", "chance", "what it is"],
            [.. tasks.Select(t => (IReadOnlyList<string>)[t.Name, InputOf(t.Shape), t.Shape is null ? "as the data" : Amount.Count(t.Shape.MaxLength), t.Shape?.Chance.ToString("0.###", CultureInfo.InvariantCulture) ?? "as the data", t.Summary])],
            _terminal.Width));
    }

    private void ListModels(ParseResult parsed)
    {
        ModelArchitecture[] models = [.. ModelCatalog.Settings.Keys.Select(ModelCatalog.Create)];
        if (parsed.GetValue(_json))
        {
            _terminal.Out.WriteLine(JsonText.Of(new { Schema = 1, Models = models.Select(m => new { m.Name, m.Summary, m.Citation, Objectives = ModelCatalog.Objectives(m.Name), Remark = ModelCatalog.Remark(m.Name) }) }));
            return;
        }
        _terminal.Out.Write(TextTable.Render(
            ["model", "objectives", "what it is"],
            [.. models.Select(m => (IReadOnlyList<string>)[m.Name, Objectives(m.Name), $"{m.Summary} ({m.Citation}){(ModelCatalog.Remark(m.Name) is { } remark ? $". {remark}." : "")}"])],
            _terminal.Width));
    }

    private void ListRecipes(ParseResult parsed)
    {
        var catalog = new PresetCatalog(Places.Recipes);
        IReadOnlyList<RecipeListing> presets = catalog.Presets, recipes = catalog.Recipes;
        if (parsed.GetValue(_json))
        {
            _terminal.Out.WriteLine(JsonText.Of(new { Schema = 1, Presets = presets, Recipes = recipes }));
            return;
        }
        _terminal.Out.Write(TextTable.Render(
            ["task", "name", "for", "what it is"],
            [.. presets.Select(p => Row(p, "compare")), .. recipes.Select(r => Row(r, "train"))],
            _terminal.Width));

        static IReadOnlyList<string> Row(RecipeListing listing, string use) => [listing.Task, listing.Name, use, listing.Summary];
    }

    private void ListRuns(ParseResult parsed)
    {
        DirectoryInfo folder = parsed.GetValue(_folder) ?? new DirectoryInfo(Places.Runs);
        bool isDefault = parsed.GetValue(_folder) is null;
        if (!folder.Exists && !isDefault)
            throw new LengthwiseException(ExitCode.Data, $"listing runs: the folder '{folder}' does not exist", "name a folder that holds runs");

        IReadOnlyList<RunEntry> runs = [];
        if (folder.Exists)
        {
            using RunStore store = RunStore.Open(folder);
            runs = store.List();
            if (store.Note is { } note) _terminal.Note($"note: {note}");
        }
        if (parsed.GetValue(_json))
        {
            _terminal.Out.WriteLine(JsonText.Of(new { Schema = 1, Folder = folder.ToString(), Runs = runs }));
            return;
        }
        if (runs.Count == 0) _terminal.Note($"no runs in '{folder}'");
        else _terminal.Out.Write(TextTable.Render(["state", "test", "valid.", "steps", "time", "run"], [.. runs.Select(Row)], _terminal.Width));
    }

    private static IReadOnlyList<string> Row(RunEntry run) =>
    [
        Naming.ToKey(run.Status), Score(run.Test), Score(run.Validation), run.Steps is { } steps ? Amount.Count(steps) : "-",
        run.Seconds is { } seconds ? Amount.Time(TimeSpan.FromSeconds(seconds)) : "-", run.Path,
    ];

    private static string Objectives(string model) => string.Join(", ", ModelCatalog.Objectives(model).Select(o => Naming.ToKey(o)));

    private static string Score(double? score) => score is { } value ? value.ToString("0.0000", CultureInfo.InvariantCulture) : "-";

    private static string InputOf(TaskShape? shape) => shape?.Input switch
    {
        TokenInput tokens => $"{tokens.Vocabulary.Count} tokens",
        RealInput real => $"{real.Channels} real",
        null => "as the data",
        { } other => other.GetType().Name,
    };
}

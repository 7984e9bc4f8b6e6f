using System.CommandLine;
using System.Globalization;
using Lengthwise.Cli.Output;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise ls</c>: what there is.</summary>
internal sealed class LsCommand : DocumentedCommand
{
    private readonly Terminal _terminal;

    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON document.", Recursive = true };

    public LsCommand(Terminal terminal)
        : base("ls", "Lists tasks, models, recipes or runs.", [
            new("ls tasks", "names, lengths, metrics and licences of the tasks"),
            new("ls models --json", "the models, for a script"),
        ])
    {
        _terminal = terminal;
        Add(_json);
        Add(Kind("tasks", "Tasks with their default settings.", ListTasks));
        Add(Kind("models", "Models.", ListModels));
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
                    Input = InputOf(t.Input),
                    Classes = (t.Output as ClassOutput)?.Classes.Count,
                    t.MaxLength,
                    t.Metric,
                    t.HigherIsBetter,
                    t.Chance,
                    t.DefaultMaskRatio,
                    t.Citation,
                    t.Licence,
                }),
            }));
            return;
        }
        _terminal.Out.Write(TextTable.Render(
            ["task", "input", "length", "chance", "what it is"],
            [.. tasks.Select(t => (IReadOnlyList<string>)[t.Name, InputOf(t.Input), Amount.Count(t.MaxLength), t.Chance.ToString("0.###", CultureInfo.InvariantCulture), t.Summary])],
            _terminal.Width));
    }

    private void ListModels(ParseResult parsed)
    {
        ModelArchitecture[] models = [.. ModelCatalog.Settings.Keys.Select(ModelCatalog.Create)];
        if (parsed.GetValue(_json))
        {
            _terminal.Out.WriteLine(JsonText.Of(new { Schema = 1, Models = models.Select(m => new { m.Name, m.Summary, m.Citation }) }));
            return;
        }
        _terminal.Out.Write(TextTable.Render(
            ["model", "what it is"],
            [.. models.Select(m => (IReadOnlyList<string>)[m.Name, $"{m.Summary} ({m.Citation})"])],
            _terminal.Width));
    }

    private static string InputOf(InputSpec input) => input switch
    {
        TokenInput tokens => $"{tokens.Vocabulary.Count} tokens",
        RealInput real => $"{real.Channels} real",
        _ => input.GetType().Name,
    };
}

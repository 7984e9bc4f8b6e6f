using System.CommandLine;
using System.Globalization;
using Lengthwise.Cli.Output;
using Lengthwise.Cli.Running;
using Lengthwise.Experiments;
using Lengthwise.Modeling;
using Lengthwise.Modeling.Training;
using Lengthwise.Recipes;

namespace Lengthwise.Cli.Commands;

/// <summary><c>lengthwise train</c>: one run.</summary>
internal sealed class TrainCommand : DocumentedCommand
{
    private readonly Terminal _terminal;

    private readonly Argument<string> _recipe = new("recipe") { Description = "A recipe file, or TASK/NAME as 'lengthwise ls recipes' lists it." };

    private readonly Option<string[]> _set = new("--set") { HelpName = "KEY=VALUE", Description = "Change a setting, such as model.d_state=32; may be repeated." };

    private readonly Option<DirectoryInfo> _out = new("--out") { HelpName = "FOLDER", Description = "The run's folder; by default runs/TASK-MODEL-OBJECTIVE-seedN." };

    private readonly Option<int?> _threads = new("--threads") { HelpName = "N", Description = "Threads, part of the run's identity; by default the recipe's." };

    private readonly Option<FileInfo> _weights = new("--weights") { HelpName = "FILE", Description = "Begin with the weights of this safetensors file; 'lengthwise weights import' makes one." };

    private readonly Option<DirectoryInfo> _cache = Places.CacheOption();

    private readonly Option<bool> _json = new("--json") { Description = "Print the result as one JSON document." };

    public TrainCommand(Terminal terminal)
        : base("train", "Trains one model after a recipe. Ctrl+C saves a checkpoint; 'lengthwise resume' continues exactly.", [
            new("train recipes/markov-sources/default/s4d.toml", "one model of a preset"),
            new("train my.toml --set optimizer.lr=0.002 --out runs/mine", "with another setting, in a folder of its own"),
        ])
    {
        _terminal = terminal;
        Add(_recipe);
        foreach (Option option in (Option[])[_set, _out, _threads, _weights, _cache, _json]) Add(option);
        SetAction(async (parsed, _) => (int)await RunAsync(parsed));
    }

    private Task<ExitCode> RunAsync(ParseResult parsed)
    {
        List<string> overrides = [.. parsed.GetValue(_set) ?? []];
        if (parsed.GetValue(_threads) is { } threads) overrides.Add(string.Create(CultureInfo.InvariantCulture, $"run.threads={threads}"));
        if (parsed.GetValue(_weights) is { } weights) overrides.Add($"run.weights='{weights.FullName}'");
        Recipe recipe = RecipeReader.Read(Places.RecipeFile(parsed.GetValue(_recipe)!), overrides, new SettingsCatalog());
        string name = string.Create(CultureInfo.InvariantCulture, $"{recipe.TaskName}-{recipe.ModelName}-{Naming.ToKey(recipe.Objective.Name)}-seed{recipe.Run.Seed}");
        var folder = new RunFolder(parsed.GetValue(_out) ?? new DirectoryInfo(Path.Combine(Places.Runs, name)));
        return SingleRun.ExecuteAsync(
            folder, Places.Cache(parsed, _cache), _terminal, parsed.GetValue(_json), (options, stop) => TrainingRun.Start(recipe, folder, options, stop));
    }
}

using System.CommandLine;

namespace Lengthwise.Cli.Diagnosing;

/// <summary>Arguments and options of <c>lengthwise diagnose locality</c>.</summary>
internal sealed class LocalityOptions
{
    /// <summary>The word for whole attention among windows.</summary>
    public const string Whole = "all";

    public Argument<string> Target { get; } = new("target") { HelpName = "TASK|TASK/PRESET|FOLDER", Description = "A task with its default preset, a preset, or a preset's folder; its Transformer is what windows are put on." };

    public Option<string?> Windows { get; } = new("--windows") { HelpName = "1,2,4,all", Description = "Steps that each layer's attention sees, the step itself included; by default powers of two (of four beyond 256 steps), and all." };

    public Option<int> Seeds { get; } = new("--seeds") { HelpName = "N", DefaultValueFactory = _ => 3, Description = "Seeds 1 to N." };

    public Option<double?> Budget { get; } = new("--budget") { HelpName = "AMOUNT", Description = "Budget of every run on labels, in the preset's unit; by default that of both of the preset's phases." };

    public Option<string[]> Set { get; } = new("--set") { HelpName = "KEY=VALUE", Description = "Change a setting, such as task.length=128; may be repeated.", AllowMultipleArgumentsPerToken = false };

    public Option<DirectoryInfo> Out { get; } = new("--out") { HelpName = "FOLDER", Description = "Runs and result; by default runs/locality-PRESET-TASK. Starting again in the same folder skips what is finished." };

    public Option<int?> Jobs { get; } = new("--jobs") { HelpName = "N", Description = "Runs side by side; by default as many as the cores hold." };

    public Option<DirectoryInfo> Cache { get; } = Places.CacheOption();

    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Print the plan with its estimate and stop." };

    public Option<bool> Json { get; } = new("--json") { Description = "Print the JSON document instead of the table." };

    public void AddTo(Command command)
    {
        command.Add(Target);
        foreach (Option option in (Option[])[Windows, Seeds, Budget, Set, Out, Jobs, Cache, DryRun, Json]) command.Add(option);
    }
}

using System.CommandLine;

namespace Lengthwise.Cli.Comparing;

/// <summary>Arguments and options of <c>lengthwise compare</c>.</summary>
internal sealed class CompareOptions
{
    public Argument<string[]> Tasks { get; } = new("task")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description = $"Tasks to compare on; '{ComparisonRequest.DefaultTask}' when none is named. 'lengthwise ls tasks' lists them.",
    };

    public Option<string> Models { get; } = new("--models") { HelpName = "a,b", Description = "Models of the preset to compare; by default those it names." };

    public Option<string> Objectives { get; } = new("--objectives") { HelpName = "a,b", Description = "Any of scratch (labels alone, for the budget of fine-tuning), scratch-matched (labels alone, for the budget of both phases), masked and causal; by default those of the preset." };

    public Option<string> Inits { get; } = new("--inits") { HelpName = "a,b", Description = "Of structured and random: how state space models begin; by default structured." };

    public Option<string> MatchParameters { get; } = new("--match-parameters")
    {
        HelpName = "N|MODEL",
        Description = "Give every model as many parameters, within 2 %, by its width: a number, a model, smallest or largest.",
    };

    public Option<string> Sizes { get; } = new("--sizes") { HelpName = "a,b", Description = "Sizes of each model, such as 0.5,1,2,4 times its parameters, by its width." };

    public Option<string> PretrainShares { get; } = new("--pretrain-shares")
    {
        HelpName = "a,b",
        Description = "Shares of the whole budget for pretraining, such as 0,0.2,0.4,0.6; 0 is the compute-matched arm from scratch.",
    };

    public Option<string> DataFractions { get; } = new("--data-fractions")
    {
        HelpName = "a,b",
        Description = "Shares of the labelled training rows, such as 0.1,0.3,1; subsets are nested, validation and test stay whole.",
    };

    public Option<string> PretrainOn { get; } = new("--pretrain-on")
    {
        HelpName = "a,b",
        Description = "Rows that pretraining reads, of subset (those whose labels are used), labelled and all; by default subset with --data-fractions, else all.",
    };

    public Option<string> Search { get; } = new("--search")
    {
        HelpName = "grid|paper|random-halving",
        Description = "What each arm tries before its seeds: the preset's rates, the self-pretraining article's rates and batches, or --trials rates drawn at random and halved.",
    };

    public Option<int?> Trials { get; } = new("--trials") { HelpName = "N", Description = "Rates that --search random-halving draws, the same for every arm." };

    public Option<int?> Seeds { get; } = new("--seeds") { HelpName = "N", Description = "Number of seeds, from 1 or 'compare.first_seed' on; by default the preset's." };

    public Option<string> Preset { get; } = new("--preset")
    {
        HelpName = "NAME|FOLDER",
        Description = $"Settings and budgets; '{ComparisonRequest.DefaultPreset}' when left out. 'lengthwise ls recipes' lists them.",
    };

    public Option<DirectoryInfo> Out { get; } = new("--out")
    {
        HelpName = "FOLDER",
        Description = "Runs and reports; by default runs/PRESET-TASKS. Starting again in the same folder skips what is finished.",
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Print one JSON document instead of the table." };

    public Option<string[]> Set { get; } = new("--set")
    {
        HelpName = "KEY=VALUE",
        Description = "Change a setting of every model, such as budget.finetune=5; may be repeated.",
    };

    public Option<bool> Causal { get; } = new("--causal") { Description = "Make every model unidirectional and pretrain by prediction instead of masking." };

    public Option<int?> Jobs { get; } = new("--jobs") { HelpName = "N", Description = "Runs side by side; by default as many as the cores hold." };

    public Option<int?> Threads { get; } = new("--threads") { HelpName = "N", Description = "Threads of each run, part of its identity; by default the preset's, usually 1." };

    public Option<string> AllowUnfair { get; } = AllowUnfairOption();

    public Option<DirectoryInfo> Cache { get; } = Places.CacheOption();

    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Print the plan with its estimate and stop." };

    public CompareOptions()
    {
        Set.AllowMultipleArgumentsPerToken = false;
        Jobs.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1) result.AddError("--jobs is below 1");
        });
    }

    /// <summary>The option that lets a named unfairness pass, as a warning.</summary>
    public static Option<string> AllowUnfairOption() => new("--allow-unfair")
    {
        HelpName = "NAME,NAME",
        Description = "What would refuse the comparison as unfair becomes a named warning beside every number; docs/fairness.md lists the names.",
    };

    public void AddTo(Command command)
    {
        command.Add(Tasks);
        foreach (Option option in (Option[])[Models, Objectives, Inits, MatchParameters, Sizes, PretrainShares, DataFractions, PretrainOn, Search, Trials, Seeds, Preset, Out, Set, Causal, Jobs, Threads, AllowUnfair, Cache, DryRun, Json]) command.Add(option);
    }
}

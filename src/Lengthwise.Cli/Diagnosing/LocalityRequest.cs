using System.CommandLine;
using System.Globalization;
using Lengthwise.Cli.Comparing;
using Lengthwise.Cli.Output;
using Lengthwise.Cli.Running;
using Lengthwise.Diagnoses;
using Lengthwise.Experiments;
using Lengthwise.Modeling;
using Lengthwise.Modeling.Diagnoses;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Recipes;

namespace Lengthwise.Cli.Diagnosing;

/// <summary>What <c>lengthwise diagnose locality</c> was asked for: a comparison whose arms differ in what they may see.</summary>
/// <param name="Comparison">The comparison.</param>
/// <param name="Arms">Its models.</param>
/// <param name="Length">Steps of the longest sequence.</param>
internal sealed record LocalityRequest(ComparisonRequest Comparison, IReadOnlyList<LocalityArm> Arms, int Length)
{
    private const string Model = "transformer";

    /// <summary>Layers of the models.</summary>
    public int Layers => Comparison.Plan.Arms[0].Model.Model.NLayers;

    /// <summary>What every run is given, as a clause.</summary>
    public string Budget
    {
        get
        {
            Recipe recipe = Comparison.Plan.Arms[0].Cells(null)[0].Recipe;
            double amount = recipe.Budget.Pretrain + recipe.Budget.Finetune;
            return string.Create(CultureInfo.InvariantCulture, $"{amount} {Naming.ToKey(recipe.Budget.Unit)} on labels, learning rate {recipe.Optimizer.Lr}, nothing tuned");
        }
    }

    /// <summary>Reads preset and options, and prepares the data, which knows its longest sequence.</summary>
    /// <exception cref="RecipeException">Preset or settings have problems: all of them.</exception>
    /// <exception cref="LengthwiseException">Data is missing, or an option is wrong.</exception>
    public static LocalityRequest Read(ParseResult parsed, LocalityOptions options, Terminal terminal, CancellationToken cancellation)
    {
        int count = parsed.GetValue(options.Seeds);
        if (count < 1) throw new LengthwiseException(ExitCode.Usage, string.Create(CultureInfo.InvariantCulture, $"diagnose locality: found --seeds {count}, expected 1 or more"), "");
        Preset preset = ReadPreset(parsed, options);
        Recipe transformer = preset.Models[Model];
        // A budget of its own replaces both phases.
        ObjectiveKind objective = parsed.GetValue(options.Budget) is null ? ObjectiveKind.ScratchMatched : ObjectiveKind.Scratch;
        if (objective == ObjectiveKind.Scratch) transformer = transformer with { Budget = transformer.Budget with { Pretrain = 0 }, Pretraining = null };
        DirectoryInfo cache = Places.Cache(parsed, options.Cache);
        int length = LengthOf(transformer, cache, terminal, cancellation);

        (IReadOnlyList<int> windows, bool hasWhole) = Windows(parsed.GetValue(options.Windows), length);
        IReadOnlyList<(LocalityArm Arm, Recipe Recipe)> models = LocalityModels.Of(transformer, windows, hasWhole, length);
        long[] seeds = [.. Enumerable.Range(1, count).Select(s => (long)s)];
        var comparison = new ComparisonRequest
        {
            Plan = new ComparisonPlan([.. models.Select(m => new ArmPlan(m.Recipe, objective, AllCausal: false, [], preset.Compare.TuningSeed, seeds))]),
            Preset = preset.Name,
            Folder = new ComparisonFolder(parsed.GetValue(options.Out) ?? new DirectoryInfo(Path.Combine(Places.Runs, $"locality-{preset.Name}-{transformer.TaskName}"))),
            Options = new RunnerOptions(parsed.GetValue(options.Jobs) ?? Math.Max(1, Environment.ProcessorCount / transformer.Run.Threads), cache),
            Threads = transformer.Run.Threads,
            Words = [.. parsed.Tokens.Select(t => t.Value).Where(t => t != options.Json.Name && t != options.DryRun.Name)],
        };
        return new LocalityRequest(comparison, [.. models.Select(m => m.Arm)], length);
    }

    private static Preset ReadPreset(ParseResult parsed, LocalityOptions options)
    {
        List<string> overrides = [.. parsed.GetValue(options.Set) ?? [], $"compare.models=[{Model}]", "compare.objectives=[scratch]"];
        if (parsed.GetValue(options.Budget) is { } budget) overrides.Add(string.Create(CultureInfo.InvariantCulture, $"budget.finetune={budget}"));
        return PresetReader.Read(Folder(parsed.GetValue(options.Target)!), overrides, new SettingsCatalog());
    }

    private static DirectoryInfo Folder(string target)
    {
        if (File.Exists(Path.Combine(target, PresetReader.CompareFile))) return new DirectoryInfo(target);
        string[] parts = target.Split('/', 2);
        return new PresetCatalog(Places.Recipes).Resolve(parts[0], parts.Length > 1 ? parts[1] : ComparisonRequest.DefaultPreset);
    }

    private static int LengthOf(Recipe recipe, DirectoryInfo cache, Terminal terminal, CancellationToken cancellation)
    {
        SequenceTask task = TaskCatalog.Create(recipe.TaskName, recipe.Task);
        if (task.Shape is { } shape) return shape.MaxLength;
        using PreparedTask data = task.Prepare(cache, new PreparationProgressLine(terminal), cancellation);
        return data.Shape.MaxLength;
    }

    private static (IReadOnlyList<int> Windows, bool HasWhole) Windows(string? given, int length)
    {
        if (given is null) return (LocalityModels.DefaultWindows(length), true);
        string[] words = given.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var windows = new List<int>();
        foreach (string word in words.Where(w => w != LocalityOptions.Whole))
        {
            if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int window) || window < 1 || window > 1 << 20)
                throw new LengthwiseException(ExitCode.Usage, $"diagnose locality: found '{word}' in --windows, expected numbers of steps from 1 and the word '{LocalityOptions.Whole}'", "such as --windows 1,4,16,all");
            windows.Add(window);
        }
        return words.Length > 0 ? (windows, words.Contains(LocalityOptions.Whole)) : throw new LengthwiseException(ExitCode.Usage, "diagnose locality: --windows is empty", "such as --windows 1,4,16,all");
    }
}

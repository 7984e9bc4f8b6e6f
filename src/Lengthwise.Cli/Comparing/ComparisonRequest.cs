using System.CommandLine;
using System.Globalization;
using Lengthwise.Experiments;
using Lengthwise.Fairness;
using Lengthwise.Modeling;
using Lengthwise.Modeling.Sizing;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Recipes;
using Lengthwise.Reports;

namespace Lengthwise.Cli.Comparing;

/// <summary>What <c>lengthwise compare</c> was asked for, read and checked.</summary>
internal sealed record ComparisonRequest
{
    /// <summary>The preset that each task uses unless another is named.</summary>
    public const string DefaultPreset = "default";

    /// <summary>The task that is compared unless others are named.</summary>
    public const string DefaultTask = "markov-sources";

    /// <summary>The plan.</summary>
    public required ComparisonPlan Plan { get; init; }

    /// <summary>Names of the presets.</summary>
    public required string Preset { get; init; }

    /// <summary>Folder of the comparison.</summary>
    public required ComparisonFolder Folder { get; init; }

    /// <summary>How it is carried out.</summary>
    public required RunnerOptions Options { get; init; }

    /// <summary>What would refuse the comparison and was allowed by its name.</summary>
    public IReadOnlyList<string> AllowedUnfair { get; init; } = [];

    /// <summary>What the plan is found to be unfair in, and what limits it.</summary>
    public IReadOnlyList<FairnessWarning> Findings => [.. PlanFairness.Of(Plan).Concat(DirectionSizes.Of(Plan, Options.Cache)).Select(f => FairnessGate.Marked(f, AllowedUnfair))];

    /// <summary>Threads of each run.</summary>
    public required int Threads { get; init; }

    /// <summary>The words of the command line, without what does not belong to the comparison.</summary>
    public required IReadOnlyList<string> Words { get; init; }

    /// <summary>The command line as a person types it.</summary>
    public string Command => string.Join(" ", Words.Prepend("lengthwise").Select(w => w.Any(char.IsWhiteSpace) ? $"'{w}'" : w));

    /// <summary>Budgets and rules as sentences that do not depend on the machine.</summary>
    public IReadOnlyList<string> Notes => [.. PlanNotes.Of(Plan), .. SizeNotes];

    /// <summary>Widths that were chosen for the sizes that were asked for.</summary>
    public IReadOnlyList<string> SizeNotes { get; init; } = [];

    /// <summary>Whether models were to be of one size.</summary>
    public bool MatchesParameters { get; init; }

    /// <summary>One line a task.</summary>
    public IReadOnlyDictionary<string, string> TaskSummaries => new SortedDictionary<string, string>(
        Plan.Arms.Select(a => a.Model).DistinctBy(m => m.TaskLabel).ToDictionary(m => m.TaskLabel, m => Summary(m)),
        StringComparer.Ordinal);

    private static string Summary(Recipe recipe)
    {
        string summary = TaskCatalog.Create(recipe.TaskName, recipe.Task).Summary;
        return recipe.Data.Fraction < 1
            ? string.Create(CultureInfo.InvariantCulture, $"{summary.TrimEnd('.')}; {100 * recipe.Data.Fraction:0.####} % of the labelled training rows")
            : summary;
    }

    /// <summary>Reads the presets and makes the plan.</summary>
    /// <exception cref="RecipeException">Presets or options have problems: all of them.</exception>
    public static ComparisonRequest Read(ParseResult parsed, CompareOptions options)
    {
        string[] tasks = parsed.GetValue(options.Tasks) ?? [];
        string preset = parsed.GetValue(options.Preset) ?? DefaultPreset;
        string[] overrides = [.. Overrides(parsed, options)];
        DirectoryInfo cache = Places.Cache(parsed, options.Cache);
        Preset[] presets = [.. ReadPresets(Folders(tasks, preset), overrides).Select(p => Sized(p, cache))];
        ComparisonPlan plan = ComparisonPlan.Create(presets, parsed.GetValue(options.Causal));

        int threads = plan.Arms.Max(a => a.Model.Run.Threads);
        string presetName = string.Join(" ", presets.Select(p => p.Name).Distinct());
        string name = $"{presetName.Replace(' ', '-')}-{string.Join("-", plan.Arms.Select(a => a.Model.TaskName).Distinct())}{(parsed.GetValue(options.Causal) ? "-causal" : "")}";
        var folder = new ComparisonFolder(parsed.GetValue(options.Out) ?? new DirectoryInfo(Path.Combine(Places.Runs, name)));
        return new ComparisonRequest
        {
            Plan = plan,
            Preset = presetName,
            Folder = folder,
            Options = new RunnerOptions(
                parsed.GetValue(options.Jobs) ?? Math.Max(1, Environment.ProcessorCount / threads), cache, folder.KernelsPath),
            Threads = threads,
            SizeNotes = [.. presets.SelectMany(p => p.Notes)],
            MatchesParameters = presets.Any(p => p.Compare.MatchParameters is not null),
            Words = [.. WordsOf(parsed, options)],
            AllowedUnfair = FairnessGate.Allowed(parsed.GetValue(options.AllowUnfair)),
        };
    }

    /// <summary>A comparison that no command line asked for: one preset of some tasks.</summary>
    /// <param name="tasks">Tasks.</param>
    /// <param name="preset">The preset of each.</param>
    /// <param name="overrides">Settings, as <c>--set</c> takes them.</param>
    /// <param name="folder">Folder of the comparison.</param>
    /// <param name="jobs">Runs side by side; null for as many as the cores hold.</param>
    /// <param name="cache">Prepared data.</param>
    /// <param name="words">The command line that continues it.</param>
    /// <param name="allowedUnfair">What would refuse it and is allowed by name.</param>
    public static ComparisonRequest Create(
        IReadOnlyList<string> tasks, string preset, IReadOnlyList<string> overrides, DirectoryInfo folder, int? jobs, DirectoryInfo cache, IReadOnlyList<string> words,
        IReadOnlyList<string> allowedUnfair)
    {
        ComparisonPlan plan = ComparisonPlan.Create([.. ReadPresets(Folders([.. tasks], preset), [.. overrides]).Select(p => Sized(p, cache))], allCausal: false);
        int threads = plan.Arms.Max(a => a.Model.Run.Threads);
        return new ComparisonRequest
        {
            Plan = plan,
            Preset = preset,
            Folder = new ComparisonFolder(folder),
            Options = new RunnerOptions(jobs ?? Math.Max(1, Environment.ProcessorCount / threads), cache),
            Threads = threads,
            Words = words,
            AllowedUnfair = allowedUnfair,
        };
    }

    // Sizes depend on vocabulary, channels and classes, which only the data of some tasks can tell.
    private static Preset Sized(Preset preset, DirectoryInfo cache)
    {
        if (preset.Compare is { MatchParameters: null, Sizes.Count: 0 }) return preset;
        Recipe first = preset.Models.Values.First();
        using PreparedTask data = TaskCatalog.Create(first.TaskName, first.Task).Prepare(cache, progress: null, CancellationToken.None);
        return SizedPresets.Sized(preset, new ModelSize(data).Of);
    }

    private static IEnumerable<DirectoryInfo> Folders(string[] tasks, string preset)
    {
        // A preset given by its folder brings its task along.
        if (tasks.Length == 0 && File.Exists(Path.Combine(preset, PresetReader.CompareFile))) return [new DirectoryInfo(preset)];
        var catalog = new PresetCatalog(Places.Recipes);
        return (tasks.Length == 0 ? [DefaultTask] : tasks.Distinct()).Select(task => catalog.Resolve(task, preset));
    }

    private static Preset[] ReadPresets(IEnumerable<DirectoryInfo> folders, string[] overrides)
    {
        var presets = new List<Preset>();
        var problems = new List<RecipeProblem>();
        foreach (DirectoryInfo folder in folders)
        {
            try
            {
                presets.Add(PresetReader.Read(folder, overrides, new SettingsCatalog()));
            }
            catch (RecipeException e)
            {
                problems.AddRange(e.Problems);
            }
        }
        return problems.Count > 0 ? throw new RecipeException([.. problems.Distinct()]) : [.. presets];
    }

    // Options are shorthands for keys, so that they are checked as keys are.
    private static IEnumerable<string> Overrides(ParseResult parsed, CompareOptions options)
    {
        foreach (string set in parsed.GetValue(options.Set) ?? []) yield return set;
        if (parsed.GetValue(options.Models) is { } models) yield return $"compare.models=[{models}]";
        if (parsed.GetValue(options.Objectives) is { } objectives) yield return $"compare.objectives=[{objectives}]";
        if (parsed.GetValue(options.Inits) is { } inits) yield return $"compare.inits=[{inits}]";
        if (parsed.GetValue(options.MatchParameters) is { } size) yield return $"compare.match_parameters={size}";
        if (parsed.GetValue(options.Sizes) is { } sizes) yield return $"compare.sizes=[{sizes}]";
        if (parsed.GetValue(options.PretrainShares) is { } shares) yield return $"compare.pretrain_shares=[{shares}]";
        if (parsed.GetValue(options.DataFractions) is { } fractions) yield return $"compare.data_fractions=[{fractions}]";
        if (parsed.GetValue(options.PretrainOn) is { } rows) yield return $"compare.pretrain_on=[{rows}]";
        if (parsed.GetValue(options.Search) is { } search) yield return $"compare.search={search}";
        if (parsed.GetValue(options.Trials) is { } trials) yield return string.Create(CultureInfo.InvariantCulture, $"compare.trials={trials}");
        if (parsed.GetValue(options.Seeds) is { } seeds) yield return string.Create(CultureInfo.InvariantCulture, $"compare.seeds={seeds}");
        if (parsed.GetValue(options.Threads) is { } threads) yield return string.Create(CultureInfo.InvariantCulture, $"run.threads={threads}");
    }

    private static IEnumerable<string> WordsOf(ParseResult parsed, CompareOptions options)
    {
        string[] without = [options.Json.Name, options.DryRun.Name, CommandLine.Verbose.Name];
        return parsed.Tokens.Select(t => t.Value).Where(t => !without.Contains(t));
    }
}

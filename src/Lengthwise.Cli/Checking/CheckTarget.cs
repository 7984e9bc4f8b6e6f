using System.Globalization;
using Lengthwise.Cli.Comparing;
using Lengthwise.Experiments;
using Lengthwise.Modeling;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Recipes;

namespace Lengthwise.Cli.Checking;

/// <summary>What <c>data check</c> was pointed at: a task by its name, or files, which are the task <c>own-data</c>.</summary>
internal sealed class CheckTarget
{
    private const string OwnData = "own-data";
    private const int TokensPerBatch = 16_384, LargestBatch = 32;
    private readonly string[] _overrides;

    /// <summary>Reads the settings.</summary>
    /// <param name="target">A task's name, or a path.</param>
    /// <param name="overrides">Settings of the task, such as <c>task.label_column=kind</c>.</param>
    /// <exception cref="LengthwiseException">There is neither such a task nor such a path, or a setting is wrong.</exception>
    public CheckTarget(string target, IReadOnlyList<string> overrides)
    {
        bool isPath = File.Exists(target) || Directory.Exists(target);
        if (!isPath && !TaskCatalog.Settings.ContainsKey(target))
            throw new LengthwiseException(
                ExitCode.Data, $"checking data: there is no file or folder '{target}', and no task of that name",
                Suggestions.Hint("tasks", target, [.. TaskCatalog.Settings.Keys]));
        TaskName = isPath ? OwnData : target;
        Title = isPath ? System.IO.Path.GetFileName(System.IO.Path.GetFullPath(target)) : target;
        _overrides = isPath ? [$"task.path={System.IO.Path.GetFullPath(target)}", .. overrides] : [.. overrides];
    }

    /// <summary>The task.</summary>
    public string TaskName { get; }

    /// <summary>For headings.</summary>
    public string Title { get; }

    /// <summary>Whether bad rows are listed rather than refused: always for a person's own files, since all of them are of interest.</summary>
    public bool ListsBadRows => TaskName == OwnData && !_overrides.Any(o => o.StartsWith("task.on_bad_row", StringComparison.Ordinal));

    /// <summary>The task with its settings.</summary>
    public SequenceTask Task()
    {
        Recipe recipe = Presets(ListsBadRows ? ["task.on_bad_row=skip"] : [], 1)[0].Models.Values.First();
        return TaskCatalog.Create(recipe.TaskName, recipe.Task);
    }

    /// <summary>The comparison that the data suggests, with a batch that suits its lengths.</summary>
    /// <param name="data">The data.</param>
    /// <param name="cache">Folder for prepared data.</param>
    /// <param name="models">Models, separated by commas; null for those of the preset.</param>
    /// <param name="bidding">Settings of the command line that it would need.</param>
    public ComparisonRequest Comparison(PreparedTask data, DirectoryInfo cache, string? models, out string bidding)
    {
        string[] more = Adjustments(data);
        string[] chosen = models is null ? [] : [$"--models {models}"];
        bidding = string.Join(" ", ((string[])["lengthwise compare", TaskName, .. chosen, .. _overrides.Concat(more).Select(o => $"--set {Quoted(o)}")]));
        Preset[] presets = Presets(models is null ? more : [.. more, $"compare.models=[{models}]"], 1);
        ComparisonPlan plan = ComparisonPlan.Create(presets, allCausal: false);
        return new ComparisonRequest
        {
            Plan = plan,
            Preset = ComparisonRequest.DefaultPreset,
            Folder = new ComparisonFolder(cache),
            Options = new RunnerOptions(1, cache),
            Threads = 1,
            Words = [],
        };
    }

    /// <summary>Recipes whose cost is of interest: those of the named models, or of every model that the preset has a file for.</summary>
    /// <param name="data">The data.</param>
    /// <param name="models">Models, separated by commas; null for all.</param>
    public IReadOnlyList<Recipe> Recipes(PreparedTask data, string? models) =>
        [.. Presets([.. Adjustments(data), $"compare.models=[{models}]"], 1)[0].Models.Values.OrderBy(r => r.ModelName, StringComparer.Ordinal)];

    // What this data needs beside what was asked for.
    private string[] Adjustments(PreparedTask data) => TaskName != OwnData ? [] :
    [
        string.Create(CultureInfo.InvariantCulture, $"optimizer.batch_size={BatchFor(data)}"),
        .. data.Summary is { Skipped: > 0 } ? (string[])["task.on_bad_row=skip"] : [],
    ];

    private Preset[] Presets(IReadOnlyList<string> more, int threads)
    {
        var catalog = new PresetCatalog(Places.Recipes);
        string[] overrides = [.. _overrides, .. more, string.Create(CultureInfo.InvariantCulture, $"run.threads={threads}")];
        return [PresetReader.Read(catalog.Resolve(TaskName, ComparisonRequest.DefaultPreset), overrides, new SettingsCatalog())];
    }

    // About as many steps a batch as the published CPU presets have: enough rows to learn from, little enough memory.
    private static int BatchFor(PreparedTask data)
    {
        long steps = 0;
        for (int row = 0; row < data.Train.Count; row++) steps += data.Train.Length(row);
        double mean = Math.Max(1, steps / (double)data.Train.Count);
        return (int)Math.Clamp(TokensPerBatch / mean, 2, Math.Min(LargestBatch, Math.Max(2, data.Train.Count / 8)));
    }

    private static string Quoted(string setting) => setting.Any(c => char.IsWhiteSpace(c) || c is '\'' or '"' or '*' or '(' or '$') ? $"'{setting.Replace("'", "'\\''", StringComparison.Ordinal)}'" : setting;
}

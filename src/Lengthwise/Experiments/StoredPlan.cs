using System.Globalization;
using System.Text.Json;
using Lengthwise.Recipes;

namespace Lengthwise.Experiments;

/// <summary>
/// What a comparison's folder was made for, <c>plan.json</c>. Starting again in the same folder may add arms and seeds; a
/// setting that changed would mix two comparisons and is refused.
/// </summary>
public sealed record StoredPlan
{
    /// <summary>Version of this format.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>Names of the presets.</summary>
    public string Preset { get; init; } = "";

    /// <summary>The command that made or last extended the plan.</summary>
    public string Command { get; init; } = "";

    /// <summary>One sentence a budget or rule, for the report.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>One line about each task, by name.</summary>
    public IReadOnlyDictionary<string, string> TaskSummaries { get; init; } = new Dictionary<string, string>();

    /// <summary>The arms.</summary>
    public IReadOnlyList<StoredArm> Arms { get; init; } = [];

    /// <summary>Whether models were to be of one size.</summary>
    public bool MatchesParameters { get; init; }

    /// <summary>What would refuse the comparison and was allowed by its name.</summary>
    public IReadOnlyList<string> AllowedUnfair { get; init; } = [];

    /// <summary>Arms that were asked for and do not exist.</summary>
    public IReadOnlyList<InapplicableArm> NotApplicable { get; init; } = [];

    /// <summary>The stored form of a plan.</summary>
    public static StoredPlan Of(ComparisonPlan plan, string preset, string command, IReadOnlyList<string> notes, IReadOnlyDictionary<string, string> taskSummaries) => new()
    {
        Preset = preset,
        Command = command,
        Notes = notes,
        TaskSummaries = taskSummaries,
        Arms = [.. plan.Arms.Select(StoredArm.Of)],
        NotApplicable = plan.NotApplicable,
    };

    /// <summary>Reads <c>plan.json</c>.</summary>
    /// <exception cref="LengthwiseException">The file is missing or no plan.</exception>
    public static StoredPlan Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<StoredPlan>(File.ReadAllBytes(path), RecordJson.Document) ?? throw new JsonException("the file holds 'null'");
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LengthwiseException(ExitCode.Data, $"reading the plan of a comparison from '{path}': {e.Message}", "delete the file and start 'lengthwise compare' again: finished cells are kept", e);
        }
    }

    /// <summary>Writes <c>plan.json</c>.</summary>
    public void Write(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, RecordJson.Document) + "\n");

    /// <summary>This plan with the arms and seeds that only the earlier one has.</summary>
    /// <exception cref="LengthwiseException">An arm of both has different settings.</exception>
    public StoredPlan Extending(StoredPlan earlier, string folder)
    {
        string[] differences = [.. Arms.SelectMany(arm => earlier.Arms.Where(e => e.Name == arm.Name).SelectMany(arm.DifferencesFrom)).Distinct()];
        if (differences.Length > 0)
            throw new LengthwiseException(
                ExitCode.Usage,
                $"continuing the comparison in '{folder}': it was made with other settings\n  " + string.Join("\n  ", differences),
                "give the same settings, or choose another folder with --out; only seeds, models, objectives and tasks can be added");
        StoredArm[] arms = [.. Arms.Select(arm => arm.WithSeedsOf(earlier.Arms.FirstOrDefault(e => e.Name == arm.Name)))];
        var summaries = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string task, string summary) in earlier.TaskSummaries.Concat(TaskSummaries)) summaries[task] = summary;
        return this with
        {
            Arms = [.. arms, .. earlier.Arms.Where(e => Arms.All(a => a.Name != e.Name))],
            NotApplicable = [.. NotApplicable, .. earlier.NotApplicable.Where(e => NotApplicable.All(n => n.Name != e.Name) && Arms.All(a => a.Name != e.Name))],
            Notes = [.. Notes, .. earlier.Notes.Except(Notes)],
            TaskSummaries = summaries,
            MatchesParameters = MatchesParameters || earlier.MatchesParameters,
            AllowedUnfair = [.. AllowedUnfair.Union(earlier.AllowedUnfair)],
        };
    }
}

/// <summary>An arm as stored.</summary>
public sealed record StoredArm
{
    /// <summary>See <see cref="ArmPlan.Name"/>.</summary>
    public required string Name { get; init; }

    /// <summary>What reports call the task.</summary>
    public required string Task { get; init; }

    /// <summary>What reports call the model.</summary>
    public required string Model { get; init; }

    /// <summary>Objective.</summary>
    public required ObjectiveKind Objective { get; init; }

    /// <summary>What reports call the objective; empty where it is the objective's name.</summary>
    public string ObjectiveLabel { get; init; } = "";

    /// <summary>Learning rates to choose from.</summary>
    public IReadOnlyList<double> LrGrid { get; init; } = [];

    /// <summary>What is chosen from where it is not a grid of rates; null where it is.</summary>
    public Tuning? Search { get; init; }

    /// <summary>Seed of the trials.</summary>
    public long TuningSeed { get; init; }

    /// <summary>Seeds of the cells.</summary>
    public IReadOnlyList<long> Seeds { get; init; } = [];

    /// <summary>The arm's recipe before learning rate and seed are filled in.</summary>
    public required string Recipe { get; init; }

    /// <summary>As <see cref="ArmPlan.CellName"/>.</summary>
    public string CellName(long seed) => string.Create(CultureInfo.InvariantCulture, $"{Name}-seed{seed}");

    /// <summary>Names of the tuning runs by their rates; a single rate is taken without trials.</summary>
    public IEnumerable<(double Lr, string Name)> TrialNames() => TrialNames(0);

    /// <summary>The same of a later round, of all points that could be in it.</summary>
    /// <param name="round">Counted from 0.</param>
    public IEnumerable<(double Lr, string Name)> TrialNames(int round) =>
        Tuning.TrialCount == 0 || round >= Tuning.Rounds ? [] : Tuning.Points.Select(p => (p.Lr, Tuning.NameOf(Name, round, p)));

    /// <summary>What is chosen from.</summary>
    internal Tuning Tuning => Search ?? Tuning.Grid(LrGrid);

    /// <summary>The stored form of an arm.</summary>
    public static StoredArm Of(ArmPlan arm) => new()
    {
        Name = arm.Name,
        Task = arm.TaskLabel,
        Model = arm.ModelLabel,
        Objective = arm.Objective,
        ObjectiveLabel = arm.Model.Arm?.Objective ?? "",
        LrGrid = arm.LrGrid,
        Search = arm.LrGrid.Count > 0 || arm.Tuning.Points.Count == 0 ? null : arm.Tuning,
        TuningSeed = arm.TuningSeed,
        Seeds = arm.Seeds,
        Recipe = RecipeWriter.ToToml(arm.Recipe, []),
    };

    /// <summary>What reports call the objective.</summary>
    internal string ShownObjective => ObjectiveLabel.Length > 0 ? ObjectiveLabel : Naming.ToKey(Objective);

    /// <summary>Settings that differ, one sentence each.</summary>
    public IEnumerable<string> DifferencesFrom(StoredArm earlier)
    {
        SortedDictionary<string, string> mine = Settings(), theirs = earlier.Settings();
        foreach (string key in mine.Keys.Union(theirs.Keys).Order(StringComparer.Ordinal))
        {
            string here = theirs.GetValueOrDefault(key, "absent"), asked = mine.GetValueOrDefault(key, "absent");
            if (here != asked) yield return $"{Model}, {ShownObjective}: {key} is {here} in the folder, {asked} now";
        }
    }

    /// <summary>This arm with the seeds that only the earlier one has.</summary>
    public StoredArm WithSeedsOf(StoredArm? earlier) => earlier is null ? this : this with { Seeds = [.. Seeds.Union(earlier.Seeds).Order()] };

    private SortedDictionary<string, string> Settings()
    {
        SortedDictionary<string, string> settings = RecipeText.Settings(Recipe);
        settings["compare.lr_grid"] = $"[{string.Join(", ", LrGrid.Select(lr => lr.ToString(CultureInfo.InvariantCulture)))}]";
        if (Search is { } search) settings["compare.search"] = string.Create(CultureInfo.InvariantCulture, $"{search.Rounds} rounds of {string.Join("; ", search.Points)}");
        settings["compare.tuning_seed"] = TuningSeed.ToString(CultureInfo.InvariantCulture);
        settings.Remove("run.seed");
        return settings;
    }
}

using System.Globalization;
using Lengthwise.Recipes;

namespace Lengthwise.Experiments;

/// <summary>One arm of a comparison: a model on a task with one objective, run once a seed.</summary>
/// <param name="Model">The model's recipe, from the preset; its <see cref="Recipe.Arm"/> names it where it is one of several variants.</param>
/// <param name="Objective">What the arm learns from before the labels.</param>
/// <param name="AllCausal">Whether every arm of the comparison is unidirectional.</param>
/// <param name="LrGrid">Learning rates to choose from on validation; none keeps the preset's, one is taken without trials.</param>
/// <param name="TuningSeed">Seed of the trials.</param>
/// <param name="Seeds">Seeds that are compared.</param>
public sealed record ArmPlan(
    Recipe Model, ObjectiveKind Objective, bool AllCausal, IReadOnlyList<double> LrGrid, long TuningSeed, IReadOnlyList<long> Seeds)
{
    /// <summary>What reports call the task.</summary>
    public string TaskLabel => Model.TaskLabel;

    /// <summary>What reports call the model.</summary>
    public string ModelLabel => Model.ModelLabel;

    /// <summary>What reports call the objective.</summary>
    public string ObjectiveLabel => Model.Arm?.Objective ?? Naming.ToKey(Objective);

    /// <summary>Task, model and objective as reports call them: the arm's key, which begins the names of its runs.</summary>
    public string Name => $"{TaskLabel}-{ModelLabel}-{ObjectiveLabel}";

    /// <summary>Why the arm cannot be run; null where it can. A comparison of unidirectional models needs one of each.</summary>
    public string? Obstacle => Model.Model.ObstacleTo(Objective) ?? (AllCausal ? Model.Model.ObstacleTo(ObjectiveKind.Causal) : null);

    /// <summary>The arm's recipe before learning rate and seed are filled in.</summary>
    public Recipe Recipe => ArmRecipes.For(Model, Objective, TuningSeed, lr: null, AllCausal);

    /// <summary>Tuning runs, in the order of the grid; none when there is nothing to choose.</summary>
    public IReadOnlyList<PlannedRun> Trials => LrGrid.Count < 2 ? [] : [.. LrGrid.Select(Trial)];

    /// <summary>The compared runs.</summary>
    /// <param name="lr">The rate that tuning chose; null when there was no tuning.</param>
    public IReadOnlyList<PlannedRun> Cells(double? lr)
    {
        double? rate = lr ?? (LrGrid.Count == 1 ? LrGrid[0] : null);
        return [.. Seeds.Select(seed => new PlannedRun(CellName(seed), IsTrial: false, ArmRecipes.For(Model, Objective, seed, rate, AllCausal)))];
    }

    /// <summary>Folder name of a cell.</summary>
    public string CellName(long seed) => string.Create(CultureInfo.InvariantCulture, $"{Name}-seed{seed}");

    /// <summary>The rate with the best validation score; of equals the first of the grid. Null when no trial has a score.</summary>
    /// <param name="trials">Results of the finished trials.</param>
    public double? Choose(IEnumerable<RunRecord> trials) => Choose(LrGrid, trials);

    /// <summary>The same of a grid.</summary>
    internal static double? Choose(IReadOnlyList<double> grid, IEnumerable<RunRecord> trials)
    {
        RunRecord[] scored = [.. trials.Where(t => t.Validation is { } v && double.IsFinite(v))];
        return grid.Where(lr => scored.Any(t => t.Lr == lr))
            .OrderByDescending(lr => scored.Where(t => t.Lr == lr).Max(t => t.HigherIsBetter ? t.Validation!.Value : -t.Validation!.Value))
            .Cast<double?>().FirstOrDefault();
    }

    private PlannedRun Trial(double lr) => new(
        string.Create(CultureInfo.InvariantCulture, $"{Name}-lr{lr}"), IsTrial: true, ArmRecipes.For(Model, Objective, TuningSeed, lr, AllCausal));
}

/// <summary>One run of a comparison.</summary>
/// <param name="Name">Name of its folder.</param>
/// <param name="IsTrial">Whether it only chooses a learning rate; it then leaves the test split alone.</param>
/// <param name="Recipe">What it runs.</param>
public sealed record PlannedRun(string Name, bool IsTrial, Recipe Recipe)
{
    /// <summary>Its folder.</summary>
    public RunFolder FolderIn(ComparisonFolder comparison) => IsTrial ? comparison.Trial(Name) : comparison.Cell(Name);
}

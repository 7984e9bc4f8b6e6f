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

    /// <summary>What the arm chooses from on validation; by default the rates of <see cref="LrGrid"/>.</summary>
    public Tuning Tuning { get; init; } = Tuning.Grid(LrGrid);

    /// <summary>Tuning runs of the first round, in the order of the points; none when there is nothing to choose.</summary>
    public IReadOnlyList<PlannedRun> Trials => TrialsOf(0, (_, _) => null);

    /// <summary>Tuning runs of a round.</summary>
    /// <param name="round">Counted from 0; every trial of the rounds before has ended.</param>
    /// <param name="result">The record of a trial, by round and point; null when it gave none.</param>
    public IReadOnlyList<PlannedRun> TrialsOf(int round, Func<int, TunedSettings, RunRecord?> result) =>
        Tuning.TrialCount == 0 ? [] : [.. Tuning.At(round, result).Select(point => Trial(round, point))];

    /// <summary>The compared runs.</summary>
    /// <param name="tuned">What tuning chose; null when there was no tuning.</param>
    public IReadOnlyList<PlannedRun> Cells(TunedSettings? tuned)
    {
        TunedSettings? point = tuned ?? (Tuning.Points.Count == 1 ? Tuning.Points[0] : null);
        return [.. Seeds.Select(seed => new PlannedRun(CellName(seed), IsTrial: false, ArmRecipes.For(Model, Objective, seed, point?.Lr, AllCausal, point?.BatchSize)))];
    }

    /// <summary>Folder name of a cell.</summary>
    public string CellName(long seed) => string.Create(CultureInfo.InvariantCulture, $"{Name}-seed{seed}");

    /// <summary>The point with the best validation score among trials at the whole budget; of equals the first. Null when no trial has a score.</summary>
    /// <param name="trials">Results of the finished trials.</param>
    public TunedSettings? Choose(IEnumerable<RunRecord> trials)
    {
        RunRecord[] ended = [.. trials];
        return (Tuning with { Rounds = 1 }).Choose((_, point) => ended.Where(point.IsOf).MaxBy(t => t.HigherIsBetter ? t.Validation : -t.Validation));
    }

    private PlannedRun Trial(int round, TunedSettings point)
    {
        Recipe recipe = ArmRecipes.For(Model, Objective, TuningSeed, point.Lr, AllCausal, point.BatchSize);
        double share = Tuning.ShareIn(round);
        BudgetSettings budget = recipe.Budget with { Pretrain = share * recipe.Budget.Pretrain, Finetune = share * recipe.Budget.Finetune };
        return new PlannedRun(Tuning.NameOf(Name, round, point), IsTrial: true, recipe with { Budget = budget });
    }
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

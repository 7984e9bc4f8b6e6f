namespace Lengthwise.Recipes;

/// <summary>Names of a recipe's sections.</summary>
internal static class RecipeSections
{
    public const string Task = "task";
    public const string Model = "model";
    public const string Objective = "objective";
    public const string Data = "data";
    public const string Labels = "labels";
    public const string Optimizer = "optimizer";
    public const string Pretraining = "pretraining";
    public const string Budget = "budget";
    public const string Run = "run";
    public const string Arm = "arm";
    public const string Compare = "compare";

    /// <summary>The key of [task] and [model] that says which settings record the others belong to.</summary>
    public const string Name = "name";

    /// <summary>The key at the top of a file that names the file it starts from.</summary>
    public const string Extends = "extends";

    /// <summary>All sections, in the order in which they are written.</summary>
    public static readonly IReadOnlyList<string> All = [Compare, Task, Model, Objective, Data, Labels, Optimizer, Pretraining, Budget, Run, Arm];

    /// <summary>Sections whose keys do not depend on a name.</summary>
    public static readonly IReadOnlyDictionary<string, Type> Fixed = new Dictionary<string, Type>(StringComparer.Ordinal)
    {
        [Objective] = typeof(ObjectiveSettings),
        [Data] = typeof(DataSettings),
        [Labels] = typeof(LabelSettings),
        [Optimizer] = typeof(OptimizerSettings),
        [Pretraining] = typeof(OptimizerSettings),
        [Budget] = typeof(BudgetSettings),
        [Run] = typeof(RunSettings),
        [Arm] = typeof(ArmLabels),
        [Compare] = typeof(ComparisonSettings),
    };
}

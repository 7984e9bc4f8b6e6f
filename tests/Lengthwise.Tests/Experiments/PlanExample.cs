using Lengthwise.Experiments;
using Lengthwise.Recipes;
using Lengthwise.Tests.Recipes;

namespace Lengthwise.Tests.Experiments;

/// <summary>Small presets and records for tests of plans.</summary>
internal static class PlanExample
{
    public static Recipe Model(string name = "attention", int width = 64) => new()
    {
        TaskName = "sorting",
        Task = new SortingSettings(),
        ModelName = name,
        Model = name == "attention" ? new AttentionSettings { DModel = width } : new RecurrenceSettings { DModel = width },
        Budget = new BudgetSettings { Unit = BudgetUnit.Epochs, Pretrain = 4, Finetune = 2, Evaluations = 5 },
    };

    public static Preset Preset(int seeds = 3, ValueList<double>? grid = null, ValueList<string>? models = null, int width = 64, ValueList<ObjectiveKind>? objectives = null, ValueList<InitKind>? inits = null)
    {
        models ??= ["attention", "recurrence"];
        var compare = new ComparisonSettings { Models = models, Seeds = seeds, LrGrid = grid ?? [1e-3, 1e-2] };
        if (objectives is not null) compare = compare with { Objectives = objectives };
        if (inits is not null) compare = compare with { Inits = inits };
        return new Preset("default", new DirectoryInfo("default"), compare, models.ToDictionary(m => m, m => Model(m, width)));
    }

    public static ComparisonPlan Plan(int seeds = 3, ValueList<double>? grid = null, ValueList<string>? models = null, int width = 64, bool allCausal = false,
        ValueList<ObjectiveKind>? objectives = null, ValueList<InitKind>? inits = null) =>
        ComparisonPlan.Create([Preset(seeds, grid, models, width, objectives, inits)], allCausal);

    public static StoredPlan Stored(ComparisonPlan plan) => StoredPlan.Of(plan, "default", "lengthwise compare", [], new Dictionary<string, string>());

    public static RunRecord Record(double lr, double? validation, bool higherIsBetter = true) => new()
    {
        Task = "sorting",
        TaskVersion = 1,
        Model = "attention",
        Objective = "scratch",
        Seed = 9001,
        Parameters = 10,
        Metric = "accuracy",
        HigherIsBetter = higherIsBetter,
        Lr = lr,
        Validation = validation,
    };
}

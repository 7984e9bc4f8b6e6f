namespace Lengthwise.Recipes;

/// <summary>Everything that determines a run. Immutable; its resolved TOML is stored with the run and can be fed back.</summary>
public sealed record Recipe
{
    /// <summary>Name of the task, <c>task.name</c>.</summary>
    public required string TaskName { get; init; }

    /// <summary>The task's own settings.</summary>
    public required TaskSettings Task { get; init; }

    /// <summary>Name of the model, <c>model.name</c>.</summary>
    public required string ModelName { get; init; }

    /// <summary>The model's own settings.</summary>
    public required ModelSettings Model { get; init; }

    /// <summary>Objective before the labels.</summary>
    public ObjectiveSettings Objective { get; init; } = new();

    /// <summary>Optimizer of the phase on labels.</summary>
    public OptimizerSettings Optimizer { get; init; } = new();

    /// <summary>Optimizer of the pretraining phase: <see cref="Optimizer"/> with the overrides of <c>[pretraining]</c>; null from scratch.</summary>
    public OptimizerSettings? Pretraining { get; init; }

    /// <summary>Sampling, weights and metric of the phase on labels.</summary>
    public LabelSettings Labels { get; init; } = new();

    /// <summary>How much of the training data is read.</summary>
    public DataSettings Data { get; init; } = new();

    /// <summary>Budget.</summary>
    public BudgetSettings Budget { get; init; } = new();

    /// <summary>Seed, threads and intervals.</summary>
    public RunSettings Run { get; init; } = new();

    /// <summary>What reports call the run; null where task, model and objective name it.</summary>
    public ArmLabels? Arm { get; init; }

    /// <summary>What reports call the task.</summary>
    public string TaskLabel => Arm?.Task ?? TaskName;

    /// <summary>What reports call the model.</summary>
    public string ModelLabel => Arm?.Model ?? ModelName;

    /// <summary>Contradictions between sections; empty when there are none.</summary>
    public IEnumerable<string> Validate()
    {
        bool pretrains = Objective.Name.Pretrains();
        string? obstacle = Model.ObstacleTo(Objective.Name);
        if (obstacle is not null)
            yield return $"'objective.name' is '{Naming.ToKey(Objective.Name)}', which is not applicable to model '{ModelName}': {obstacle}";
        if (pretrains && Budget.Pretrain <= 0)
            yield return $"objective '{Naming.ToKey(Objective.Name)}' needs 'budget.pretrain' above 0";
        if (Objective.Name == ObjectiveKind.Scratch && Budget.Pretrain > 0)
            yield return "objective 'scratch' does not pretrain; set 'budget.pretrain' to 0, or the objective to 'scratch-matched', which gives the labels both budgets";
        if (!pretrains && Pretraining is not null)
            yield return $"objective '{Naming.ToKey(Objective.Name)}' has no use for a [pretraining] section";
        if (Objective.Name == ObjectiveKind.Scratch && Data.PretrainOn != PretrainingRows.All)
            yield return "'data.pretrain_on' has no effect with objective 'scratch', which does not pretrain";
        if (Objective.Name != ObjectiveKind.Masked && Objective.MaskRatio is not null)
            yield return "'objective.mask_ratio' only has an effect with objective 'masked'";
        if (Objective.Name == ObjectiveKind.Causal && obstacle is null && Model.Bidirectional)
            yield return "objective 'causal' needs 'model.bidirectional = false': a model that sees the next step would copy it";
    }
}

namespace Lengthwise.Recipes;

/// <summary>Makes the recipe of one arm of a comparison from a preset's model recipe.</summary>
public static class ArmRecipes
{
    /// <summary>The recipe of the arm.</summary>
    /// <remarks>
    /// The compute-matched arm from scratch keeps both budgets, which its labels get together, so that no arm is charged more than another; the plain one
    /// has that of fine-tuning alone. The causal objective makes the model unidirectional: one that sees the next step would copy it.
    /// </remarks>
    /// <param name="model">The model's recipe, from a <see cref="Preset"/>.</param>
    /// <param name="objective">What the arm learns from before the labels.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="lr">
    /// Replaces the peak learning rate of both phases; a ratio between them in the preset is <b>not</b> kept, so that a grid means
    /// the same for every arm. The rate of state-space parameters stays. Null keeps the preset's rates.
    /// </param>
    /// <param name="allCausal">Makes the model unidirectional whatever the objective, so that all arms share one architecture.</param>
    /// <param name="batchSize">Replaces the batch of both phases, as <paramref name="lr"/> the rate; null keeps the preset's.</param>
    public static Recipe For(Recipe model, ObjectiveKind objective, long seed, double? lr, bool allCausal, int? batchSize = null) => model with
    {
        Model = allCausal || objective == ObjectiveKind.Causal ? model.Model with { Bidirectional = false } : model.Model,
        Objective = new ObjectiveSettings
        {
            Name = objective,
            MaskRatio = objective == ObjectiveKind.Masked ? model.Objective.MaskRatio : null,
        },
        Optimizer = Tuned(model.Optimizer, lr, batchSize),
        Pretraining = objective.Pretrains() ? Tuned(model.Pretraining ?? model.Optimizer, lr, batchSize) : null,
        Data = objective == ObjectiveKind.Scratch ? model.Data with { PretrainOn = PretrainingRows.All } : model.Data,
        Budget = objective == ObjectiveKind.Scratch ? model.Budget with { Pretrain = 0 } : model.Budget,
        Run = model.Run with { Seed = seed },
    };

    private static OptimizerSettings Tuned(OptimizerSettings optimizer, double? lr, int? batchSize) =>
        optimizer with { Lr = lr ?? optimizer.Lr, BatchSize = batchSize ?? optimizer.BatchSize };
}

using System.ComponentModel.DataAnnotations;

namespace Lengthwise.Recipes;

/// <summary>What one run may spend, the recipe's <c>[budget]</c> section; pretraining and fine-tuning are charged apart.</summary>
public sealed record BudgetSettings
{
    /// <summary>The unit of <see cref="Pretrain"/> and <see cref="Finetune"/>.</summary>
    public BudgetUnit Unit { get; init; } = BudgetUnit.Epochs;

    /// <summary>Budget of the pretraining phase; 0 for a run from scratch.</summary>
    [Range(0.0, 1e24)] public double Pretrain { get; init; }

    /// <summary>Budget of the phase on labels.</summary>
    [Range(1e-6, 1e24)] public double Finetune { get; init; } = 10;

    /// <summary>How often a phase is evaluated on the validation split, evenly over its budget; the best is kept.</summary>
    [Range(1, 10_000)] public int Evaluations { get; init; } = 20;
}

/// <summary>Budget units.</summary>
public enum BudgetUnit
{
    /// <summary>Optimizer steps.</summary>
    Steps,

    /// <summary>Passes over the training split.</summary>
    Epochs,

    /// <summary>Valid (unpadded) positions of training batches.</summary>
    Tokens,

    /// <summary>Floating-point operations of training steps, counted from shapes, padding included.</summary>
    Flops,

    /// <summary>Seconds of training time (evaluation not counted). Not bit-repeatable.</summary>
    Seconds,
}

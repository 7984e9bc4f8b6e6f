using System.ComponentModel.DataAnnotations;

namespace Lengthwise.Recipes;

/// <summary>
/// AdamW, its schedule and the batch, the recipe's <c>[optimizer]</c> section; <c>[pretraining]</c> overrides single keys of it
/// for the pretraining phase.
/// </summary>
public sealed record OptimizerSettings
{
    /// <summary>Peak learning rate; with <see cref="ScheduleKind.InverseSqrt"/> the peak times the square root of the warm-up steps.</summary>
    [Range(1e-8, 10.0)] public double Lr { get; init; } = 1e-3;

    /// <summary>Peak learning rate of state-space parameters (A, B, step), which have no weight decay unless their model says so.</summary>
    [Range(1e-8, 10.0)] public double SsmLr { get; init; } = 1e-3;

    /// <summary>Sequences in a batch.</summary>
    [Range(1, 65536)] public int BatchSize { get; init; } = 32;

    /// <summary>Decoupled weight decay.</summary>
    [Range(0.0, 10.0)] public double WeightDecay { get; init; }

    /// <summary>First moment decay.</summary>
    [Range(0.0, 0.9999)] public double Beta1 { get; init; } = 0.9;

    /// <summary>Second moment decay.</summary>
    [Range(0.0, 0.999999)] public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the second moment.</summary>
    [Range(1e-16, 1.0)] public double Epsilon { get; init; } = 1e-8;

    /// <summary>Learning rate after warm-up.</summary>
    public ScheduleKind Schedule { get; init; } = ScheduleKind.Cosine;

    /// <summary>Steps of warm-up. Give this or <see cref="WarmupRatio"/>.</summary>
    [Range(0, 100_000_000)] public int? WarmupSteps { get; init; }

    /// <summary>Share of the phase's steps spent in warm-up.</summary>
    [Range(0.0, 1.0)] public double? WarmupRatio { get; init; }

    /// <summary>Power of the rising line of the warm-up: 1 is the line itself.</summary>
    [Range(1, 4)] public int WarmupPower { get; init; } = 1;

    /// <summary>Largest norm of the whole gradient; absent means no clipping.</summary>
    [Range(1e-6, 1e6)] public double? ClipNorm { get; init; }

    /// <summary>Problems that concern several settings at once; empty when there are none.</summary>
    public IEnumerable<string> Validate()
    {
        if (WarmupSteps is not null && WarmupRatio is not null)
            yield return "'warmup_steps' and 'warmup_ratio' are both given; keep one";
        if (WarmupPower != 1 && WarmupSteps is null or 0 && WarmupRatio is null or 0)
            yield return $"'warmup_power' is {WarmupPower} and there is no warm-up, so that it has no effect";
    }
}

/// <summary>Learning-rate schedules after warm-up.</summary>
public enum ScheduleKind
{
    /// <summary>Constant.</summary>
    Constant,

    /// <summary>Half a cosine to zero at the end of the phase.</summary>
    Cosine,

    /// <summary>A straight line to zero at the end of the phase.</summary>
    Linear,

    /// <summary>
    /// min(1, t / w) / sqrt(max(t, w)) at step t = 1, 2, … with w steps of warm-up, whatever the phase's length: the schedule of Long
    /// Range Arena's tasks on text (models.md section 9).
    /// </summary>
    InverseSqrt,
}

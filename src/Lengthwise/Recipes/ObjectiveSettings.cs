using System.ComponentModel.DataAnnotations;

namespace Lengthwise.Recipes;

/// <summary>What a run learns from before the labels, the recipe's <c>[objective]</c> section.</summary>
public sealed record ObjectiveSettings
{
    /// <summary>From scratch, or after masked or causal self-pretraining on the training inputs.</summary>
    public ObjectiveKind Name { get; init; } = ObjectiveKind.Scratch;

    /// <summary>
    /// Probability that a position is masked, drawn for each position at every access (masked only). Left out, the task's
    /// published ratio holds (reference: arXiv 2310.02980, appendix C).
    /// </summary>
    [Range(0.01, 0.95)] public double? MaskRatio { get; init; }
}

/// <summary>Objectives of a comparison's arms.</summary>
public enum ObjectiveKind
{
    /// <summary>Labels only, from random initialisation.</summary>
    Scratch,

    /// <summary>Masked denoising of the training inputs, then labels.</summary>
    Masked,

    /// <summary>Next-step prediction on the training inputs, then labels.</summary>
    Causal,
}

using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

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
    /// <summary>Labels only, from random initialisation, for the budget of fine-tuning.</summary>
    Scratch,

    /// <summary>Labels only, from random initialisation, for the budget of both phases: what pretraining costs is spent on labels instead.</summary>
    [JsonStringEnumMemberName("scratch-matched")] ScratchMatched,

    /// <summary>Masked denoising of the training inputs, then labels.</summary>
    Masked,

    /// <summary>Next-step prediction on the training inputs, then labels.</summary>
    Causal,
}

/// <summary>What objectives have in common.</summary>
public static class ObjectiveKinds
{
    /// <summary>Whether a run of it begins with pretraining.</summary>
    public static bool Pretrains(this ObjectiveKind objective) => objective is ObjectiveKind.Masked or ObjectiveKind.Causal;
}

using System.Text.Json.Serialization;

namespace Lengthwise.Recipes;

/// <summary>What the way forward through a model leaves in memory for the way back.</summary>
public enum ActivationMemory
{
    /// <summary>Everything that gradients need.</summary>
    Kept,

    /// <summary>The inputs of the residual branches; the rest is computed again, to the same gradients, at the price of one more forward pass.</summary>
    Recomputed,

    /// <summary>As <see cref="Recomputed"/>, with the inputs in 16 bits (bfloat16): half the memory again, and gradients at inputs that were rounded to three digits.</summary>
    [JsonStringEnumMemberName("recomputed-bfloat16")] RecomputedBfloat16,
}

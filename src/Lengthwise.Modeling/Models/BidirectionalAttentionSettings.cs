using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Models;

/// <summary>
/// Settings of attention that condenses the whole sequence before any step reads it: it has no unidirectional form, and causal pretraining is
/// not applicable.
/// </summary>
public abstract record BidirectionalAttentionSettings : AttentionSettings
{
    private const string Obstacle = "it condenses the whole sequence before any step reads it, so that no step can be kept from later ones";

    /// <inheritdoc/>
    public override string? ObstacleTo(ObjectiveKind objective) => objective == ObjectiveKind.Causal ? Obstacle : base.ObstacleTo(objective);

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        foreach (string problem in base.Validate()) yield return problem;
        if (!Bidirectional) yield return $"'bidirectional' is false, but the model has no such form: {Obstacle}";
    }
}

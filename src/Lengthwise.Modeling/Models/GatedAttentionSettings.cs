using System.ComponentModel.DataAnnotations;
using Lengthwise.Modeling.Layers;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Models;

/// <summary>Settings of models whose attention has one head inside a gated unit.</summary>
public abstract record GatedAttentionSettings : ModelSettings
{
    /// <summary>Width of queries and keys; 128 in the article on GAU.</summary>
    [Range(1, 65536)] public int DAttin { get; init; } = 32;

    /// <summary>Width of gate and values; published as twice the model's width.</summary>
    [Range(1, 65536)] public int DAttout { get; init; } = 128;

    /// <summary>From scores to attention weights.</summary>
    public AttentionActivation AttentionActivation { get; init; } = AttentionActivation.Softmax;

    /// <summary>Positions, as a bias of scores.</summary>
    public RelativeBiasKind RelPosBias { get; init; } = RelativeBiasKind.Simple;

    /// <summary>Probability that an attention weight is dropped in training.</summary>
    [Range(0.0, 0.95)] public double AttentionDropout { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        foreach (string problem in base.Validate()) yield return problem;
        if (RelPosBias == RelativeBiasKind.Rotary && DAttin % 2 != 0)
            yield return $"a rotary bias turns halves: 'd_attin' is {DAttin}, expected an even number";
        if (Positions == PositionKind.Rotary) yield return "'positions' is 'rotary'; gated attention has 'rel_pos_bias' instead";
    }
}

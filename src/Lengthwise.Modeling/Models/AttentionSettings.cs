using System.ComponentModel.DataAnnotations;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Models;

/// <summary>Settings of models whose depth is one layer of multi-head attention and one feed-forward, such as the Transformer.</summary>
public abstract record AttentionSettings : ModelSettings
{
    /// <summary>The published defaults: sinusoidal positions.</summary>
    protected AttentionSettings() => Positions = PositionKind.Sinusoidal;

    /// <summary>Attention heads; divides the width of attention.</summary>
    [Range(1, 1024)] public int NHeads { get; init; } = 4;

    /// <summary>Width of queries, keys and values of all heads together; absent: <c>d_model</c>.</summary>
    [Range(1, 65536)] public int? DQkv { get; init; }

    /// <summary>Width of the feed-forward's inner layer as a multiple of <c>d_model</c>.</summary>
    [Range(1, 64)] public int DFfMultiplier { get; init; } = 4;

    /// <summary>Width of the feed-forward's inner layer where it is no multiple; absent: <c>d_ff_multiplier</c> x <c>d_model</c>.</summary>
    [Range(1, 1 << 20)] public int? DFf { get; init; }

    /// <summary>Width of queries, keys and values of all heads together.</summary>
    internal int AttentionWidth => DQkv ?? DModel;

    /// <summary>Width of the feed-forward's inner layer.</summary>
    internal int FeedForwardWidth => DFf ?? DFfMultiplier * DModel;

    /// <inheritdoc/>
    public override ModelSettings? WithInnerWidth(int width) => this with { DFf = width };

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        foreach (string problem in base.Validate()) yield return problem;
        string name = DQkv is null ? "d_model" : "d_qkv";
        if (AttentionWidth % NHeads != 0)
            yield return $"'n_heads' is {NHeads} and does not divide '{name}', which is {AttentionWidth}";
        else if (Positions == PositionKind.Rotary && AttentionWidth / NHeads % 2 != 0)
            yield return $"rotary positions turn pairs: '{name}' / 'n_heads' is {AttentionWidth / NHeads}, expected an even number";
    }
}

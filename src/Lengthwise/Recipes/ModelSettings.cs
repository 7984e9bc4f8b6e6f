using System.ComponentModel.DataAnnotations;

namespace Lengthwise.Recipes;

/// <summary>Settings that every model has, the recipe's <c>[model]</c> section. Each model derives its own record.</summary>
public abstract record ModelSettings
{
    /// <summary>Width of the residual stream, D.</summary>
    [Range(1, 65536)] public int DModel { get; init; } = 64;

    /// <summary>Number of layers (depth).</summary>
    [Range(1, 1000)] public int NLayers { get; init; } = 2;

    /// <summary>Probability that a value is dropped in training, after each mixer and inside each block.</summary>
    [Range(0.0, 0.95)] public double Dropout { get; init; }

    /// <summary>Normalisation around each residual branch.</summary>
    public NormKind Norm { get; init; } = NormKind.Layer;

    /// <summary>Normalise before the branch (with one final norm) instead of after the sum.</summary>
    public bool Prenorm { get; init; } = true;

    /// <summary>Positions added to, or rotated into, the sequence.</summary>
    public PositionKind Positions { get; init; } = PositionKind.None;

    /// <summary>How a sequence becomes one vector before the head.</summary>
    public PoolingKind Pooling { get; init; } = PoolingKind.Mean;

    /// <summary>The head on the pooled vector: one linear map, or Linear-ReLU-Linear.</summary>
    public HeadKind Head { get; init; } = HeadKind.Linear;

    /// <summary>Inner width of the MLP head; absent means D.</summary>
    [Range(1, 65536)] public int? HeadWidth { get; init; }

    /// <summary>Whether positions see the future. Must be false for causal pretraining.</summary>
    public bool Bidirectional { get; init; } = true;

    /// <summary>Whether the model can lower its attention scores with distance.</summary>
    protected virtual bool TakesAlibi => false;

    /// <summary>
    /// What keeps a model of these settings from an objective, as a clause such as "it has no output at every step"; null where it can learn
    /// from it. A model that cannot be unidirectional has an obstacle to <see cref="ObjectiveKind.Causal"/>.
    /// </summary>
    public virtual string? ObstacleTo(ObjectiveKind objective) => null;

    /// <summary>These settings with every state-space parameter drawn at random; null for models that have no other initialisation.</summary>
    public virtual ModelSettings? WithRandomInit() => null;

    /// <summary>These settings with another inner width of the feed-forward; null for models whose feed-forward has none to choose.</summary>
    public virtual ModelSettings? WithInnerWidth(int width) => null;

    /// <summary>What lists and reports must say beside the model's name, as a sentence without its full stop; null for nothing.</summary>
    public virtual string? Remark => null;

    /// <summary>Problems that concern several settings at once; empty when there are none.</summary>
    public virtual IEnumerable<string> Validate()
    {
        if (Pooling == PoolingKind.Cls && !Bidirectional)
            yield return "'pooling' is 'cls' and 'bidirectional' is false: a token in front would see nothing but itself; 'last' is what a causal model reads";
        if (HeadWidth is not null && Head != HeadKind.Mlp) yield return "'head_width' has no effect unless 'head' is 'mlp'";
        if (Positions == PositionKind.Alibi && !TakesAlibi) yield return "'positions' is 'alibi', which only the Transformer can use";
    }
}

/// <summary>Normalisation layers.</summary>
public enum NormKind
{
    /// <summary>LayerNorm over the width.</summary>
    Layer,

    /// <summary>BatchNorm per channel over valid positions of the batch.</summary>
    Batch,

    /// <summary>Every position divided by the root of its mean square, times one trained number ("ScaleNorm").</summary>
    Scale,

    /// <summary>No normalisation.</summary>
    None,
}

/// <summary>Position encodings.</summary>
public enum PositionKind
{
    /// <summary>None.</summary>
    None,

    /// <summary>Fixed sines and cosines, added after the encoder (base 10000).</summary>
    Sinusoidal,

    /// <summary>A trained table, added after the encoder.</summary>
    Learned,

    /// <summary>Queries and keys rotated per head (base 10000, interleaved pairs). Attention models only.</summary>
    Rotary,

    /// <summary>Scores lowered in proportion to distance, by a slope per head (ALiBi). The Transformer only.</summary>
    Alibi,
}

/// <summary>How a sequence becomes one vector.</summary>
public enum PoolingKind
{
    /// <summary>Mean of valid positions.</summary>
    Mean,

    /// <summary>Maximum of valid positions.</summary>
    Max,

    /// <summary>The last valid position.</summary>
    Last,

    /// <summary>What becomes of a trained token in front of the sequence, at position 0; the sequence begins at 1. Not in causal models.</summary>
    Cls,
}

/// <summary>Heads on the pooled vector.</summary>
public enum HeadKind
{
    /// <summary>One linear map.</summary>
    Linear,

    /// <summary>Linear(d, w), ReLU, Linear(w, outputs), with w = d unless the settings say otherwise.</summary>
    Mlp,
}

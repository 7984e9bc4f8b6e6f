using Lengthwise.Statistics;

namespace Lengthwise.Recipes;

/// <summary>How the phase on labels samples, weighs and scores, the recipe's <c>[labels]</c> section. Pretraining knows no labels.</summary>
public sealed record LabelSettings
{
    /// <summary>Which rows an epoch shows.</summary>
    public SamplingKind Sampling { get; init; } = SamplingKind.Each;

    /// <summary>What a row's loss counts.</summary>
    public ClassWeighting ClassWeights { get; init; } = ClassWeighting.Equal;

    /// <summary>What validation selects by and the comparison is about; absent means the task's metric. All others are recorded too.</summary>
    public MetricKind? Metric { get; init; }

    /// <summary>Problems that concern several settings at once; empty when there are none.</summary>
    public IEnumerable<string> Validate()
    {
        if (Sampling == SamplingKind.Balanced && ClassWeights == ClassWeighting.Balanced)
            yield return "'sampling' and 'class_weights' are both 'balanced': rare classes would count twice; keep one";
    }
}

/// <summary>Which rows an epoch shows.</summary>
public enum SamplingKind
{
    /// <summary>Every labelled row once.</summary>
    Each,

    /// <summary>Every class equally often: rows of rare classes repeat, those of common ones take turns.</summary>
    Balanced,
}

/// <summary>What a row's loss counts.</summary>
public enum ClassWeighting
{
    /// <summary>Every row the same.</summary>
    Equal,

    /// <summary>Inversely to how often its class occurs among the training rows; 1 on average.</summary>
    Balanced,
}

namespace Lengthwise.Statistics;

/// <summary>How predictions on labels are scored, over all items of a split at once.</summary>
public enum MetricKind
{
    /// <summary>Share of items whose most probable class is right.</summary>
    Accuracy,

    /// <summary>Mean over classes of the share of their items that are right.</summary>
    BalancedAccuracy,

    /// <summary>Mean over classes of the harmonic mean of precision and recall.</summary>
    MacroF1,

    /// <summary>Probability that an item of a class gets a higher score for it than an item of another class; mean over classes where there are more than two.</summary>
    Auroc,

    /// <summary>Root of the mean squared error, in the source's units.</summary>
    Rmse,

    /// <summary>Mean absolute error, in the source's units.</summary>
    Mae,

    /// <summary>Share of the targets' variance that is explained.</summary>
    R2,
}

using System.ComponentModel.DataAnnotations;

namespace Lengthwise.Recipes;

/// <summary>How much of the training data a run reads, the recipe's <c>[data]</c> section. Validation and test split are never made smaller.</summary>
public sealed record DataSettings
{
    /// <summary>
    /// Share of the labelled training rows whose labels are used. Of every class the rows that a smaller share keeps are kept by a larger one: which
    /// they are is a function of the run's seed and the row.
    /// </summary>
    [Range(1e-6, 1.0)] public double Fraction { get; init; } = 1;

    /// <summary>Which rows pretraining reads.</summary>
    public PretrainingRows PretrainOn { get; init; } = PretrainingRows.All;
}

/// <summary>Rows that pretraining reads.</summary>
public enum PretrainingRows
{
    /// <summary>Those whose labels are used.</summary>
    Subset,

    /// <summary>All with a label, those left out of <see cref="DataSettings.Fraction"/> included.</summary>
    Labelled,

    /// <summary>These and the rows that never had a label.</summary>
    All,
}

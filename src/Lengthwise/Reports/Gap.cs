using Lengthwise.Statistics;

namespace Lengthwise.Reports;

/// <summary>What separates two models under one objective, paired by seed.</summary>
/// <param name="Model">The model that is expected to lead: the best on validation from scratch, beside the reference.</param>
/// <param name="Reference">The model it is compared with.</param>
/// <param name="Objective">Objective of both.</param>
/// <param name="Difference">In units of the metric; positive where <paramref name="Model"/> is better.</param>
/// <param name="ShareClosed">
/// 1 - this gap / the gap from scratch, with Fieller's interval; null from scratch, and wherever the gap from scratch cannot be told
/// from zero, since a share of nothing means nothing.
/// </param>
public sealed record Gap(string Model, string Reference, string Objective, Interval Difference, Interval? ShareClosed)
{
    /// <summary>Two-sided p value of no gap; null for a single pair.</summary>
    public double? PValue { get; init; }

    /// <summary>The same, corrected for all gaps of the task (Holm).</summary>
    public double? HolmPValue { get; init; }

    /// <summary>What stands behind it; null in a gap that was not measured here.</summary>
    public EffectEvidence? Evidence { get; init; }

    /// <summary>Whether the 95 % interval excludes zero.</summary>
    public bool Seen => Difference.ExcludesZero;
}

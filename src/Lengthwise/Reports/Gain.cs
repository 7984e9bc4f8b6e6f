using Lengthwise.Statistics;

namespace Lengthwise.Reports;

/// <summary>What pretraining does to one model: its arm minus an arm from scratch of the same model, paired by seed.</summary>
/// <param name="Model">Model name.</param>
/// <param name="Objective">Pretraining objective.</param>
/// <param name="Difference">In units of the metric; positive is better, also where the metric itself is better when lower.</param>
/// <param name="IncludesDirection">The scratch arm saw the future and this one did not, or the other way round.</param>
/// <param name="PValue">Two-sided p value of no gain (paired t test); null for a single pair.</param>
/// <param name="HolmPValue">The same, corrected for all gains of the task (Holm).</param>
/// <param name="Baseline">Objective of the arm from scratch.</param>
public sealed record Gain(
    string Model, string Objective, Interval Difference, bool IncludesDirection, double? PValue = null, double? HolmPValue = null, string Baseline = Arms.Scratch)
{
    /// <summary>What stands behind it; null in a gain that was not measured here.</summary>
    public EffectEvidence? Evidence { get; init; }

    /// <summary>Whether the 95 % interval excludes zero.</summary>
    public bool Seen => Difference.ExcludesZero;
}

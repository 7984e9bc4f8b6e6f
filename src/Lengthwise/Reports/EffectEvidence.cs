using Lengthwise.Statistics;

namespace Lengthwise.Reports;

/// <summary>What stands behind a difference of two arms beside its interval.</summary>
public sealed record EffectEvidence
{
    private readonly Lazy<SeedsNeeded?> _needed;
    private readonly Lazy<HierarchicalBootstrap?> _bootstrap, _ofItems;

    internal EffectEvidence(SeedScores difference, CrossedEstimate estimate, IReadOnlyList<SeedTest> seeds)
    {
        Difference = difference;
        Estimate = estimate;
        _needed = new(() => SeedsNeeded.Of(estimate));
        Seeds = seeds;
        IsGrouped = difference.IsGrouped;
        _bootstrap = new(difference.Bootstrap);
        _ofItems = new(difference.BootstrapOfItems);
    }

    /// <summary>The difference by seed.</summary>
    internal SeedScores Difference { get; }

    /// <summary>The difference with its variances.</summary>
    public CrossedEstimate Estimate { get; }

    /// <summary>Seeds that would tell it from zero; null for a single seed.</summary>
    public SeedsNeeded? Needed => _needed.Value;

    /// <summary>Item by item, seed by seed.</summary>
    public IReadOnlyList<SeedTest> Seeds { get; }

    /// <summary>Whether groups of items were counted instead of items.</summary>
    public bool IsGrouped { get; }

    /// <summary>The interval by drawing seeds and items anew; null for a single seed.</summary>
    public HierarchicalBootstrap? Bootstrap => _bootstrap.Value;

    /// <summary>
    /// The interval by drawing items anew, the trained models held fixed (paired bootstrap): whether these very models differ on such items. Null without items.
    /// </summary>
    public HierarchicalBootstrap? OfItems => _ofItems.Value;
}

/// <summary>Two runs of one seed, item by item.</summary>
/// <param name="Seed">Seed of both.</param>
/// <param name="Difference">Of their scores; positive is better.</param>
/// <param name="Test">McNemar's test of their accuracies, whatever the metric; null for values, and where items come in groups and are not independent.</param>
public sealed record SeedTest(long Seed, double Difference, McNemar? Test);

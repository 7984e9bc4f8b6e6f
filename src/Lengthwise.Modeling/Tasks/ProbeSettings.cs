using System.ComponentModel.DataAnnotations;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Tasks;

/// <summary>Sizes and seed, which all generated probes have in common.</summary>
public abstract record ProbeSettings : TaskSettings
{
    /// <summary>Most symbols or values of a split, which are kept in memory.</summary>
    private const long MostElements = 1_000_000_000;

    /// <summary>Training sequences; where there are classes, all splits are balanced over them.</summary>
    [Range(1, 10_000_000)] public int TrainSize { get; init; } = 4000;

    /// <summary>Validation sequences.</summary>
    [Range(1, 10_000_000)] public int ValidationSize { get; init; } = 500;

    /// <summary>Test sequences.</summary>
    [Range(1, 10_000_000)] public int TestSize { get; init; } = 1000;

    /// <summary>Seed of the sequences; not the run's seed, so that all runs see the same data.</summary>
    [Range(0, long.MaxValue)] public long Seed { get; init; } = 1;

    /// <summary>Elements of the longest sequence.</summary>
    private protected abstract int LargestRow { get; }

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if ((long)Math.Max(TrainSize, Math.Max(ValidationSize, TestSize)) * LargestRow > MostElements)
            yield return "the longest sequence times the size of a split is above 1,000,000,000 elements, which are kept in memory";
    }
}

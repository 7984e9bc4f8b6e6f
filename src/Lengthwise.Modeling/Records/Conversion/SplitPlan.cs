namespace Lengthwise.Modeling.Records.Conversion;

/// <summary>How rows are divided where their source does not do it.</summary>
public sealed record SplitPlan
{
    /// <summary>Share of the training rows that becomes validation where the source has none.</summary>
    public double ValidationShare { get; init; } = 0.1;

    /// <summary>Share of all rows that becomes test where the source has none.</summary>
    public double TestShare { get; init; } = 0.2;

    /// <summary>Number of folds; 0 for a hold-out. The test rows are those of one fold.</summary>
    public int Folds { get; init; }

    /// <summary>The fold that is tested on, from 0.</summary>
    public int Fold { get; init; }

    /// <summary>Whether rows of one group stay in one split. Only published divisions that leak set it to false.</summary>
    public bool KeepsGroups { get; init; } = true;

    /// <summary>Whether the test rows also select, as some published protocols do. The notes then say so.</summary>
    public bool SelectsOnTest { get; init; }

    /// <summary>Seed of the division; not the run's seed, so that all runs see the same data.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>What is wrong with the plan; empty when nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (ValidationShare is not (> 0 and < 1)) yield return FormattableString.Invariant($"'validation_share' is {ValidationShare}, expected more than 0 and less than 1");
        if (TestShare is not (> 0 and < 1)) yield return FormattableString.Invariant($"'test_share' is {TestShare}, expected more than 0 and less than 1");
        if (Folds == 0 && ValidationShare + TestShare >= 1) yield return "'validation_share' and 'test_share' leave nothing to train on";
        if (Folds is 1 or < 0) yield return $"'folds' is {Folds}, expected 0 for a hold-out or at least 2";
        if (Fold < 0 || Fold >= Math.Max(1, Folds)) yield return $"'fold' is {Fold}, expected 0 to {Math.Max(1, Folds) - 1}";
    }
}

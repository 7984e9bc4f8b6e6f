namespace Lengthwise.Modeling.Data;

/// <summary>Which labelled rows a share of the training data keeps.</summary>
public static class LabelledSubset
{
    /// <summary>
    /// The kept rows, ascending: of every class the share, rounded, and at least one row. Subsets of one seed are nested: a row's place in the order of
    /// its class is a function of (seed, row) alone, so that a larger share keeps what a smaller one keeps. Rows without a class are one stratum.
    /// </summary>
    /// <param name="split">The training split.</param>
    /// <param name="fraction">Share of the labelled rows, above 0 to 1.</param>
    /// <param name="seed">The run's seed: seeds differ in what they keep, so that intervals over seeds count that luck too.</param>
    public static int[] Rows(SequenceSplit split, double fraction, long seed)
    {
        int[] labelled = RowSampling.LabelledRows(split);
        if (fraction >= 1) return labelled;
        return [.. labelled.GroupBy(split.Label).SelectMany(stratum => Kept([.. stratum], fraction, seed)).Order()];
    }

    private static IEnumerable<int> Kept(int[] stratum, double fraction, long seed) =>
        stratum.OrderBy(row => new RandomStream(seed, "data-fraction", row).NextUInt64()).ThenBy(row => row).Take(Math.Max(1, (int)Math.Round(fraction * stratum.Length)));
}

using Lengthwise.Experiments;
using Lengthwise.Statistics;

namespace Lengthwise.Reports;

/// <summary>
/// A score by seed, or the difference of two arms by seed, with what every test item contributes to it where the runs stored that. Where items come in groups, the
/// groups are counted in their place.
/// </summary>
internal sealed class SeedScores
{
    private readonly SortedDictionary<long, (double Score, TestItems? Items)> _bySeed = [];

    private SeedScores()
    {
    }

    /// <summary>Number of seeds.</summary>
    public int Count => _bySeed.Count;

    /// <summary>Test items or groups of them, if every seed has them and they are the same; else null.</summary>
    public int? ItemCount => Influences()?[0].Length;

    /// <summary>Whether groups are counted instead of items.</summary>
    public bool IsGrouped => Count > 0 && ItemCount is not null && _bySeed.Values.First().Items?.Groups is not null;

    /// <summary>Test scores of an arm, turned by <paramref name="sign"/>; seeds without a score are left out.</summary>
    public static SeedScores Of(IReadOnlyList<RunRecord> arm, IReadOnlyDictionary<string, TestItems> items, int sign = 1)
    {
        var scores = new SeedScores();
        foreach (RunRecord cell in arm.Where(Arms.HasTest))
            scores._bySeed[cell.Seed] = (sign * cell.Test!.Value, items.GetValueOrDefault(cell.Run) is { } i ? i with { Influence = [.. i.Influence.Select(x => sign * x)] } : null);
        return scores;
    }

    /// <summary>This less another, for the seeds of both.</summary>
    public SeedScores Minus(SeedScores other) => Combine(other, -1);

    /// <summary>This and another, for the seeds of both.</summary>
    public SeedScores Plus(SeedScores other) => Combine(other, 1);

    /// <summary>Every score times a factor.</summary>
    public SeedScores Times(double factor)
    {
        var scaled = new SeedScores();
        foreach ((long seed, (double score, TestItems? items)) in _bySeed)
            scaled._bySeed[seed] = (factor * score, items is null ? null : items with { Influence = [.. items.Influence.Select(x => factor * x)] });
        return scaled;
    }

    /// <summary>Mean with the uncertainty of seeds and, where they are known, items; null without seeds.</summary>
    public CrossedEstimate? Estimate() => Count == 0 ? null : CrossedEstimate.Of([.. _bySeed.Values.Select(v => v.Score)], Influences());

    /// <summary>
    /// The interval of a difference of scores; that of two shares lies between -1 and 1. Where all seeds agree on every item, other items still might not: as many as Clopper and Pearson (1934) leave
    /// open when none of n does.
    /// </summary>
    public Interval IntervalOf(CrossedEstimate estimate, string metric)
    {
        Interval interval = estimate.Interval();
        if (!interval.HasBounds || !MetricText.IsShare(metric)) return interval;
        double open = estimate.Variance == 0 && ItemCount is { } items ? 1 - Math.Pow(0.025, 1.0 / items) : 0;
        return new Interval(interval.Low - open, interval.Mean, interval.High + open, interval.N).Within(-1, 1);
    }

    /// <summary>The mean by drawing seeds and items anew; null for a single seed.</summary>
    public HierarchicalBootstrap? Bootstrap() => Count < 2 ? null : HierarchicalBootstrap.Of([.. _bySeed.Values.Select(v => v.Score)], Influences());

    /// <summary>The mean of these very models by drawing items anew; null where items are not known.</summary>
    public HierarchicalBootstrap? BootstrapOfItems()
    {
        if (Influences() is not { } influences) return null;
        double[] mean = [.. Enumerable.Range(0, influences[0].Length).Select(i => influences.Average(s => s[i]))];
        return HierarchicalBootstrap.Of([_bySeed.Values.Average(v => v.Score)], [mean]);
    }

    /// <summary>Seed by seed this against another, with McNemar's test where both stored which items they got right.</summary>
    public IReadOnlyList<SeedTest> Against(SeedScores other)
    {
        var tests = new List<SeedTest>();
        foreach ((long seed, (double score, TestItems? items)) in _bySeed)
        {
            if (!other._bySeed.TryGetValue(seed, out (double Score, TestItems? Items) with)) continue;
            bool isTested = items is { Right: not null, Groups: null } && with.Items?.Right is not null && items.Rows.SequenceEqual(with.Items.Rows);
            tests.Add(new SeedTest(seed, score - with.Score, isTested ? McNemar.Of(items!.Right!, with.Items!.Right!) : null));
        }
        return tests;
    }

    /// <summary>1 - this / <paramref name="before"/>, with Fieller's interval; null where that cannot be told from zero.</summary>
    public Interval? ShareClosed(SeedScores before)
    {
        // Both over the seeds that they share.
        SeedScores after = Only(before), reference = before.Only(this);
        if (after.Count < 2 || after.Estimate() is not { } numerator || reference.Estimate() is not { } denominator) return null;
        double sum = after.Plus(reference).Estimate()!.Variance, most = Math.Sqrt(numerator.Variance * denominator.Variance);
        double covariance = Math.Clamp((sum - numerator.Variance - denominator.Variance) / 2, -most, most);
        Interval? left = FiellerRatio.Of(numerator, denominator, covariance);
        return left is null ? null : new Interval(1 - left.High, 1 - left.Mean, 1 - left.Low, left.N);
    }

    private SeedScores Combine(SeedScores other, int sign)
    {
        var combined = new SeedScores();
        foreach ((long seed, (double score, TestItems? items)) in _bySeed)
        {
            if (!other._bySeed.TryGetValue(seed, out (double Score, TestItems? Items) with)) continue;
            bool areSame = items is not null && with.Items is not null && items.Rows.SequenceEqual(with.Items.Rows);
            combined._bySeed[seed] = (
                score + sign * with.Score,
                areSame ? new TestItems(items!.Rows, [.. items.Influence.Zip(with.Items!.Influence, (a, b) => a + sign * b)]) { Groups = items.Groups ?? with.Items.Groups } : null);
        }
        return combined;
    }

    private SeedScores Only(SeedScores seedsOf)
    {
        var some = new SeedScores();
        foreach ((long seed, (double Score, TestItems? Items) value) in _bySeed)
            if (seedsOf._bySeed.ContainsKey(seed)) some._bySeed[seed] = value;
        return some;
    }

    private double[][]? Influences()
    {
        TestItems?[] items = [.. _bySeed.Values.Select(v => v.Items)];
        if (items.Length == 0 || !items.All(i => i is not null && i.Rows.SequenceEqual(items[0]!.Rows))) return null;
        if (items.FirstOrDefault(i => i!.Groups is not null)?.Groups is not { } groups) return [.. items.Select(i => i!.Influence)];
        double[][] grouped = [.. items.Select(i => ItemGroups.Influence(i!.Influence, groups)).OfType<double[]>()];
        return grouped.Length == items.Length ? grouped : null;
    }
}

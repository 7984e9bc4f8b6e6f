using Lengthwise.Experiments;
using Lengthwise.Statistics;

namespace Lengthwise.Reports;

/// <summary>Gains of pretraining and gaps between models: everything that is a difference between two arms, paired by seed.</summary>
internal static class PairedEffects
{
    /// <summary>The gain of every arm that has a scratch arm of the same model and at least one seed in common with it.</summary>
    public static IReadOnlyList<Gain> Gains(IReadOnlyList<IReadOnlyList<RunRecord>> arms)
    {
        Gain[] gains = [.. Uncorrected(arms)];
        int[] tested = [.. Enumerable.Range(0, gains.Length).Where(i => gains[i].PValue is not null)];
        IReadOnlyList<double> corrected = Holm.Adjust([.. tested.Select(i => gains[i].PValue!.Value)]);
        for (int k = 0; k < tested.Length; k++) gains[tested[k]] = gains[tested[k]] with { HolmPValue = corrected[k] };
        return gains;
    }

    private static IEnumerable<Gain> Uncorrected(IReadOnlyList<IReadOnlyList<RunRecord>> arms)
    {
        foreach (IReadOnlyList<RunRecord> arm in arms)
        {
            RunRecord first = arm[0];
            if (first.Objective == Arms.Scratch || Find(arms, first.Model, Arms.Scratch) is not { } scratch) continue;
            double[] differences = [.. PairedDifference.BySeed(Oriented(scratch), Oriented(arm)).Values];
            if (differences.Length == 0) continue;
            yield return new Gain(
                first.Model, first.Objective, StudentInterval.OfMean(differences), first.Bidirectional != scratch[0].Bidirectional,
                StudentInterval.PValue(differences));
        }
    }

    /// <summary>The gap of every pair of <see cref="Pairs"/> under every objective that both models have.</summary>
    public static IEnumerable<Gap> Gaps(IReadOnlyList<IReadOnlyList<RunRecord>> arms)
    {
        string[] objectives = [.. arms.Select(a => a[0].Objective).Distinct().ByObjective(o => o)];
        foreach ((string model, string reference) in Pairs(arms))
        {
            SortedDictionary<long, double>? fromScratch = Differences(arms, model, reference, Arms.Scratch);
            foreach (string objective in objectives)
            {
                if (Differences(arms, model, reference, objective) is not { Count: > 0 } gap) continue;
                Interval? closed = objective == Arms.Scratch || fromScratch is null ? null : ShareClosed(fromScratch, gap);
                yield return new Gap(model, reference, objective, StudentInterval.OfMean([.. gap.Values]), closed);
            }
        }
    }

    /// <summary>
    /// With the reference model: it and the best of the others from scratch, best by mean validation, since choosing on the test split
    /// would favour the winner. Without it: all pairs.
    /// </summary>
    private static IEnumerable<(string Model, string Reference)> Pairs(IReadOnlyList<IReadOnlyList<RunRecord>> arms)
    {
        string[] models = [.. arms.Select(a => a[0].Model).Distinct().ByModel(m => m)];
        if (models.Length < 2) return [];
        if (models[0] == Arms.ReferenceModel)
            return [(models.Skip(1).MaxBy(m => SelectionScore(arms, m))!, Arms.ReferenceModel)];
        return from i in Enumerable.Range(0, models.Length) from j in Enumerable.Range(0, i) select (models[i], models[j]);
    }

    private static double SelectionScore(IReadOnlyList<IReadOnlyList<RunRecord>> arms, string model)
    {
        IReadOnlyList<RunRecord> arm = Find(arms, model, Arms.Scratch) ?? arms.First(a => a[0].Model == model);
        double[] validations = [.. arm.Select(c => c.Validation).OfType<double>().Where(double.IsFinite)];
        return validations.Length == 0 ? double.NegativeInfinity : Sign(arm[0]) * validations.Average();
    }

    private static Interval? ShareClosed(SortedDictionary<long, double> before, SortedDictionary<long, double> after)
    {
        long[] seeds = [.. before.Keys.Where(after.ContainsKey)];
        Interval? left = FiellerRatio.Of([.. seeds.Select(s => after[s])], [.. seeds.Select(s => before[s])]);
        return left is null ? null : new Interval(1 - left.High, 1 - left.Mean, 1 - left.Low, left.N);
    }

    private static SortedDictionary<long, double>? Differences(
        IReadOnlyList<IReadOnlyList<RunRecord>> arms, string model, string reference, string objective) =>
        Find(arms, reference, objective) is { } from && Find(arms, model, objective) is { } to
            ? PairedDifference.BySeed(Oriented(from), Oriented(to))
            : null;

    /// <summary>Test scores turned so that more is better.</summary>
    private static Dictionary<long, double> Oriented(IReadOnlyList<RunRecord> arm) =>
        Arms.TestBySeed(arm).ToDictionary(s => s.Key, s => Sign(arm[0]) * s.Value);

    private static int Sign(RunRecord cell) => cell.HigherIsBetter ? 1 : -1;

    private static IReadOnlyList<RunRecord>? Find(IReadOnlyList<IReadOnlyList<RunRecord>> arms, string model, string objective) =>
        arms.FirstOrDefault(a => a[0].Model == model && a[0].Objective == objective);
}

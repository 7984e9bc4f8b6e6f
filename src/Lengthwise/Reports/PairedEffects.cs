using Lengthwise.Experiments;
using Lengthwise.Statistics;

namespace Lengthwise.Reports;

/// <summary>Gains of pretraining and gaps between models: everything that is a difference between two arms, paired by seed.</summary>
internal static class PairedEffects
{
    /// <summary>
    /// The gain of every arm that pretrains, has an arm from scratch of the same model and at least one seed in common with it: over the
    /// compute-matched one where there is one.
    /// </summary>
    public static IReadOnlyList<Gain> Gains(IReadOnlyList<IReadOnlyList<RunRecord>> arms, IReadOnlyDictionary<string, TestItems> items)
    {
        Gain[] gains = [.. Uncorrected(arms, items, (model, found) => Find(found, model, Arms.MatchedScratch) ?? Find(found, model, Arms.Scratch))];
        double?[] corrected = Corrected([.. gains.Select(g => g.PValue)]);
        return [.. gains.Select((gain, i) => gain with { HolmPValue = corrected[i] })];
    }

    private static double?[] Corrected(double?[] pValues)
    {
        int[] tested = [.. Enumerable.Range(0, pValues.Length).Where(i => pValues[i] is not null)];
        IReadOnlyList<double> corrected = Holm.Adjust([.. tested.Select(i => pValues[i]!.Value)]);
        var all = new double?[pValues.Length];
        for (int k = 0; k < tested.Length; k++) all[tested[k]] = corrected[k];
        return all;
    }

    /// <summary>The same gains over the arm from scratch with equal fine-tuning, of models that have both; not corrected, since they test nothing new.</summary>
    public static IReadOnlyList<Gain> FurtherGains(IReadOnlyList<IReadOnlyList<RunRecord>> arms, IReadOnlyDictionary<string, TestItems> items) =>
        [.. Uncorrected(arms, items, (model, found) => Find(found, model, Arms.MatchedScratch) is null ? null : Find(found, model, Arms.Scratch))];

    /// <summary>Of a model's two arms from scratch the one that is better on validation; null unless it has both.</summary>
    public static string? StrongerBaseline(IReadOnlyList<IReadOnlyList<RunRecord>> arms, string model) =>
        Find(arms, model, Arms.Scratch) is not { } plain || Find(arms, model, Arms.MatchedScratch) is not { } matched ? null
        : MeanValidation(plain) > MeanValidation(matched) ? Arms.Scratch
        : Arms.MatchedScratch;

    private static IEnumerable<Gain> Uncorrected(
        IReadOnlyList<IReadOnlyList<RunRecord>> arms, IReadOnlyDictionary<string, TestItems> items,
        Func<string, IReadOnlyList<IReadOnlyList<RunRecord>>, IReadOnlyList<RunRecord>?> baseline)
    {
        foreach (IReadOnlyList<RunRecord> arm in arms)
        {
            RunRecord first = arm[0];
            if (Arms.IsScratch(first.Objective) || baseline(first.Model, arms) is not { } scratch) continue;
            SeedScores after = Oriented(arm, items), before = Oriented(scratch, items), difference = after.Minus(before);
            if (difference.Estimate() is not { } gain) continue;
            yield return new Gain(first.Model, first.Objective, difference.IntervalOf(gain, first.Metric), first.Bidirectional != scratch[0].Bidirectional, gain.PValue(), Baseline: scratch[0].Objective)
            {
                Evidence = new EffectEvidence(difference, gain, after.Against(before)),
            };
        }
    }

    /// <summary>The gap of every pair of <see cref="Pairs"/> under every objective that both models have.</summary>
    public static IReadOnlyList<Gap> Gaps(IReadOnlyList<IReadOnlyList<RunRecord>> arms, IReadOnlyDictionary<string, TestItems> items)
    {
        Gap[] gaps = [.. UncorrectedGaps(arms, items)];
        double?[] corrected = Corrected([.. gaps.Select(g => g.PValue)]);
        return [.. gaps.Select((gap, i) => gap with { HolmPValue = corrected[i] })];
    }

    private static IEnumerable<Gap> UncorrectedGaps(IReadOnlyList<IReadOnlyList<RunRecord>> arms, IReadOnlyDictionary<string, TestItems> items)
    {
        string[] objectives = [.. arms.Select(a => a[0].Objective).Distinct().ByObjective(o => o)];
        foreach ((string model, string reference) in Pairs(arms))
        {
            SeedScores? fromScratch = Difference(arms, items, model, reference, Arms.MatchedScratch) ?? Difference(arms, items, model, reference, Arms.Scratch);
            foreach (string objective in objectives)
            {
                if (Find(arms, reference, objective) is not { } from || Find(arms, model, objective) is not { } to) continue;
                SeedScores first = Oriented(to, items), second = Oriented(from, items), gap = first.Minus(second);
                if (gap.Estimate() is not { } estimate) continue;
                Interval? closed = Arms.IsScratch(objective) || fromScratch is null ? null : gap.ShareClosed(fromScratch);
                yield return new Gap(model, reference, objective, gap.IntervalOf(estimate, to[0].Metric), closed)
                {
                    PValue = estimate.PValue(),
                    Evidence = new EffectEvidence(gap, estimate, first.Against(second)),
                };
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

    private static double SelectionScore(IReadOnlyList<IReadOnlyList<RunRecord>> arms, string model) =>
        MeanValidation(Find(arms, model, Arms.MatchedScratch) ?? Find(arms, model, Arms.Scratch) ?? arms.First(a => a[0].Model == model));

    private static double MeanValidation(IReadOnlyList<RunRecord> arm)
    {
        double[] validations = [.. arm.Select(c => c.Validation).OfType<double>().Where(double.IsFinite)];
        return validations.Length == 0 ? double.NegativeInfinity : Sign(arm[0]) * validations.Average();
    }

    private static SeedScores? Difference(
        IReadOnlyList<IReadOnlyList<RunRecord>> arms, IReadOnlyDictionary<string, TestItems> items, string model, string reference, string objective) =>
        Find(arms, reference, objective) is { } from && Find(arms, model, objective) is { } to
            ? Oriented(to, items).Minus(Oriented(from, items))
            : null;

    /// <summary>Test scores turned so that more is better.</summary>
    private static SeedScores Oriented(IReadOnlyList<RunRecord> arm, IReadOnlyDictionary<string, TestItems> items) => SeedScores.Of(arm, items, Sign(arm[0]));

    private static int Sign(RunRecord cell) => cell.HigherIsBetter ? 1 : -1;

    private static IReadOnlyList<RunRecord>? Find(IReadOnlyList<IReadOnlyList<RunRecord>> arms, string model, string objective) =>
        arms.FirstOrDefault(a => a[0].Model == model && a[0].Objective == objective);
}

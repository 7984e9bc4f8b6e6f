using Lengthwise.Literature;
using Lengthwise.Statistics;

namespace Lengthwise.Reports;

/// <summary>The parts of <see cref="JsonReport"/> that stand behind its numbers, or beside them.</summary>
internal static class JsonEvidence
{
    /// <summary>What stands behind a difference; null where nothing does.</summary>
    public static EvidenceEntry? Of(EffectEvidence? evidence) => evidence is null ? null : new EvidenceEntry(
        evidence.Estimate.DegreesOfFreedom > 0 ? Math.Sqrt(evidence.Estimate.Variance) : null,
        evidence.Estimate.DegreesOfFreedom > 0 ? evidence.Estimate.DegreesOfFreedom : null,
        evidence.Estimate.Items,
        evidence.IsGrouped,
        Bounds(evidence.Bootstrap),
        Bounds(evidence.OfItems),
        evidence.Needed is { } needed ? new NeededEntry(needed.More, needed.Items) : null,
        [.. evidence.Seeds.Select(s => new SeedEntry(s.Seed, s.Difference, s.Test?.OnlyFirst, s.Test?.OnlySecond, s.Test?.PValue))]);

    /// <summary>Average ranks under one objective.</summary>
    public static RankEntry Of(RankComparison comparison) => new(
        comparison.Objective, comparison.AreTasks ? "tasks" : "seeds", comparison.Blocks,
        [.. comparison.Models.Select((m, i) => new ModelRank(m, comparison.Ranks.Ranks[i]))],
        comparison.Ranks.Statistic, comparison.Ranks.PValue, comparison.Ranks.CriticalDifference,
        [.. comparison.Ranks.Cliques().Select(c => (IReadOnlyList<string>)[.. c.Select(i => comparison.Models[i])])]);

    /// <summary>An average over Long Range Arena.</summary>
    public static AverageEntry Of(ArenaAverage a) => new(ArenaAverage.Name(a.Convention), a.Model, a.Objective, a.Tasks, a.Accuracy.Mean, a.Accuracy.Low, a.Accuracy.High);

    /// <summary>How a gain changes with the number of labels; the slope is per ten times as many.</summary>
    public static TrendEntry Of(LabelTrend t) => new(
        t.Task, t.Model, t.Objective, t.Slope.Mean, t.Slope.Low, t.Slope.High, [.. t.Points.Select(p => new TrendPoint(p.Rows, p.Gain.Mean, p.Gain.Low, p.Gain.High))]);

    /// <summary>A published score beside ours under the same training; published accuracies are in percent, ours are shares.</summary>
    public static PublishedEntry Of(TaskSummary task, PublishedResult r)
    {
        string model = ModelFamily.Of(r.Model);
        Interval? ours = LiteratureText.OurArm(task, r)?.Test;
        return new PublishedEntry(
            task.Name, model, r.Model, r.Variant, r.Part, r.Metric, r.Value, r.Source, r.Place, r.Confidence == PublishedConfidence.Exact ? "exact" : "second-hand", r.Note,
            ours?.Mean, ours?.Low, ours?.High);
    }

    private static BoundsEntry? Bounds(HierarchicalBootstrap? bootstrap) => bootstrap is null ? null : new BoundsEntry(bootstrap.Interval.Low, bootstrap.Interval.High);

    internal sealed record EvidenceEntry(
        double? StandardError, double? DegreesOfFreedom, int? Items, bool ItemsAreGroups, BoundsEntry? Bootstrap, BoundsEntry? ItemBootstrap, NeededEntry? SeedsNeeded,
        IReadOnlyList<SeedEntry> Seeds);

    internal sealed record BoundsEntry(double? Low, double? High);

    internal sealed record NeededEntry(int? More, int? TestItems);

    internal sealed record SeedEntry(long Seed, double Difference, int? OnlyFirst, int? OnlySecond, double? McnemarPValue);

    internal sealed record RankEntry(
        string Objective, string BlocksAre, IReadOnlyList<string> Blocks, IReadOnlyList<ModelRank> Ranks, double Friedman, double PValue, double CriticalDifference,
        IReadOnlyList<IReadOnlyList<string>> Cliques);

    internal sealed record ModelRank(string Model, double Rank);

    internal sealed record AverageEntry(string Convention, string Model, string Objective, IReadOnlyList<string> Tasks, double Accuracy, double? Low, double? High);

    internal sealed record TrendEntry(string Task, string Model, string Objective, double Slope, double? Low, double? High, IReadOnlyList<TrendPoint> Points);

    internal sealed record TrendPoint(int LabelledRows, double Gain, double? Low, double? High);

    internal sealed record PublishedEntry(
        string Task, string Model, string AsPublished, string Trained, string Part, string Metric, double? Value, string Source, string Place, string Confidence, string Note,
        double? Ours, double? OursLow, double? OursHigh);
}

using Lengthwise.Reports;
using Lengthwise.Statistics;

namespace Lengthwise.Diagnoses;

/// <summary>Reach of the arms: means over seeds at every moment, and differences between moments and arms, paired by seed.</summary>
/// <param name="Levels">One an arm, kind and moment.</param>
/// <param name="Changes">One an arm, kind and pair of moments; and between arms that end training.</param>
public sealed record ReachSummary(IReadOnlyList<ReachLevel> Levels, IReadOnlyList<ReachChange> Changes)
{
    /// <summary>The quantiles over channels are reduced to this share of the absolute mass.</summary>
    public const double KernelShare = 0.9;

    /// <summary>Summarises runs.</summary>
    /// <param name="runs">Any runs; arms are those of equal task, model and objective.</param>
    /// <param name="within">Steps that count as near, an edge of the bins.</param>
    public static ReachSummary Of(IReadOnlyList<RunReach> runs, int within)
    {
        ReachFigures[] figures = [.. runs.SelectMany(run => ReachFigures.Of(run, within))];
        ReachLevel[] levels = [..
            from figure in figures
            group figure by (figure.Arm, figure.Kind, figure.Moment) into level
            select Level(level.Key.Arm, level.Key.Kind, level.Key.Moment, [.. level])];
        // Sorting is stable: the last key counts most.
        levels = [.. levels.OrderBy(l => l.Moment).ByObjective(l => l.Arm.Objective).OrderBy(l => l.Kind).ByModel(l => l.Arm.Model).OrderBy(l => l.Arm.Task, StringComparer.Ordinal)];
        ReachChange[] changes = [.. levels.SelectMany(to => ChangesTo(to, levels, figures))];
        return new ReachSummary(levels, changes);
    }

    private static ReachLevel Level(ReachArm arm, ReachKind kind, TrainingMoment moment, ReachFigures[] figures) => new(
        arm, kind, moment, StudentInterval.OfMean([.. figures.Select(f => f.Near)]).Within(0, 1), figures.Average(f => f.UniformNear),
        StudentInterval.OfMean([.. figures.Select(f => f.MeanDistance)]).Within(0, double.PositiveInfinity),
        figures.All(f => f.Reach is not null) ? StudentInterval.OfMean([.. figures.Select(f => f.Reach!.Value)]) : null);

    // Every moment against those before it, and the end against the ends from scratch.
    private static IEnumerable<ReachChange> ChangesTo(ReachLevel to, ReachLevel[] levels, ReachFigures[] figures)
    {
        foreach (ReachLevel from in levels.Where(l => l.Kind == to.Kind && l.Arm == to.Arm && l.Moment < to.Moment))
            if (Change(from, to, figures) is { } change) yield return change;
        if (to.Moment != TrainingMoment.Finetuning || Arms.IsScratch(to.Arm.Objective)) yield break;
        foreach (ReachLevel scratch in levels.Where(l => l.Kind == to.Kind && l.Moment == to.Moment && Arms.IsScratch(l.Arm.Objective) && l.Arm == to.Arm with { Objective = l.Arm.Objective }))
            if (Change(scratch, to, figures) is { } gap) yield return gap;
    }

    private static ReachChange? Change(ReachLevel from, ReachLevel to, ReachFigures[] figures)
    {
        ILookup<long, ReachFigures> before = Of(from).ToLookup(f => f.Seed);
        (ReachFigures From, ReachFigures To)[] pairs = [.. Of(to).Where(f => before.Contains(f.Seed)).Select(f => (before[f.Seed].First(), f)).DistinctBy(p => p.f.Seed)];
        if (pairs.Length == 0) return null;
        Interval Difference(Func<ReachFigures, double> value) => StudentInterval.OfMean([.. pairs.Select(p => value(p.To) - value(p.From))]);
        bool hasReach = pairs.All(p => p.From.Reach is not null && p.To.Reach is not null);
        return new ReachChange(
            from.Arm, from.Moment, to.Arm, to.Moment, to.Kind, Difference(f => f.Near).Within(-1, 1), Difference(f => f.MeanDistance), hasReach ? Difference(f => f.Reach!.Value) : null);

        IEnumerable<ReachFigures> Of(ReachLevel level) => figures.Where(f => f.Arm == level.Arm && f.Kind == level.Kind && f.Moment == level.Moment);
    }
}

/// <summary>Runs that differ by their seed alone.</summary>
/// <param name="Task">Task.</param>
/// <param name="Model">Model.</param>
/// <param name="Objective">Objective.</param>
public sealed record ReachArm(string Task, string Model, string Objective);

/// <summary>An arm at one moment: means over layers and heads, with intervals over seeds.</summary>
/// <param name="Arm">Arm.</param>
/// <param name="Kind">Attention or kernels.</param>
/// <param name="Moment">When.</param>
/// <param name="Near">Mass within the steps that count as near.</param>
/// <param name="UniformNear">What uniform weights would have there.</param>
/// <param name="MeanDistance">Mean distance in steps.</param>
/// <param name="Reach">For kernels, the distance within which 90 % of the absolute mass lies: the median over channels, the mean over layers.</param>
public sealed record ReachLevel(ReachArm Arm, ReachKind Kind, TrainingMoment Moment, Interval Near, double UniformNear, Interval MeanDistance, Interval? Reach);

/// <summary>A difference, seed by seed: what the second has more than the first.</summary>
/// <param name="FromArm">Arm of the first.</param>
/// <param name="From">Moment of the first.</param>
/// <param name="ToArm">Arm of the second.</param>
/// <param name="To">Moment of the second.</param>
/// <param name="Kind">Attention or kernels.</param>
/// <param name="Near">Difference of the mass that is near.</param>
/// <param name="MeanDistance">Difference of mean distances.</param>
/// <param name="Reach">For kernels, difference of reach.</param>
public sealed record ReachChange(
    ReachArm FromArm, TrainingMoment From, ReachArm ToArm, TrainingMoment To, ReachKind Kind, Interval Near, Interval MeanDistance, Interval? Reach);

/// <summary>One run at one moment in a few numbers: means over layers and heads.</summary>
internal sealed record ReachFigures(
    ReachArm Arm, long Seed, ReachKind Kind, TrainingMoment Moment, double Near, double UniformNear, double MeanDistance, double? Reach)
{
    public static IEnumerable<ReachFigures> Of(RunReach run, int within) =>
        from moment in run.Moments
        from layers in moment.Layers.GroupBy(l => l.Kind)
        select Of(run, moment.Moment, layers.Key, [.. layers], within);

    private static ReachFigures Of(RunReach run, TrainingMoment moment, ReachKind kind, LayerReach[] layers, int within)
    {
        DistanceProfile[] means = [.. layers.Select(l => l.Mean())];
        double? reach = kind == ReachKind.Kernel
            ? layers.Average(l => l.Channels.Single(c => c.Mass == KernelMassKind.Absolute && c.Share == ReachSummary.KernelShare).Median)
            : null;
        return new ReachFigures(
            new ReachArm(run.Task, run.Model, run.Objective), run.Seed, kind, moment, means.Average(m => m.Within(run.UpTo, within)), layers.Average(l => l.Uniform.Within(run.UpTo, within)),
            means.Average(m => m.MeanDistance), reach);
    }
}

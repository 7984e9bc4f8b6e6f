using Lengthwise.Experiments;

namespace Lengthwise.Reports.Diagnoses;

/// <summary>What one arm spent, pretraining included, until its validation metric first reached a target.</summary>
/// <param name="Target">In the unit of the metric.</param>
/// <param name="Model">Model.</param>
/// <param name="Objective">Objective.</param>
/// <param name="Reached">Seeds that reached it.</param>
/// <param name="OutOf">Seeds with a curve.</param>
/// <param name="Steps">Optimizer steps of both phases, geometric mean over the seeds that reached it; null when none did.</param>
/// <param name="Flops">Floating-point operations, likewise; null as well where they were not counted.</param>
/// <param name="Seconds">Seconds, likewise.</param>
public sealed record TargetCost(double Target, string Model, string Objective, int Reached, int OutOf, double? Steps, double? Flops, double? Seconds)
{
    /// <summary>
    /// Costs of two targets: what the weakest arm reaches in the mean, so that nearly every arm can be compared, and what half of the arms reach. Targets
    /// no better than guessing are left out.
    /// </summary>
    internal static IReadOnlyList<TargetCost> Of(TaskSummary task, IReadOnlyDictionary<string, IReadOnlyList<MetricLine>> curves)
    {
        int sign = task.HigherIsBetter ? 1 : -1;
        (Aggregate Arm, (RunRecord Cell, MetricLine[] Lines)[] Seeds)[] arms =
        [
            .. task.Aggregates.Select(a => (a, task.CellsOf(a).Select(c => (c, Lines(c, curves))).Where(s => s.Item2.Length > 0).ToArray())).Where(a => a.Item2.Length > 0),
        ];
        if (arms.Length < 2) return [];
        double[] bests = [.. arms.Select(a => sign * a.Seeds.Average(s => s.Lines.Max(l => sign * l.Metric!.Value))).OrderBy(b => sign * b)];
        double[] targets = [.. new[] { bests[0], bests[bests.Length / 2] }.Select(b => Rounded(b, sign)).Where(t => sign * (t - task.Chance) > 0).Distinct()];
        return [.. targets.SelectMany(target => arms.Select(a => OfArm(target, sign, a.Arm, a.Seeds)))];
    }

    private static TargetCost OfArm(double target, int sign, Aggregate arm, (RunRecord Cell, MetricLine[] Lines)[] seeds)
    {
        (RunRecord Cell, MetricLine Line)[] reached =
        [
            .. seeds.Select(s => (s.Cell, Line: s.Lines.FirstOrDefault(l => sign * (l.Metric!.Value - target) >= 0))).Where(s => s.Line is not null).Select(s => (s.Cell, s.Line!)),
        ];
        return new TargetCost(
            target, arm.Model, arm.Objective, reached.Length, seeds.Length,
            GeometricMean(reached.Select(r => (double)(r.Cell.PretrainSteps + r.Line.Step))),
            GeometricMean(reached.Select(r => r.Line.Flops > 0 ? r.Cell.PretrainFlops + r.Line.Flops : 0)),
            GeometricMean(reached.Select(r => r.Cell.PretrainSeconds + r.Line.Seconds)));
    }

    private static MetricLine[] Lines(RunRecord cell, IReadOnlyDictionary<string, IReadOnlyList<MetricLine>> curves) =>
    [
        .. curves.GetValueOrDefault(cell.Run, []).Where(l => l is { Phase: "finetune", Split: "validation", Metric: { } metric } && double.IsFinite(metric)).OrderBy(l => l.Step),
    ];

    // Towards guessing, to two figures of what is left to the nearest power of ten: a target that the mean just reaches.
    private static double Rounded(double value, int sign)
    {
        if (value == 0) return 0;
        double unit = Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) - 1);
        return Math.Round((sign > 0 ? Math.Floor(value / unit) : Math.Ceiling(value / unit)) * unit, 12);
    }

    private static double? GeometricMean(IEnumerable<double> values)
    {
        double[] all = [.. values];
        return all.Length == 0 || all.Any(v => v <= 0) ? null : Math.Exp(all.Average(Math.Log));
    }
}

using System.Text.Json;
using Lengthwise.Experiments;

namespace Lengthwise.Reports;

/// <summary>
/// The comparison as one stable JSON document. Two runs of the same comparison give the same document but for seconds,
/// tokens per second, memory and names of runs. Numbers that are not finite are null.
/// </summary>
public static class JsonReport
{
    /// <summary>Version of the document; raised when a key changes its meaning or goes away, not when one is added.</summary>
    public const int Schema = 1;

    /// <summary>The document, indented, with a newline at its end.</summary>
    public static string Render(Summary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ComparisonData data = summary.Data;
        var document = new Document(
            Schema,
            summary.Answer,
            [.. data.Cells.Select(Cell)],
            [.. summary.Tasks.SelectMany(t => t.Aggregates.Select(a => OfArm(t, a)))],
            [.. summary.Tasks.SelectMany(t => t.Gains.Concat(t.FurtherGains).Select(g => OfGain(t, g)))],
            [.. summary.Tasks.SelectMany(t => t.Gaps.Select(g => OfGap(t, g)))],
            [.. summary.Warnings.Select(w => new WarningEntry(w.Code, w.Task, w.Message, w.Refuses, w.IsAllowed))],
            [.. data.Notes],
            [.. data.Failures.Select(f => new FailureEntry(f.Task, f.Model, f.Objective, f.Seed, f.Reason))],
            [.. data.Trials.Select(OfTrial)],
            [.. data.NotApplicable.Select(n => new InapplicableEntry(n.Task, n.Model, n.Objective, n.Reason))],
            [.. summary.Ranks.Select(JsonEvidence.Of)],
            [.. summary.ArenaAverages.Select(JsonEvidence.Of)],
            [.. summary.LabelTrends.Select(JsonEvidence.Of)],
            [.. summary.Tasks.SelectMany(t => t.Published.Select(r => JsonEvidence.Of(t, r)))],
            [.. summary.Tasks.SelectMany(t => t.TargetCosts.Select(c => new TargetEntry(t.Name, c.Target, c.Model, c.Objective, c.Reached, c.OutOf, c.Steps, c.Flops, c.Seconds)))],
            [.. summary.Tasks.SelectMany(t => t.Plateaus.Select(p => new PlateauEntry(t.Name, p.Model, p.Objective, p.Stayed, p.OutOf, p.LeftAfter)))],
            [.. summary.Tasks.SelectMany(t => t.PretrainingGains.Select(g => new PretrainingGainEntry(t.Name, g.Model, g.Objective, g.Seed, g.Loss, g.Gain)))]);
        return JsonSerializer.Serialize(document, RecordJson.Document) + "\n";
    }

    private static CellEntry Cell(RunRecord c) => new(
        c.Task, c.Model, c.Objective, c.Seed, c.Parameters, c.Metric, c.Validation, c.Test, c.PretrainSteps, c.FinetuneSteps, c.Seconds,
        c.TokensPerSecond, c.PeakMemoryBytes, c.Run, c.Lr, c.Chance, c.HigherIsBetter, c.Bidirectional, c.PretrainValidation, c.SelectedStep,
        c.TestItems, c.TaskVersion, c.DataHash, c.Threads,
        c.ValidationMetrics, c.TestMetrics, c.LabelledRows, c.PretrainRows, c.PretrainLoss,
        [.. c.Diagnoses.Where(d => d.Severity != DiagnosisSeverity.Note).Select(d => d.Code).Distinct().Order(StringComparer.Ordinal)],
        c.FinetuneFlops > 0 ? c.PretrainFlops : null, c.FinetuneFlops > 0 ? c.FinetuneFlops : null);

    private static ArmEntry OfArm(TaskSummary task, Aggregate a) => new(
        task.Name, a.Model, a.Objective, a.Seeds.Count, task.Metric, task.HigherIsBetter, task.Chance, a.Test?.Mean, a.Test?.Low, a.Test?.High,
        a.Test?.N ?? 0, a.Validation, a.Parameters, a.LearningRates, a.PretrainSteps, a.FinetuneSteps, a.Seconds, a.TokensPerSecond,
        a.PeakMemoryBytes, a.AtChance, a.TestMetrics, a.Flops > 0 ? a.Flops : null, a.CountsItems, a.CountsGroups,
        a.Calibration is { } c ? new CalibrationEntry(c.Error, c.ExpectedByChance, [.. c.Bins.Select(b => new BinEntry(b.Items, b.Right, b.Items > 0 ? b.Confidence : null))]) : null,
        a.Confusion is { } m ? new ConfusionEntry(m.Classes, [.. m.Counts.Chunk(m.Classes.Count)]) : null);

    private static GainEntry OfGain(TaskSummary task, Gain g) => new(
        task.Name, g.Model, g.Objective, g.Difference.Mean, g.Difference.Low, g.Difference.High, g.Difference.N, g.Seen, g.IncludesDirection, g.PValue, g.HolmPValue, g.Baseline,
        JsonEvidence.Of(g.Evidence));

    private static GapEntry OfGap(TaskSummary task, Gap g) => new(
        task.Name, g.Model, g.Reference, g.Objective, g.Difference.Mean, g.Difference.Low, g.Difference.High, g.Difference.N, g.Seen,
        g.ShareClosed is { } share ? new ShareEntry(share.Mean, share.Low, share.High) : null, g.PValue, g.HolmPValue, JsonEvidence.Of(g.Evidence));

    private static TrialEntry OfTrial(RunRecord t) => new(
        t.Task, t.Model, t.Objective, t.Seed, t.Lr, t.Metric, t.Validation, t.PretrainSteps, t.FinetuneSteps, t.Seconds, t.Run);

    private sealed record Document(
        int Schema, string Answer, IReadOnlyList<CellEntry> Cells, IReadOnlyList<ArmEntry> Aggregates, IReadOnlyList<GainEntry> Gains,
        IReadOnlyList<GapEntry> Gaps, IReadOnlyList<WarningEntry> Warnings, IReadOnlyList<string> Notes, IReadOnlyList<FailureEntry> Failures,
        IReadOnlyList<TrialEntry> Trials, IReadOnlyList<InapplicableEntry> NotApplicable,
        IReadOnlyList<JsonEvidence.RankEntry> AverageRanks, IReadOnlyList<JsonEvidence.AverageEntry> ArenaAverages, IReadOnlyList<JsonEvidence.TrendEntry> LabelTrends,
        IReadOnlyList<JsonEvidence.PublishedEntry> Published,
        IReadOnlyList<TargetEntry> TargetCosts, IReadOnlyList<PlateauEntry> Plateaus, IReadOnlyList<PretrainingGainEntry> PretrainingGains);

    private sealed record TargetEntry(
        string Task, double Target, string Model, string Objective, int Reached, int OutOf, double? Steps, double? Flops, double? Seconds);

    private sealed record PlateauEntry(string Task, string Model, string Objective, int Stayed, int OutOf, double? LeftAfter);

    private sealed record PretrainingGainEntry(string Task, string Model, string Objective, long Seed, double PretrainLoss, double Gain);

    private sealed record CellEntry(
        string Task, string Model, string Objective, long Seed, long Parameters, string Metric, double? Validation, double? Test,
        long PretrainSteps, long FinetuneSteps, double Seconds, double TokensPerSecond, long PeakMemoryBytes, string Run,
        double Lr, double Chance, bool HigherIsBetter, bool Bidirectional, double? PretrainValidation, long SelectedStep, int TestItems,
        int TaskVersion, string DataHash, int Threads, IReadOnlyDictionary<string, double> ValidationMetrics,
        IReadOnlyDictionary<string, double> TestMetrics, int LabelledRows, int PretrainRows, double? PretrainLoss, IReadOnlyList<string> Diagnoses,
        double? PretrainFlops, double? FinetuneFlops);

    private sealed record ArmEntry(
        string Task, string Model, string Objective, int Seeds, string Metric, bool HigherIsBetter, double Chance, double? Test, double? TestLow,
        double? TestHigh, int TestSeeds, double? Validation, long Parameters, IReadOnlyList<double> Lr, double PretrainSteps,
        double FinetuneSteps, double Seconds, double TokensPerSecond, long PeakMemoryBytes, int AtChance,
        IReadOnlyDictionary<string, double> TestMetrics, double? Flops, bool CountsItems, bool CountsGroups, CalibrationEntry? Calibration, ConfusionEntry? Confusion);

    private sealed record CalibrationEntry(double Error, double ExpectedByChance, IReadOnlyList<BinEntry> Bins);

    private sealed record BinEntry(int Items, int Right, double? Confidence);

    private sealed record ConfusionEntry(IReadOnlyList<string> Classes, IReadOnlyList<int[]> Counts);

    private sealed record GainEntry(
        string Task, string Model, string Objective, double Gain, double? Low, double? High, int Pairs, bool Seen, bool IncludesDirection,
        double? PValue, double? HolmPValue, string Baseline, JsonEvidence.EvidenceEntry? Evidence);

    private sealed record GapEntry(
        string Task, string Model, string Reference, string Objective, double Gap, double? Low, double? High, int Pairs, bool Seen,
        ShareEntry? ShareClosed, double? PValue, double? HolmPValue, JsonEvidence.EvidenceEntry? Evidence);

    private sealed record ShareEntry(double Share, double? Low, double? High);

    private sealed record WarningEntry(string Code, string Task, string Message, bool Refuses, bool IsAllowed);

    private sealed record FailureEntry(string Task, string Model, string Objective, long Seed, string Reason);

    private sealed record InapplicableEntry(string Task, string Model, string Objective, string Reason);

    private sealed record TrialEntry(
        string Task, string Model, string Objective, long Seed, double Lr, string Metric, double? Validation, long PretrainSteps,
        long FinetuneSteps, double Seconds, string Run);
}

using Lengthwise.Diagnoses;
using Lengthwise.Fairness;
using Lengthwise.Reports;
using Lengthwise.Statistics;

namespace Lengthwise.Experiments;

/// <summary>Reads what a report is made from out of run folders, at any time: while a comparison runs, after it, years later.</summary>
public static class ComparisonReader
{
    /// <summary>Reads a comparison.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="only">Names of the cells that are wanted, and of arms that are not applicable; null for all of the stored plan.</param>
    public static ComparisonData Read(ComparisonFolder folder, IReadOnlySet<string>? only = null)
    {
        StoredPlan plan = StoredPlan.Read(folder.PlanPath);
        var runs = new Collector();
        foreach (StoredArm arm in plan.Arms)
        {
            foreach (long seed in arm.Seeds)
            {
                RunFolder cell = folder.Cell(arm.CellName(seed));
                if (only?.Contains(cell.Name) ?? true) runs.AddCell(cell, arm, seed);
            }
            if (only is not null && !arm.Seeds.Any(s => only.Contains(arm.CellName(s)))) continue;
            runs.AddTrials(folder, arm);
        }
        StoredDiagnoses diagnoses = StoredDiagnoses.Read(folder.Directory);
        return runs.Data(folder.Directory.Name) with
        {
            Diagnoses = diagnoses,
            Preset = plan.Preset,
            Command = plan.Command,
            Notes = [.. plan.Notes, .. diagnoses.Problems],
            TaskSummaries = plan.TaskSummaries,
            AllowedUnfair = plan.AllowedUnfair,
            MatchesParameters = plan.MatchesParameters,
            NotApplicable = [.. plan.NotApplicable.Where(n => only?.Contains(n.Name) ?? true)],
        };
    }

    /// <summary>Reads the finished runs below folders: comparisons by their plans, other folders run by run.</summary>
    /// <exception cref="LengthwiseException">A folder does not exist, or none holds a run.</exception>
    public static ComparisonData Read(IReadOnlyList<DirectoryInfo> folders)
    {
        if (folders is [{ } single] && new ComparisonFolder(single) is { Exists: true } comparison) return Read(comparison);
        var runs = new Collector();
        var parts = new List<ComparisonData>();
        foreach (DirectoryInfo folder in folders)
        {
            if (!folder.Exists)
                throw new LengthwiseException(ExitCode.Data, $"reading runs: the folder '{folder.FullName}' does not exist", "'lengthwise ls runs' lists what there is");
            if (new ComparisonFolder(folder) is { Exists: true } inner) parts.Add(Read(inner));
            else foreach (RunFolder run in RunsOf(folder)) runs.AddFinished(run);
        }
        ComparisonData loose = runs.Data(string.Join(", ", folders.Select(f => f.Name)));
        ComparisonData all = parts.Aggregate(loose, Merge);
        if (all.Cells.Count == 0 && all.Failures.Count == 0)
            throw new LengthwiseException(
                ExitCode.Data, $"reading runs from {string.Join(", ", folders.Select(f => $"'{f.FullName}'"))}: no finished run was found", "name the folder of a comparison, of a run, or one that holds runs");
        return all;
    }

    private static IEnumerable<RunFolder> RunsOf(DirectoryInfo folder) =>
        new RunFolder(folder) is { IsFinished: true } self
            ? [self]
            : folder.EnumerateDirectories().OrderBy(d => d.Name, StringComparer.Ordinal).Select(d => new RunFolder(d)).Where(r => r.IsFinished);

    private static ComparisonData Merge(ComparisonData a, ComparisonData b) => a with
    {
        Cells = [.. a.Cells, .. b.Cells],
        Failures = [.. a.Failures, .. b.Failures],
        NotApplicable = [.. a.NotApplicable.Union(b.NotApplicable)],
        Trials = [.. a.Trials, .. b.Trials],
        Findings = [.. a.Findings, .. b.Findings],
        AllowedUnfair = [.. a.AllowedUnfair.Union(b.AllowedUnfair)],
        Curves = Union(a.Curves, b.Curves),
        TestItems = Union(a.TestItems, b.TestItems),
        Recipes = Union(a.Recipes, b.Recipes),
        Notes = [.. a.Notes.Union(b.Notes)],
        TaskSummaries = Union(a.TaskSummaries, b.TaskSummaries),
    };

    private static SortedDictionary<string, T> Union<T>(IReadOnlyDictionary<string, T> a, IReadOnlyDictionary<string, T> b)
    {
        var union = new SortedDictionary<string, T>(StringComparer.Ordinal);
        foreach ((string key, T value) in a.Concat(b)) union.TryAdd(key, value); // The first counts, as among cells.
        return union;
    }

    private sealed class Collector
    {
        private readonly List<RunRecord> _cells = [], _trials = [];
        private readonly List<FailedCell> _failures = [];
        private readonly List<FairnessWarning> _findings = [];
        private readonly SortedDictionary<string, IReadOnlyList<MetricLine>> _curves = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, TestItems> _items = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, string> _recipes = new(StringComparer.Ordinal);

        public void AddCell(RunFolder run, StoredArm arm, long seed)
        {
            _findings.AddRange(RunAudit.WithPlan(run, arm, seed));
            if (!run.IsFinished)
            {
                _failures.Add(new FailedCell(arm.Task, arm.Model, arm.ShownObjective, seed, ComparisonFolder.FailureOf(run) ?? "not finished yet"));
                return;
            }
            AddFinished(run);
        }

        public void AddFinished(RunFolder run)
        {
            // The name in the record is what a moved or renamed folder no longer has.
            RunRecord record = RunRecordFile.Read(run.ResultPath) with { Run = run.Name };
            _cells.Add(record);
            _curves[record.Run] = MetricsFile.Read(run.MetricsPath);
            Predictions? predictions = File.Exists(run.PredictionsPath) ? PredictionsFile.Read(run.PredictionsPath) : null;
            if (predictions is not null && Metrics.Find(record.Metric) is { } metric && TestItems.Of(predictions, metric) is { } items) _items[record.Run] = items;
            if (File.Exists(run.RecipePath)) _recipes[record.Run] = File.ReadAllText(run.RecipePath);
            _findings.AddRange(RunAudit.OfRun(run, record, _curves[record.Run], predictions));
        }

        /// <summary>The trials of an arm whose finished cells were added, and whether these took the rate that the trials chose.</summary>
        public void AddTrials(ComparisonFolder folder, StoredArm arm)
        {
            Tuning tuning = arm.Tuning;
            if (tuning.TrialCount == 0) return;
            var records = new Dictionary<(int Round, TunedSettings Point), RunRecord>();
            int missing = 0;
            for (int round = 0; round < tuning.Rounds; round++)
                foreach (TunedSettings point in tuning.At(round, Result))
                {
                    RunFolder run = folder.Trial(tuning.NameOf(arm.Name, round, point));
                    if (!run.IsFinished)
                    {
                        missing++;
                        continue;
                    }
                    RunRecord record = records[(round, point)] = RunRecordFile.Read(run.ResultPath) with { Run = run.Name };
                    _findings.AddRange(RunAudit.OfRun(run, record, MetricsFile.Read(run.MetricsPath), predictions: null));
                    _findings.AddRange(RunAudit.WithPlan(run, arm, arm.TuningSeed, tuning.ShareIn(round)));
                }
            _trials.AddRange(records.Values);
            RunRecord[] cells = [.. _cells.Where(c => c.Labelled() is { } own && (own.Task, own.Model, own.Objective) == (arm.Task, arm.Model, arm.ShownObjective))];
            if (cells.Length == 0) return;
            if (missing > 0)
                _findings.Add(new FairnessWarning("trials-differ", arm.Task, $"{arm.Model} {arm.ShownObjective} was to be tuned by {tuning.TrialCount} trials, of which {missing} have no result."));
            else if (tuning.Choose(Result) is { } chosen && cells.Where(c => !chosen.IsOf(c)).Select(c => c.Run).ToArray() is { Length: > 0 } others)
                _findings.Add(new FairnessWarning("lr-not-chosen", arm.Task, $"The trials of {arm.Model} {arm.ShownObjective} chose {chosen}, and it is another in {string.Join(", ", others)}."));

            RunRecord? Result(int round, TunedSettings point) => records.GetValueOrDefault((round, point));
        }

        public ComparisonData Data(string title) => new()
        {
            Title = title,
            Cells = _cells,
            Failures = _failures,
            Trials = _trials,
            Findings = _findings,
            Curves = _curves,
            TestItems = _items,
            Recipes = _recipes,
        };
    }
}

using Lengthwise.Reports;

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
                if (only?.Contains(cell.Name) ?? true) runs.AddCell(cell, arm.Task, arm.Model, arm.ShownObjective, seed);
            }
            if (only is not null && !arm.Seeds.Any(s => only.Contains(arm.CellName(s)))) continue;
            foreach ((_, string trial) in arm.TrialNames()) runs.AddTrial(folder.Trial(trial));
        }
        return runs.Data(folder.Directory.Name) with
        {
            Preset = plan.Preset,
            Command = plan.Command,
            Notes = plan.Notes,
            TaskSummaries = plan.TaskSummaries,
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
        private readonly SortedDictionary<string, IReadOnlyList<MetricLine>> _curves = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, TestItems> _items = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, string> _recipes = new(StringComparer.Ordinal);

        public void AddCell(RunFolder run, string task, string model, string objective, long seed)
        {
            if (run.IsFinished) AddFinished(run);
            else _failures.Add(new FailedCell(task, model, objective, seed, ComparisonFolder.FailureOf(run) ?? "not finished yet"));
        }

        public void AddFinished(RunFolder run)
        {
            // The name in the record is what a moved or renamed folder no longer has.
            RunRecord record = RunRecordFile.Read(run.ResultPath) with { Run = run.Name };
            _cells.Add(record);
            _curves[record.Run] = MetricsFile.Read(run.MetricsPath);
            if (TestItems.Of(run, record.Metric) is { } items) _items[record.Run] = items;
            if (File.Exists(run.RecipePath)) _recipes[record.Run] = File.ReadAllText(run.RecipePath);
        }

        public void AddTrial(RunFolder run)
        {
            if (run.IsFinished) _trials.Add(RunRecordFile.Read(run.ResultPath) with { Run = run.Name });
        }

        public ComparisonData Data(string title) => new()
        {
            Title = title,
            Cells = _cells,
            Failures = _failures,
            Trials = _trials,
            Curves = _curves,
            TestItems = _items,
            Recipes = _recipes,
        };
    }
}

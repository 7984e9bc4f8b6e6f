using System.Diagnostics;
using System.Globalization;
using Lengthwise.Cli.Output;
using Lengthwise.Cli.Running;
using Lengthwise.Experiments;

namespace Lengthwise.Cli.Comparing;

/// <summary>
/// Runs what a plan still lacks, several processes at once: each arm's trials first, then, with the rate they chose, its seeds.
/// Finished runs are read, failed ones are reported and the others continue.
/// </summary>
internal sealed class ComparisonRunner
{
    private readonly ComparisonFolder _folder;
    private readonly RunnerOptions _options;
    private readonly IReadOnlyDictionary<(string Task, string Model), Speed> _speeds;
    private readonly List<Arm> _arms;
    private readonly bool _hasOneTask;
    private readonly Stopwatch _elapsed = new();
    private readonly int _total;
    private int _done, _failed, _planned;
    private double _plannedSeconds, _doneSeconds;

    public ComparisonRunner(
        ComparisonFolder folder, ComparisonPlan plan, RunnerOptions options, IReadOnlyDictionary<(string Task, string Model), Speed> speeds)
    {
        (_folder, _options, _speeds) = (folder, options, speeds);
        _arms = [.. plan.Arms.Select(a => new Arm(a))];
        _hasOneTask = plan.Arms.Select(a => a.TaskLabel).Distinct().Count() == 1;
        _total = plan.TrialCount + plan.CellCount;
        Board = new ProgressBoard { Headline = Headline, Log = RunLog.Of(folder) };
    }

    /// <summary>What there is to show.</summary>
    public ProgressBoard Board { get; }

    /// <summary>Hears of every run that has just finished.</summary>
    public Action<PlannedRun>? OnFinished { get; init; }

    /// <summary>Runs without a result, in sentences.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>Runs everything that is not finished.</summary>
    /// <returns>Whether it came to the end, with or without failures.</returns>
    public async Task<bool> RunAsync(CancellationToken stop, CancellationToken stopNow)
    {
        var supervisor = new RunSupervisor(_folder, _options, Board);
        var running = new Dictionary<Task<RunOutcome>, Job>();
        foreach (Arm arm in _arms) Open(arm);
        _plannedSeconds = _arms.Sum(a => a.Pending.Sum(j => j.Seconds) + (a.Tuned is null && a.Plan.Tuning.TrialCount > 0 ? a.Plan.Seeds.Count * Seconds(a.Plan.Cells(a.Plan.Tuning.Points[0])[0]) : 0));
        _planned = _total - _done;
        _elapsed.Start();
        while (true)
        {
            while (running.Count < _options.Jobs && !stop.IsCancellationRequested && Next() is { } job)
                running.Add(supervisor.RunAsync(job.Run, job.Shown, stop, stopNow), job);
            if (running.Count == 0) return !stop.IsCancellationRequested;

            Task<RunOutcome> ended = await Task.WhenAny(running.Keys);
            running.Remove(ended, out Job? which);
            OnEnd(which!, await ended);
        }
    }

    // Finished trials and cells are read; what is left of the first round that is not over becomes pending.
    private void Open(Arm arm)
    {
        for (; arm.Plan.Tuning.TrialCount > 0 && arm.Round < arm.Plan.Tuning.Rounds; arm.Round++)
        {
            foreach (PlannedRun trial in arm.Plan.TrialsOf(arm.Round, arm.Result))
            {
                if (Finished(trial) is { } record) arm.Trials[trial.Name] = record;
                else if (!arm.Ended.Contains(trial.Name)) arm.Pending.Add(NewJob(arm, trial));
            }
            arm.TrialsLeft = arm.Pending.Count;
            if (arm.TrialsLeft > 0) return;
        }
        OpenCells(arm);
    }

    private void OpenCells(Arm arm)
    {
        bool isTuned = arm.Plan.Tuning.TrialCount > 0;
        arm.Tuned = arm.Plan.Tuning.Choose(arm.Result);
        if (isTuned && arm.Tuned is null)
        {
            foreach (long seed in arm.Plan.Seeds) AddFailure(arm.Plan.CellName(seed), "no trial gave a result");
            return;
        }
        if (isTuned) Board.Print($"{Shown(arm.Plan)}: {arm.Tuned} chosen on validation");
        foreach (PlannedRun cell in arm.Plan.Cells(arm.Tuned))
            if (Finished(cell) is null) arm.Pending.Add(NewJob(arm, cell));
    }

    private RunRecord? Finished(PlannedRun run)
    {
        RunFolder folder = run.FolderIn(_folder);
        if (!folder.IsFinished) return null;
        _done++;
        return RunRecordFile.Read(folder.ResultPath);
    }

    // Trials before cells; of the cells all arms' first seeds before the second, so that early results are balanced; of those the longest first.
    private Job? Next()
    {
        Job? next = _arms.SelectMany(a => a.Pending).OrderBy(j => !j.Run.IsTrial).ThenBy(j => j.Run.IsTrial ? 0 : j.Run.Recipe.Run.Seed).ThenByDescending(j => j.Seconds).FirstOrDefault();
        if (next is not null) next.Arm.Pending.Remove(next);
        return next;
    }

    private void OnEnd(Job job, RunOutcome outcome)
    {
        if (outcome is { Record: null, Failure: null }) return;
        _doneSeconds += job.Seconds;
        if (outcome.Record is { } record)
        {
            _done++;
            Board.Print($"{job.Shown}: {ResultText(record)}");
            if (job.Run.IsTrial) job.Arm.Trials[job.Run.Name] = record;
            OnFinished?.Invoke(job.Run);
        }
        else
        {
            AddFailure(job.Shown, outcome.Failure!);
        }
        if (!job.Run.IsTrial) return;
        job.Arm.Ended.Add(job.Run.Name);
        if (--job.Arm.TrialsLeft > 0) return;
        job.Arm.Round++;
        Open(job.Arm);
    }

    private void AddFailure(string name, string reason)
    {
        _failed++;
        Failures.Add($"{name}: {reason}");
        Board.Print($"{name}: failed: {reason}");
    }

    private static string ResultText(RunRecord record)
    {
        string score = record.Validation is { } v ? string.Create(CultureInfo.InvariantCulture, $"validation {v:0.0000}") : "no result";
        if (record.Test is { } t) score = string.Create(CultureInfo.InvariantCulture, $"test {t:0.0000}, {score}");
        return $"{score} in {Amount.Time(TimeSpan.FromSeconds(record.Seconds))}";
    }

    private Job NewJob(Arm arm, PlannedRun run)
    {
        string which = run.IsTrial
            ? string.Create(CultureInfo.InvariantCulture, $"{(arm.Plan.Tuning.Rounds > 1 ? $"round {arm.Round + 1}, " : "")}lr {run.Recipe.Optimizer.Lr}{(arm.Plan.Tuning.Points[0].BatchSize is null ? "" : $", batch {run.Recipe.Optimizer.BatchSize}")}")
            : string.Create(CultureInfo.InvariantCulture, $"seed {run.Recipe.Run.Seed}");
        return new Job(arm, run, $"{Shown(arm.Plan)} {which}", Seconds(run));
    }

    private string Shown(ArmPlan arm)
    {
        string name = $"{arm.ModelLabel} {arm.ObjectiveLabel}";
        return _hasOneTask ? name : $"{arm.TaskLabel} {name}";
    }

    private double Seconds(PlannedRun run) =>
        _speeds.TryGetValue((run.Recipe.TaskLabel, run.Recipe.ModelLabel), out Speed? speed) ? speed.SecondsOf(run.Recipe) : 1;

    private string Headline()
    {
        string counts = $"{_done} of {_total} runs done{(_failed > 0 ? $", {_failed} failed" : "")}, {Amount.Time(_elapsed.Elapsed)}";
        double done = _doneSeconds + Board.Rows.Sum(r => (r.Progress?.DoneShare ?? 0) * MeanSeconds());
        // Early on the measured speed is the better guide, later the work that was done.
        double share = _plannedSeconds > 0 ? Math.Min(1, done / _plannedSeconds) : 1;
        double byPlan = _plannedSeconds / _options.Jobs * (1 - share);
        double byWork = share > 0 ? _elapsed.Elapsed.TotalSeconds * (1 - share) / share : byPlan;
        return $"{counts}, about {Amount.Time(TimeSpan.FromSeconds(share * byWork + (1 - share) * byPlan))} left";
    }

    private double MeanSeconds() => _plannedSeconds / Math.Max(1, _planned);

    private sealed class Arm(ArmPlan plan)
    {
        public ArmPlan Plan { get; } = plan;

        /// <summary>Results of trials by their names.</summary>
        public Dictionary<string, RunRecord> Trials { get; } = [];

        /// <summary>Trials that ended here, with or without a result.</summary>
        public HashSet<string> Ended { get; } = [];

        public int Round { get; set; }

        public List<Job> Pending { get; } = [];

        public int TrialsLeft { get; set; }

        public TunedSettings? Tuned { get; set; }

        public RunRecord? Result(int round, TunedSettings point) => Trials.GetValueOrDefault(Plan.Tuning.NameOf(Plan.Name, round, point));
    }

    private sealed record Job(Arm Arm, PlannedRun Run, string Shown, double Seconds);
}

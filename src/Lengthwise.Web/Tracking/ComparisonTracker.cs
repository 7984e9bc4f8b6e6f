using System.Globalization;
using Lengthwise.Experiments;

namespace Lengthwise.Web.Tracking;

/// <summary>Follows a comparison by its files. A look costs a few questions to the file system per run, and reads only what is new.</summary>
internal sealed class ComparisonTracker(ComparisonFolder folder)
{
    private const int LogBytes = 12 * 1024;
    private readonly Dictionary<string, RunTracker> _runs = new(StringComparer.Ordinal);
    private readonly RunLog _log = RunLog.Of(folder);
    private FileStamp _planStamp, _speedStamp, _logStamp;
    private StoredPlan _plan = new();
    private IReadOnlyList<ArmOutline> _arms = [];
    private IReadOnlyDictionary<(string Task, string Model), Speed> _speeds = new Dictionary<(string, string), Speed>();
    private string _problem = "", _tail = "";
    private WatchedComparison? _last;

    /// <summary>The folder.</summary>
    public ComparisonFolder Folder { get; } = folder;

    /// <summary>Bytes of metrics read so far, for tests.</summary>
    public long BytesRead => _runs.Values.Sum(r => r.BytesRead);

    /// <summary>Looks again; what has not changed is the same object as before.</summary>
    /// <param name="wantsCurves">Whether curves of finished runs are wanted.</param>
    /// <param name="trainer">The trainer that was started from here; null when none was.</param>
    public WatchedComparison Refresh(bool wantsCurves, ITrainer? trainer = null)
    {
        ReadPlan();
        ReadSpeeds();
        ReadLog();
        WatchedArm[] arms = [.. _arms.Select(a => new WatchedArm(
            a.Task, a.Model, a.Objective, [.. a.Trials.Select(t => t.Refresh(wantsCurves))], [.. a.Cells.Select(c => c.Refresh(wantsCurves))]))];
        var now = new WatchedComparison
        {
            Title = Folder.Directory.Name,
            Preset = _plan.Preset,
            Command = _plan.Command,
            Problem = _problem,
            Arms = arms,
            NotApplicable = [.. _plan.NotApplicable.Where(a => a is not null)],
            Presence = PresenceOf(Folder.LockPath, trainer),
            TimeLeft = TimeLeft.Of(arms, _speeds),
            Log = _tail,
        };
        return _last = _last is not null && now.IsSameAs(_last) ? _last : now;
    }

    /// <summary>Who works on what a lock guards.</summary>
    public static Presence PresenceOf(string lockPath, ITrainer? trainer)
    {
        string? holder = FolderLock.HolderOf(lockPath);
        return new Presence(
            holder, holder is not null && StopRequest.IsMade(lockPath), holder is null && trainer is { HasEnded: false }, holder is null ? trainer?.Failure ?? "" : "");
    }

    private void ReadPlan()
    {
        FileStamp stamp = FileStamp.Of(Folder.PlanPath);
        if (stamp == _planStamp) return;
        _planStamp = stamp;
        try
        {
            // A plan that has become unreadable leaves the last one that was.
            _plan = StoredPlan.Read(Folder.PlanPath);
            _arms = [.. _plan.Arms.Where(a => a is not null).Select(Outline)];
            _problem = "";
        }
        catch (Exception e) when (e is LengthwiseException or IOException or UnauthorizedAccessException)
        {
            _problem = e.Message;
        }
    }

    // Which trials later rounds of tuning have is known once they have begun.
    private const int LaterRounds = 8;

    private ArmOutline Outline(StoredArm arm)
    {
        // An arm may be one of several variants of its model, which the plan names and the recipe does not.
        RunOutline outline = RunOutline.Parse(arm.Recipe) with { Task = arm.Task, Model = arm.Model, Objective = arm.ShownObjective };
        return new ArmOutline(
            arm.Task, arm.Model, arm.ShownObjective,
            [.. arm.TrialNames().Concat(Enumerable.Range(1, LaterRounds).SelectMany(arm.TrialNames).Where(t => Folder.Trial(t.Name).Directory.Exists)).Select(t => Tracker(Folder.Trial(t.Name), string.Create(CultureInfo.InvariantCulture, $"lr {t.Lr}"), isTrial: true, outline))],
            [.. arm.Seeds.Select(seed => Tracker(Folder.Cell(arm.CellName(seed)), string.Create(CultureInfo.InvariantCulture, $"seed {seed}"), isTrial: false, outline with { Seed = seed }))]);
    }

    private RunTracker Tracker(RunFolder run, string label, bool isTrial, RunOutline outline)
    {
        // Names come from a file: one that leaves the folder names no run of this comparison.
        if (Path.GetFileName(run.Directory.FullName) is not { Length: > 0 } name || !run.Directory.FullName.StartsWith(Folder.Directory.FullName + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new LengthwiseException(ExitCode.Data, $"reading the plan of '{Folder.Directory.FullName}': it names a run outside of its folder");
        string key = $"{isTrial}/{name}";
        if (!_runs.TryGetValue(key, out RunTracker? tracker)) _runs[key] = tracker = new RunTracker(run, new RunIdentity(name, label, isTrial, outline));
        return tracker;
    }

    private void ReadSpeeds()
    {
        FileStamp stamp = FileStamp.Of(Folder.SpeedPath);
        if (stamp == _speedStamp) return;
        _speedStamp = stamp;
        try
        {
            _speeds = SpeedFile.Read(Folder.SpeedPath).DistinctBy(s => (s.Task, s.Model)).ToDictionary(s => (s.Task, s.Model));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They only serve the estimate.
        }
    }

    private void ReadLog()
    {
        FileStamp stamp = FileStamp.Of(Path.Combine(Folder.Directory.FullName, RunLog.FileName));
        if (stamp == _logStamp) return;
        (_logStamp, _tail) = (stamp, _log.Tail(LogBytes));
    }

    private sealed record ArmOutline(string Task, string Model, string Objective, IReadOnlyList<RunTracker> Trials, IReadOnlyList<RunTracker> Cells);
}

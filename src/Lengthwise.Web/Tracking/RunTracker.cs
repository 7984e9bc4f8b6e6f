using Lengthwise.Experiments;
using Lengthwise.Recipes;

namespace Lengthwise.Web.Tracking;

/// <summary>Follows one run by its files, reading what is new. Damaged and half-written files count as not there yet, or as a reason.</summary>
internal sealed class RunTracker(RunFolder folder, RunIdentity identity)
{
    private const int MostPoints = 1200;
    private static readonly FileStamp Absent = new(0, 0);
    private readonly MetricsTail _tail = new(folder.MetricsPath);
    private readonly List<CurvePoint> _points = [], _evaluations = [];
    private readonly Dictionary<string, MetricLine> _last = new(StringComparer.Ordinal);
    private FileStamp _resultStamp = Absent;
    private RunRecord? _record;
    private string _damage = "";
    private double? _loss, _validation, _rate;
    private string _phase = "";
    private bool _hasCurves;

    /// <summary>The run at the last look.</summary>
    public WatchedRun State { get; private set; } = new() { Identity = identity };

    /// <summary>Bytes of metrics read so far, for tests.</summary>
    public long BytesRead => _tail.BytesRead;

    /// <summary>Looks again.</summary>
    /// <param name="wantsCurves">Whether the curves of a finished run are wanted too.</param>
    public WatchedRun Refresh(bool wantsCurves)
    {
        try
        {
            return State = Look(wantsCurves);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return State = Same(State with { Reason = $"its folder cannot be read: {e.Message}" });
        }
    }

    private WatchedRun Look(bool wantsCurves)
    {
        ReadResult();
        if (_record is not null)
        {
            if (wantsCurves && !_hasCurves)
            {
                ReadMetrics();
                _hasCurves = true;
            }
            Diagnosis? error = _record.Diagnoses.LastOrDefault(d => d.Severity == DiagnosisSeverity.Error);
            return Same(Described() with
            {
                Standing = error is null ? Standing.Finished : Standing.Failed,
                Share = 1,
                Seconds = _record.Seconds,
                Record = _record,
                Reason = error?.Message ?? "",
            });
        }
        if (!File.Exists(folder.RecipePath)) return Same(new WatchedRun { Identity = identity });
        ReadMetrics();
        WatchedRun described = Described();
        if (FolderLock.HolderOf(folder.LockPath) is not null) return Same(described with { Standing = Standing.Running });
        string? failure = _damage.Length > 0 ? _damage : ComparisonFolder.FailureOf(folder);
        return Same(failure is null ? described with { Standing = Standing.Paused } : described with { Standing = Standing.Failed, Reason = failure });
    }

    private WatchedRun Described()
    {
        (long step, long total, double? share) = Progress();
        return new WatchedRun
        {
            Identity = identity,
            Phase = _phase,
            Step = step,
            TotalSteps = total,
            Share = share,
            Loss = _loss,
            Validation = _validation,
            TokensPerSecond = _rate,
            Seconds = _last.Values.Sum(l => l.Seconds),
            Tokens = _last.Values.Sum(l => l.Tokens),
            BadLines = _tail.BadLines,
            Points = Same(State.Points, _points),
            Evaluations = Same(State.Evaluations, _evaluations),
        };
    }

    private static IReadOnlyList<CurvePoint> Same(IReadOnlyList<CurvePoint> before, List<CurvePoint> now) =>
        now.Count == before.Count && (now.Count == 0 || now[^1] == before[^1]) ? before : [.. now];

    // An unchanged run stays the same object, so that the page need not be made again.
    private WatchedRun Same(WatchedRun found) => found == State ? State : found;

    private void ReadResult()
    {
        FileStamp stamp = FileStamp.Of(folder.ResultPath);
        if (stamp == _resultStamp) return;
        (_resultStamp, _record, _damage, _hasCurves) = (stamp, null, "", false);
        if (stamp == Absent) return;
        try
        {
            _record = RunRecordFile.Read(folder.ResultPath);
        }
        catch (LengthwiseException e)
        {
            _damage = e.Message;
        }
    }

    private void ReadMetrics()
    {
        var lines = new List<MetricLine>();
        if (_tail.Read(lines))
        {
            _points.Clear();
            _evaluations.Clear();
            _last.Clear();
            (_loss, _validation, _rate, _phase) = (null, null, null, "");
        }
        foreach (MetricLine line in lines) Take(line);
        if (_points.Count > MostPoints) Thin();
    }

    private void Take(MetricLine line)
    {
        if (line.Split is not ("train" or "validation")) return;
        if (line.Phase != _phase) (_phase, _loss, _validation) = (line.Phase, null, null);
        bool isTraining = line.Split == "train";
        var point = new CurvePoint(line.Phase == "pretrain", isTraining, line.Step, line.Loss, line.Metric ?? double.NaN);
        _points.Add(point);
        if (!isTraining) _evaluations.Add(point);
        if (isTraining) (_loss, _rate) = (line.Loss, line.TokensPerSecond);
        else _validation = line.Metric;
        _last[line.Phase] = line;
    }

    private void Thin()
    {
        int index = 0;
        // The newest stays, so that the end of a curve is where the run is.
        _points.RemoveAll(p => index++ % 2 == 1 && index < _points.Count);
    }

    private (long Step, long Total, double? Share) Progress()
    {
        if (!_last.TryGetValue(_phase, out MetricLine? line)) return (0, 0, _record is null ? 0 : 1);
        if (identity.Outline.Budget is not { } budget) return (line.Step, 0, null);
        double spent = 0, all = 0, here = 0;
        foreach ((string phase, double amount) in identity.Outline.Phases)
        {
            if (amount <= 0) continue;
            double? share = _last.TryGetValue(phase, out MetricLine? last) ? ShareOf(budget.Unit, amount, last) : 0;
            if (share is null) return (line.Step, 0, null);
            // A later phase begins when the earlier one is over.
            if (phase == "pretrain" && _phase == "finetune") share = 1;
            if (phase == _phase) here = share.Value;
            (spent, all) = (spent + share.Value * amount, all + amount);
        }
        long total = here > 0 ? (long)Math.Round(line.Step / here) : 0;
        return (line.Step, total, all > 0 ? spent / all : null);
    }

    private static double? ShareOf(BudgetUnit unit, double amount, MetricLine line)
    {
        double spent = unit switch
        {
            BudgetUnit.Steps => line.Step,
            BudgetUnit.Epochs => line.Epoch,
            BudgetUnit.Tokens => line.Tokens,
            BudgetUnit.Flops => line.Flops,
            _ => line.Seconds,
        };
        return double.IsFinite(spent) ? Math.Clamp(spent / amount, 0, 1) : null;
    }
}

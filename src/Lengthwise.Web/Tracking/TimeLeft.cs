using Lengthwise.Experiments;

namespace Lengthwise.Web.Tracking;

/// <summary>How much is left to do, from what the records of this comparison say.</summary>
/// <param name="WorkSeconds">Training seconds of all runs that are left, one after another; null when a run's length is not known yet.</param>
/// <param name="Seconds">Seconds until the end with as many runs side by side as now; null as before.</param>
internal sealed record TimeLeft(double? WorkSeconds, double? Seconds)
{
    /// <summary>Nothing can be said yet.</summary>
    public static TimeLeft Unknown { get; } = new(null, null);

    /// <summary>Estimates what is left.</summary>
    /// <remarks>
    /// A run that has not begun takes as long as the finished runs of its arm did; before there are any, what <see cref="Speed"/> says from measured
    /// steps, as the plan does. A run under way goes on at its own pace, trusted in proportion to what it has done.
    /// </remarks>
    /// <param name="arms">The arms.</param>
    /// <param name="speeds">Measured speeds.</param>
    public static TimeLeft Of(IReadOnlyList<WatchedArm> arms, IReadOnlyDictionary<(string Task, string Model), Speed> speeds)
    {
        double work = 0, longest = 0;
        int running = 0;
        foreach (WatchedArm arm in arms)
        {
            double? cell = MeanSeconds(arm.Cells), trial = MeanSeconds(arm.Trials);
            foreach (WatchedRun run in arm.Trials.Concat(arm.Cells).Where(r => !r.IsOver))
            {
                if (run.Standing == Standing.Running) running++;
                double? expected = (run.Identity.IsTrial ? trial ?? cell : cell ?? trial) ?? Measured(run, arm, speeds);
                if (Left(run, expected) is not { } left) return Unknown;
                work += left;
                longest = Math.Max(longest, left);
            }
        }
        return new TimeLeft(work, Math.Max(longest, work / Math.Max(1, running)));
    }

    private static double? MeanSeconds(IReadOnlyList<WatchedRun> runs)
    {
        double[] seconds = [.. runs.Where(r => r.Record is { Seconds: > 0 }).Select(r => r.Record!.Seconds)];
        return seconds.Length > 0 ? seconds.Average() : null;
    }

    private static double? Measured(WatchedRun run, WatchedArm arm, IReadOnlyDictionary<(string Task, string Model), Speed> speeds) =>
        run.Identity.Outline.Budget is { } budget && speeds.TryGetValue((arm.Task, arm.Model), out Speed? speed) ? speed.SecondsOf(budget, run.Identity.Outline.Pretrains) : null;

    private static double? Left(WatchedRun run, double? expected)
    {
        if (run.Share is not > 0) return expected;
        double share = run.Share.Value, byPace = run.Seconds * (1 - share) / share;
        return expected is { } e ? share * byPace + (1 - share) * Math.Max(0, e - run.Seconds) : byPace;
    }
}

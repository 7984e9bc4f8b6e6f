using Lengthwise.Experiments;

namespace Lengthwise.Web.Tracking;

/// <summary>One arm with its runs.</summary>
/// <param name="Task">Task.</param>
/// <param name="Model">Model.</param>
/// <param name="Objective">Objective, or what else the arm is called by.</param>
/// <param name="Trials">Tuning runs.</param>
/// <param name="Cells">Compared runs.</param>
internal sealed record WatchedArm(string Task, string Model, string Objective, IReadOnlyList<WatchedRun> Trials, IReadOnlyList<WatchedRun> Cells);

/// <summary>Who works on a folder, and what was asked of them.</summary>
/// <param name="Process">Id of the process that holds the folder's lock; null when nobody does.</param>
/// <param name="IsStopping">Whether it was asked to stop.</param>
/// <param name="IsStarting">Whether one was started from here that does not hold the lock yet.</param>
/// <param name="Failure">Why the one that was started from here failed; empty when it did not.</param>
internal sealed record Presence(string? Process, bool IsStopping, bool IsStarting, string Failure)
{
    /// <summary>Whether somebody trains or is about to.</summary>
    public bool IsActive => Process is not null || IsStarting;
}

/// <summary>A comparison as its files show it at one moment.</summary>
internal sealed record WatchedComparison
{
    /// <summary>Name of its folder.</summary>
    public required string Title { get; init; }

    /// <summary>Names of the presets.</summary>
    public string Preset { get; init; } = "";

    /// <summary>The command that made it.</summary>
    public string Command { get; init; } = "";

    /// <summary>Why its plan cannot be read; empty when it can.</summary>
    public string Problem { get; init; } = "";

    /// <summary>Its arms.</summary>
    public IReadOnlyList<WatchedArm> Arms { get; init; } = [];

    /// <summary>Arms that do not exist.</summary>
    public IReadOnlyList<InapplicableArm> NotApplicable { get; init; } = [];

    /// <summary>Who works on it.</summary>
    public Presence Presence { get; init; } = new(null, false, false, "");

    /// <summary>What is left to do.</summary>
    public TimeLeft TimeLeft { get; init; } = TimeLeft.Unknown;

    /// <summary>The last lines of its log.</summary>
    public string Log { get; init; } = "";

    /// <summary>All runs, tuning runs first.</summary>
    public IEnumerable<WatchedRun> Runs => Arms.SelectMany(a => a.Trials).Concat(Arms.SelectMany(a => a.Cells));

    /// <summary>Whether another look showed the same.</summary>
    public bool IsSameAs(WatchedComparison other) =>
        Runs.SequenceEqual(other.Runs, ReferenceEqualityComparer.Instance) && Arms.Count == other.Arms.Count
        && (Presence, TimeLeft, Log, Problem, Command, Preset) == (other.Presence, other.TimeLeft, other.Log, other.Problem, other.Command, other.Preset)
        && NotApplicable.SequenceEqual(other.NotApplicable);

    /// <summary>How many runs stand like that.</summary>
    public int Count(Standing standing) => Runs.Count(r => r.Standing == standing);
}

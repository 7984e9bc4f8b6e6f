using Lengthwise.Experiments;

namespace Lengthwise.Web.Tracking;

/// <summary>Where a run stands.</summary>
internal enum Standing
{
    /// <summary>Not begun.</summary>
    Queued,

    /// <summary>A process works on it.</summary>
    Running,

    /// <summary>Begun, and nobody works on it: it continues from its last checkpoint.</summary>
    Paused,

    /// <summary>It has a result.</summary>
    Finished,

    /// <summary>It ended without a result.</summary>
    Failed,
}

/// <summary>What a run is.</summary>
/// <param name="Name">Name of its folder.</param>
/// <param name="Label">What sets it apart in its arm: <c>seed 1</c>, <c>lr 0.001</c>.</param>
/// <param name="IsTrial">Whether it only chooses a learning rate.</param>
/// <param name="Outline">Task, model, objective, seed and budget.</param>
internal sealed record RunIdentity(string Name, string Label, bool IsTrial, RunOutline Outline);

/// <summary>One logged point.</summary>
/// <param name="IsPretraining">Which phase.</param>
/// <param name="IsTraining">Training split, or validation.</param>
/// <param name="Step">Step of the phase.</param>
/// <param name="Loss">Loss.</param>
/// <param name="Metric">Metric of the phase; NaN where there is none.</param>
internal readonly record struct CurvePoint(bool IsPretraining, bool IsTraining, long Step, double Loss, double Metric);

/// <summary>A run as its files show it. Immutable; a look that finds nothing new returns the same object.</summary>
internal sealed record WatchedRun
{
    /// <summary>What it is.</summary>
    public required RunIdentity Identity { get; init; }

    /// <summary>Where it stands.</summary>
    public Standing Standing { get; init; }

    /// <summary>Last phase: <c>pretrain</c>, <c>finetune</c>, or empty before the first.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Last logged step of the phase.</summary>
    public long Step { get; init; }

    /// <summary>Steps of the phase, as far as its budget says; 0 when unknown.</summary>
    public long TotalSteps { get; init; }

    /// <summary>Share of the run's budget that is spent, 0 to 1; null when unknown.</summary>
    public double? Share { get; init; }

    /// <summary>Last training loss.</summary>
    public double? Loss { get; init; }

    /// <summary>Last value on validation of the present phase.</summary>
    public double? Validation { get; init; }

    /// <summary>Positions per second, last logged.</summary>
    public double? TokensPerSecond { get; init; }

    /// <summary>Training seconds so far.</summary>
    public double Seconds { get; init; }

    /// <summary>Valid training positions read so far.</summary>
    public long Tokens { get; init; }

    /// <summary>The result, once there is one.</summary>
    public RunRecord? Record { get; init; }

    /// <summary>Why there is no result.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Lines of the metrics that could not be read.</summary>
    public int BadLines { get; init; }

    /// <summary>Points of the curves, thinned when there are many.</summary>
    public IReadOnlyList<CurvePoint> Points { get; init; } = [];

    /// <summary>The points on validation; the same object as long as there are no new ones.</summary>
    public IReadOnlyList<CurvePoint> Evaluations { get; init; } = [];

    /// <summary>Whether it will not change without someone doing something.</summary>
    public bool IsOver => Standing is Standing.Finished or Standing.Failed;
}

namespace Lengthwise.Experiments;

/// <summary>Hears what a run does. Called on the training thread; implementations return quickly.</summary>
public interface IRunObserver
{
    /// <summary>Something worth a line: data prepared, resumed from step n, a damaged checkpoint skipped.</summary>
    void OnNote(string message);

    /// <summary>A phase begins (or continues) with the steps it will take.</summary>
    void OnPhase(string phase, long totalSteps);

    /// <summary>A step was done.</summary>
    void OnStep(RunProgress progress);

    /// <summary>A line was written to <c>metrics.jsonl</c>.</summary>
    void OnMetric(MetricLine line);

    /// <summary>A diagnosis was made.</summary>
    void OnDiagnosis(Diagnosis diagnosis);
}

/// <summary>Where a run stands. Steps of a wall-time budget are an estimate.</summary>
/// <param name="Phase"><c>pretrain</c> or <c>finetune</c>.</param>
/// <param name="Step">Steps done in this phase.</param>
/// <param name="TotalSteps">Steps of this phase.</param>
/// <param name="Loss">Last logged mean loss.</param>
/// <param name="Metric">Last training metric; null before the first.</param>
/// <param name="TokensPerSecond">Valid positions per second.</param>
/// <param name="Remaining">Estimated time left for the whole run.</param>
/// <param name="DoneShare">Share of the whole run's steps that are done, 0 to 1.</param>
public sealed record RunProgress(
    string Phase, long Step, long TotalSteps, double Loss, double? Metric, double TokensPerSecond, TimeSpan Remaining, double DoneShare);

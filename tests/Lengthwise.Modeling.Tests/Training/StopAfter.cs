using Lengthwise.Experiments;

namespace Lengthwise.Modeling.Tests.Training;

/// <summary>Cancels a run after that many lines of metrics, and keeps what it was told.</summary>
internal sealed class StopAfter(int lines, CancellationTokenSource stop) : IRunObserver
{
    private int _seen;

    public List<string> Notes { get; } = [];

    public void OnNote(string message) => Notes.Add(message);

    public void OnPhase(string phase, long totalSteps)
    {
    }

    public void OnStep(RunProgress progress)
    {
    }

    public void OnMetric(MetricLine line)
    {
        if (++_seen >= lines) stop.Cancel();
    }

    public void OnDiagnosis(Diagnosis diagnosis)
    {
    }
}

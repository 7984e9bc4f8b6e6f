using System.Diagnostics;
using Lengthwise.Experiments;

namespace Lengthwise.Cli.Comparing;

/// <summary>Passes a run's events on to the comparison's process, steps only a few times a second.</summary>
internal sealed class CellReporter(TextWriter writer) : IRunObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(400);
    private readonly Stopwatch _sinceStep = new();

    /// <inheritdoc/>
    public void OnNote(string message) => Send(new Noted(message));

    /// <inheritdoc/>
    public void OnPhase(string phase, long totalSteps) => Send(new PhaseBegan(phase, totalSteps));

    /// <inheritdoc/>
    public void OnStep(RunProgress progress)
    {
        if (_sinceStep.IsRunning && _sinceStep.Elapsed < Interval) return;
        _sinceStep.Restart();
        Send(new Stepped(progress));
    }

    /// <inheritdoc/>
    public void OnMetric(MetricLine line)
    {
        // It stands in the run's metrics.jsonl, where the report finds it.
    }

    /// <inheritdoc/>
    public void OnDiagnosis(Diagnosis diagnosis) => Send(new Diagnosed(diagnosis));

    /// <summary>Sends one event. A reader that has gone away is no failure: the end of its pipe stops the run.</summary>
    public void Send(CellEvent message)
    {
        try
        {
            writer.WriteLine(message.ToLine());
            writer.Flush();
        }
        catch (IOException)
        {
        }
    }
}

using System.Globalization;
using Lengthwise.Cli.Comparing;
using Lengthwise.Experiments;
using Lengthwise.Recipes;

namespace Lengthwise.Cli.Running;

/// <summary>Shows one run on a board.</summary>
internal sealed class BoardObserver(ProgressBoard board, string name) : IRunObserver
{
    private string _phase = "starting";

    /// <inheritdoc/>
    public void OnNote(string message) => board.Print(message);

    /// <inheritdoc/>
    public void OnPhase(string phase, long totalSteps)
    {
        _phase = RunSupervisor.PhaseName(phase);
        board.Print(totalSteps > 1 ? string.Create(CultureInfo.InvariantCulture, $"{_phase}: {totalSteps} steps") : _phase);
        board.Show(name, _phase, null);
    }

    /// <inheritdoc/>
    public void OnStep(RunProgress progress) => board.Show(name, _phase, progress);

    /// <inheritdoc/>
    public void OnMetric(MetricLine line)
    {
        if (line.Split == "train") return;
        string metric = line.Metric is { } m ? string.Create(CultureInfo.InvariantCulture, $", metric {m:0.0000}") : "";
        board.Print(string.Create(CultureInfo.InvariantCulture, $"{RunSupervisor.PhaseName(line.Phase)} step {line.Step}: {line.Split} loss {line.Loss:0.0000}{metric}"));
    }

    /// <inheritdoc/>
    public void OnDiagnosis(Diagnosis diagnosis) => board.Print($"{Naming.ToKey(diagnosis.Severity)}: {diagnosis.Message}");
}

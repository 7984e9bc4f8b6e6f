using System.Globalization;
using Lengthwise.Experiments;
using Lengthwise.Statistics;

namespace Lengthwise.Modeling.Training;

/// <summary>Looks at a run while it trains and says what a person should know, once each.</summary>
internal sealed class PhaseDiagnostics(IRunObserver? observer, IEnumerable<Diagnosis> known)
{
    private const double NothingLearned = 0.98, WorthSaving = 30;
    private readonly List<Diagnosis> _made = [.. known];

    /// <summary>All diagnoses so far.</summary>
    public IReadOnlyList<Diagnosis> Made => _made;

    /// <summary>Adds a diagnosis unless its code was already given for this phase.</summary>
    public void Add(Diagnosis diagnosis)
    {
        if (_made.Any(d => d.Code == diagnosis.Code && d.Phase == diagnosis.Phase)) return;
        _made.Add(diagnosis);
        observer?.OnDiagnosis(diagnosis);
    }

    /// <summary>After a line of training metrics: is the loss still that of guessing, half-way through?</summary>
    public void AfterTrainingLine(PhaseSetup setup, PhaseState state, long totalSteps)
    {
        double guessing = setup.Objective.LossOfGuessing;
        bool isLate = setup.Budget.Progress(state) >= 0.5;
        if (!isLate || guessing <= 0 || state.LastLoss < NothingLearned * guessing) return;
        Add(new Diagnosis(
            "loss-of-guessing", DiagnosisSeverity.Warning,
            FormattableString.Invariant(
                $"after {state.Step} of {totalSteps} steps the training loss {state.LastLoss:f4} is that of guessing ({guessing:f4}): nothing has been learned yet"),
            setup.Name, state.Step));
    }

    /// <summary>After the test: is the score within two standard errors of guessing?</summary>
    /// <param name="predictions">Predictions of the test split.</param>
    /// <param name="metric">Primary metric.</param>
    /// <param name="step">Step of the selected weights.</param>
    public void AfterTest(Predictions predictions, MetricKind metric, long step)
    {
        if (!predictions.IsLikeGuessing(metric)) return;
        string format = metric.IsShare() ? "P1" : "G4";
        string score = predictions.Score(metric).ToString(format, CultureInfo.InvariantCulture), guess = predictions.Chance(metric).ToString(format, CultureInfo.InvariantCulture);
        Add(new Diagnosis(
            "at-chance", DiagnosisSeverity.Warning,
            FormattableString.Invariant($"test {metric.Key().Replace('_', ' ')} {score} on {predictions.Rows.Count} items cannot be told from guessing ({guess})"), "finetune", step));
    }

    /// <summary>After the label phase: was there any evaluation on which the metric was defined?</summary>
    public void AfterSelection(double? best, MetricKind metric, long step)
    {
        if (best is not { } value || !double.IsNaN(value)) return;
        Add(new Diagnosis(
            "metric-undefined", DiagnosisSeverity.Warning,
            $"validation {metric.Key()} is not defined on its labelled rows, so that nothing was selected: the last weights were taken", "finetune", step));
    }

    /// <summary>After a phase: did evaluating take longer than training, and long enough to matter?</summary>
    public void AfterPhase(PhaseSetup setup, PhaseState state)
    {
        if (state.EvaluationSeconds < WorthSaving || state.EvaluationSeconds < state.TrainSeconds) return;
        double share = state.EvaluationSeconds / (state.EvaluationSeconds + state.TrainSeconds);
        Add(new Diagnosis(
            "validation-dominates", DiagnosisSeverity.Note,
            FormattableString.Invariant(
                $"{state.Evaluations} evaluations took {share:P0} of the phase's {state.EvaluationSeconds + state.TrainSeconds:f0} s, training the rest: lower 'budget.evaluations' or give fewer validation rows"),
            setup.Name, state.Step));
    }

    /// <summary>The task has no labels, so that the run ends after pretraining.</summary>
    public void AfterPretrainingAlone(long step) => Add(new Diagnosis(
        "no-labels", DiagnosisSeverity.Note, "no labels: nothing to fine-tune; the run ends with the pretrained model", "pretrain", step));

    /// <summary>The loss was NaN or infinite.</summary>
    public void AfterFailure(NotFiniteException failure) =>
        Add(new Diagnosis("not-finite", DiagnosisSeverity.Error, failure.Message, failure.Phase, failure.Step));
}

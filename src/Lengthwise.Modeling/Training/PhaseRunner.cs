using System.Diagnostics;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Layers;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Training.Objectives;
using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Training;

/// <summary>What a phase is made of.</summary>
/// <param name="Name"><c>pretrain</c> or <c>finetune</c>.</param>
/// <param name="Objective">What is learned.</param>
/// <param name="Optimizer">Optimizer settings.</param>
/// <param name="Budget">Budget of this phase.</param>
/// <param name="Run">Seed and intervals.</param>
/// <param name="Input">Kind of input.</param>
/// <param name="Train">Training batches.</param>
/// <param name="Validation">Validation split.</param>
/// <param name="ShareBefore">Share of the whole run's budget that lies before this phase.</param>
/// <param name="Share">Share of the whole run's budget that this phase has.</param>
internal sealed record PhaseSetup(
    string Name, Objective Objective, OptimizerSettings Optimizer, PhaseBudget Budget, RunSettings Run, InputSpec Input, BatchSource Train,
    SequenceSplit Validation, double ShareBefore, double Share);

/// <summary>
/// The training loop of one phase, from wherever its state stands to the end of its budget. Everything it draws is a function of
/// (seed, phase, step), so that stopping and continuing anywhere gives the same numbers.
/// </summary>
internal sealed class PhaseRunner : IDisposable
{
    private readonly PhaseSetup _setup;
    private readonly MetricsWriter _metrics;
    private readonly IRunObserver? _observer;
    private readonly PhaseDiagnostics _diagnostics;
    private readonly LearningRateSchedule _schedule;
    private readonly BatchesAhead _batches;
    private readonly Stopwatch _sinceReport = Stopwatch.StartNew();

    /// <summary>Starts with a new optimizer; a checkpoint may overwrite it.</summary>
    public PhaseRunner(PhaseSetup setup, SequenceModel model, PhaseState state, MetricsWriter metrics, PhaseDiagnostics diagnostics, IRunObserver? observer)
    {
        (_setup, Model, State, _metrics, _diagnostics, _observer) = (setup, model, state, metrics, diagnostics, observer);
        OptimizerSettings o = setup.Optimizer;
        Optimizer = new AdamW(model.TrainableParameters, o.Beta1, o.Beta2, o.Epsilon, o.WeightDecay) { Updates = state.Updates };
        _schedule = new LearningRateSchedule(o);
        _batches = new BatchesAhead(setup.Train);
        Best = new WeightSnapshot();
    }

    /// <summary>The model, in training mode.</summary>
    public SequenceModel Model { get; }

    /// <summary>Where the phase stands.</summary>
    public PhaseState State { get; }

    /// <summary>The optimizer.</summary>
    public AdamW Optimizer { get; }

    /// <summary>Weights of the best evaluation.</summary>
    public WeightSnapshot Best { get; }

    /// <summary>Steps of the phase.</summary>
    public long TotalSteps => _setup.Budget.TotalSteps(State);

    /// <summary>Runs to the end of the budget. Calls <paramref name="afterStep"/> after every step and evaluation.</summary>
    /// <exception cref="OperationCanceledException">Stopped between two steps; the state is whole.</exception>
    /// <exception cref="NotFiniteException">The loss is NaN or infinite.</exception>
    public void Run(Action afterStep, CancellationToken cancellation)
    {
        Model.train();
        _observer?.OnPhase(_setup.Name, TotalSteps);
        while (!_setup.Budget.IsSpent(State))
        {
            cancellation.ThrowIfCancellationRequested();
            long started = Stopwatch.GetTimestamp();
            double lr = Step();
            State.TrainSeconds += Stopwatch.GetElapsedTime(started).TotalSeconds;
            bool isDue = _setup.Budget.IsEvaluationDue(State);
            if (isDue || State.Step % _setup.Run.LogSteps == 0) LogTraining(lr);
            if (isDue) Evaluate();
            Report(isDue);
            afterStep();
        }
        _diagnostics.AfterPhase(_setup, State);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batches.Dispose();
        Optimizer.Dispose();
        Best.Dispose();
    }

    private double Step()
    {
        RunSettings run = _setup.Run;
        long step = State.Step;
        double factor = _schedule.Factor(step, _setup.Budget.Progress(State), TotalSteps);
        double lr = _setup.Optimizer.Lr * factor;
        using var scope = NewDisposeScope();
        TimeSpan waited = _batches.Waited;
        using Batch batch = _batches.At(step);
        State.LoadingSeconds += (_batches.Waited - waited).TotalSeconds;
        using ObjectiveBatch prepared = _setup.Objective.Prepare(batch, new RandomStream(run.Seed, "objective-" + _setup.Name, step));
        using Padding? padding = batch.IsPadded ? new Padding(batch.Lengths, batch.Input.shape[1]) : null;
        Seeding.ForDropout(run.Seed, _setup.Name, step);
        if (_setup.Objective.Score(Model.forward(prepared.Input, padding), prepared) is { } score)
        {
            if (!double.IsFinite(score.LossSum)) throw new NotFiniteException(_setup.Name, step + 1, score.LossSum, lr);
            Optimizer.ZeroGradients();
            score.Loss.backward();
            BackwardFault.Rethrow();
            Optimizer.Step(lr, _setup.Optimizer.SsmLr * factor, ClipScale());
            State.LossSum += score.LossSum;
            State.MetricSum += score.MetricSum;
            State.Count += score.Count;
        }
        State.Updates = Optimizer.Updates;
        State.Step++;
        State.Tokens += batch.ValidTokens;
        State.Flops += Model.TrainingFlops(batch.Input.shape[0], batch.Input.shape[1]);
        return lr;
    }

    private double ClipScale()
    {
        if (_setup.Optimizer.ClipNorm is not { } limit) return 1;
        double norm = Optimizer.GradientNorm();
        return norm > limit ? limit / (norm + 1e-6) : 1;
    }

    private void LogTraining(double lr)
    {
        if (State.Count == 0) return;
        double seconds = State.TrainSeconds - State.LoggedSeconds;
        State.LastLoss = State.LossSum / State.Count;
        Write(new MetricLine
        {
            Phase = _setup.Name,
            Split = "train",
            Step = State.Step,
            Epoch = (double)State.Step / _setup.Train.BatchesPerEpoch,
            Loss = State.LastLoss,
            Metric = _setup.Objective.MetricOf(State.MetricSum, State.Count),
            Lr = lr,
            Tokens = State.Tokens,
            Flops = State.Flops,
            Seconds = State.TrainSeconds + State.EvaluationSeconds,
            TokensPerSecond = seconds > 0 ? (State.Tokens - State.LoggedTokens) / seconds : null,
        });
        (State.LossSum, State.MetricSum, State.Count) = (0, 0, 0);
        (State.LoggedTokens, State.LoggedSeconds) = (State.Tokens, State.TrainSeconds);
        _diagnostics.AfterTrainingLine(_setup, State, TotalSteps);
    }

    private void Evaluate()
    {
        long started = Stopwatch.GetTimestamp();
        Evaluation found = Evaluator.Evaluate(
            Model, _setup.Objective, _setup.Validation, _setup.Input, _setup.Optimizer.BatchSize, _setup.Run.Seed, "validation-" + _setup.Name,
            State.Evaluations, CancellationToken.None);
        if (IsBetter(found.Metric))
        {
            (State.Best, State.BestLoss, State.BestMetrics, State.BestStep) = (found.Metric, found.Loss, found.Metrics, State.Step);
            Best.Take(Model);
        }
        State.Evaluations = _setup.Budget.EvaluationsDue(State);
        State.EvaluationSeconds += Stopwatch.GetElapsedTime(started).TotalSeconds;
        Write(new MetricLine
        {
            Phase = _setup.Name,
            Split = "validation",
            Step = State.Step,
            Epoch = (double)State.Step / _setup.Train.BatchesPerEpoch,
            Loss = found.Loss,
            Metric = found.Metric,
            Tokens = State.Tokens,
            Flops = State.Flops,
            Seconds = State.TrainSeconds + State.EvaluationSeconds,
        });
    }

    // A metric may be undefined (AUROC where a class is missing): a number is better than none, and without any the last weights are kept.
    private bool IsBetter(double metric)
    {
        if (State.Best is not { } best) return true;
        if (double.IsNaN(best)) return true;
        return _setup.Objective.HigherIsBetter ? metric > best : metric < best;
    }

    private void Write(MetricLine line)
    {
        _metrics.Write(line);
        _observer?.OnMetric(line);
    }

    private void Report(bool isForced)
    {
        const int interval = 100;
        if (_observer is null || (!isForced && _sinceReport.ElapsedMilliseconds < interval)) return;
        _sinceReport.Restart();
        double progress = _setup.Budget.Progress(State);
        double done = _setup.ShareBefore + _setup.Share * progress;
        double secondsPerShare = progress > 0 ? (State.TrainSeconds + State.EvaluationSeconds) / (progress * _setup.Share) : 0;
        double? loss = double.IsFinite(State.LastLoss) ? State.LastLoss : State.Count > 0 ? State.LossSum / State.Count : null;
        _observer.OnStep(new RunProgress(
            _setup.Name, State.Step, TotalSteps, loss ?? 0, State.Best, State.TrainSeconds > 0 ? State.Tokens / State.TrainSeconds : 0,
            TimeSpan.FromSeconds(secondsPerShare * (1 - done)), done));
    }
}

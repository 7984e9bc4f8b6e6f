using System.Diagnostics;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Checkpoints;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Kernels.Dispatch;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Training;

/// <summary>The phases of one run, their checkpoints and the result.</summary>
internal sealed class RunSession : IDisposable
{
    private readonly Recipe _recipe;
    private readonly RunFolder _folder;
    private readonly RunOptions _options;
    private readonly SequenceTask _task;
    private readonly CheckpointStore _checkpoints;
    private readonly Stopwatch _sinceCheckpoint = new();
    private RunState _state;
    private PreparedTask? _data;
    private PhaseFactory? _phases;
    private MetricsWriter? _metrics;
    private PhaseDiagnostics? _diagnostics;
    private PaddingReport? _padding;

    /// <summary>Reads nothing yet.</summary>
    public RunSession(Recipe recipe, string identity, RunFolder folder, RunOptions options)
    {
        (_recipe, _folder, _options) = (recipe, folder, options);
        _task = options.Task ?? TaskCatalog.Create(recipe.TaskName, recipe.Task);
        _checkpoints = new CheckpointStore(folder.CheckpointsPath);
        _state = new RunState { Recipe = identity };
    }

    private PreparedTask Data => _data!;

    private PhaseFactory Phases => _phases!;

    /// <summary>Prepares the data, continues from the last checkpoint and runs to the result.</summary>
    public RunRecord Run(CancellationToken cancellation)
    {
        var preparation = new PreparationNotes(_options.Observer);
        _data = _task.Prepare(_options.Cache, preparation, cancellation);
        foreach (string note in _data.Notes) _options.Observer?.OnNote(note);
        _phases = new PhaseFactory(_recipe, _task, _data);
        _data.Encoding?.Write(_folder.EncodingPath);
        _state.DataHash = _data.Hash;

        _checkpoints.Sweep();
        Checkpoint? checkpoint = _checkpoints.Load(m => _options.Observer?.OnNote(m), Refuse);
        if (checkpoint is not null) _state = RunState.FromJson(checkpoint.State);
        if (_state.KernelRoute.Length == 0)
        {
            _state.KernelRoute = KernelRoute.Current.Name;
            if (!KernelRoute.IsForced && _options.Kernels is { } choose) _state.KernelChoice = choose(_recipe.Run.Threads).Routes;
        }
        using IDisposable route = KernelRoute.Use(KernelRoute.Named(_state.KernelRoute));
        using IDisposable kernels = KernelChoice.Use(KernelChoice.FromRoutes(_state.KernelChoice) ?? KernelChoice.AllOwn);
        _metrics = new MetricsWriter(_folder.MetricsPath, _state.MetricsBytes);
        NoteRows();
        _diagnostics = new PhaseDiagnostics(_options.Observer, _state.Diagnoses);
        _sinceCheckpoint.Start();
        try
        {
            using SequenceModel model = Train(checkpoint, cancellation);
            return Finish(model);
        }
        catch (NotFiniteException failure)
        {
            _diagnostics.AfterFailure(failure);
            return Conclude(RunOutcome.None);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _metrics?.Dispose();
        _data?.Dispose();
    }

    private SequenceModel Train(Checkpoint? checkpoint, CancellationToken cancellation)
    {
        bool isInFinetuning = _state.Finetune is not null;
        if (!Phases.Pretrains || isInFinetuning)
            return RunPhase(PhaseFactory.Finetune, Begun(PhaseFactory.Finetune, checkpoint), _state.Finetune ??= new PhaseState(), checkpoint, cancellation);

        SequenceModel pretrained = RunPhase(
            PhaseFactory.Pretrain, Begun(PhaseFactory.Pretrain, checkpoint), _state.Pretrain ??= new PhaseState(), checkpoint, cancellation);
        if (Phases.Metric is null) return pretrained;
        using SequenceModel left = pretrained;
        // What pretraining did to the weights can be looked at later only if they outlive it.
        AtomicFile.Write(_folder.PretrainedPath, CheckpointTensors.OfModel(pretrained).Write);
        SequenceModel tuned = Phases.Model(PhaseFactory.Finetune);
        _state.Transfer = Transfer.Apply(Named(pretrained), Named(tuned), Phases.HasMaskColumn);
        _options.Observer?.OnNote(
            $"transferred {_state.Transfer.Transferred.Count} tensors; fresh: {string.Join(", ", _state.Transfer.Fresh)}; dropped: {string.Join(", ", _state.Transfer.Dropped)}");
        return RunPhase(PhaseFactory.Finetune, tuned, _state.Finetune = new PhaseState(), null, cancellation);
    }

    /// <summary>The first phase's model with the weights that the recipe names; a checkpoint brings its own.</summary>
    private SequenceModel Begun(string phase, Checkpoint? checkpoint)
    {
        SequenceModel model = Phases.Model(phase);
        if (_recipe.Run.Weights is not { } path || checkpoint is not null) return model;
        try
        {
            IReadOnlyList<string> drawn = WeightExchange.Import(model.State, SafetensorsFile.Read(path), path);
            _options.Observer?.OnNote($"begins with the weights of '{path}'" + (drawn.Count > 0 ? $"; drawn: {string.Join(", ", drawn)}" : ""));
            return model;
        }
        catch (LengthwiseException)
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Runs a phase to its end; the model then has the weights of the best evaluation.</summary>
    private SequenceModel RunPhase(string name, SequenceModel model, PhaseState state, Checkpoint? checkpoint, CancellationToken cancellation)
    {
        PhaseSetup setup = Phases.Setup(name);
        using var phase = new PhaseRunner(setup, model, state, _metrics!, _diagnostics!, _options.Observer);
        if (checkpoint is not null)
        {
            CheckpointTensors.Restore(checkpoint.Tensors, phase);
            _options.Observer?.OnNote(FormattableString.Invariant($"continuing {name} from step {state.Step}"));
        }
        else if (name == PhaseFactory.Finetune && _state.Pretrain is not null)
        {
            Save(phase);
        }

        try
        {
            phase.Run(() => SaveWhenDue(phase), cancellation);
        }
        catch (OperationCanceledException)
        {
            Save(phase);
            throw;
        }
        phase.Best.RestoreTo(model);
        return model;
    }

    private void SaveWhenDue(PhaseRunner phase)
    {
        if (_sinceCheckpoint.Elapsed.TotalSeconds >= _recipe.Run.CheckpointSeconds) Save(phase);
    }

    private void Save(PhaseRunner phase)
    {
        _metrics!.FlushToDisk();
        _state.MetricsBytes = _metrics.Length;
        _state.Diagnoses = [.. _diagnostics!.Made];
        _state.Sequence++;
        _checkpoints.Save(_state.Sequence, CheckpointTensors.Collect(phase), _state.ToJson());
        _sinceCheckpoint.Restart();
    }

    private string? Refuse(Checkpoint checkpoint)
    {
        RunState state = RunState.FromJson(checkpoint.State);
        if (state.Recipe != _state.Recipe) return "it belongs to another recipe";
        if (state.DataHash != _state.DataHash) return $"it was made with data of hash {state.DataHash}, now it is {_state.DataHash}";
        long written = File.Exists(_folder.MetricsPath) ? new FileInfo(_folder.MetricsPath).Length : 0;
        return written < state.MetricsBytes ? $"metrics.jsonl has {written} bytes, expected at least {state.MetricsBytes}" : null;
    }

    private void NoteRows()
    {
        string first = Phases.Pretrains ? PhaseFactory.Pretrain : PhaseFactory.Finetune;
        _padding = Phases.Batches(first, _recipe.Optimizer.BatchSize).Padding(0);
        if (Phases.Pretrains && (Data.Unlabelled is not null || Phases.LabelledRows.Count < Data.Train.Count))
            _options.Observer?.OnNote(FormattableString.Invariant(
                $"pretraining reads {Phases.PretrainingRows.Count:n0} rows, of which {Phases.LabelledRows.Count:n0} are labelled"));
        if (_padding.Valid == _padding.ToLongest) return;
        _options.Observer?.OnNote(FormattableString.Invariant(
            $"batches by length read {_padding.Bucketed:n0} positions an epoch for {_padding.Valid:n0} valid ones; padding to the longest would read {_padding.ToLongest:n0}, {_padding.Saved:f2} times as many"));
    }

    private static Dictionary<string, TorchSharp.torch.Tensor> Named(SequenceModel model) => model.State.ToDictionary(s => s.Name, s => s.Tensor);

    private RunRecord Finish(SequenceModel model)
    {
        RunOutcome outcome = RunOutcome.None with { Parameters = model.ParameterCount };
        if (Phases.Metric is null) _diagnostics!.AfterPretrainingAlone(_state.Pretrain!.BestStep);
        else _diagnostics!.AfterSelection(_state.Finetune!.Best, Phases.Metric.Value, _state.Finetune.BestStep);
        if (Phases.Metric is not null && _options.ReadTest) outcome = outcome with { Test = Test(model) };
        AtomicFile.Write(_folder.ModelPath, CheckpointTensors.OfModel(model).Write);
        return Conclude(outcome);
    }

    /// <summary>Reads the test split, for the first and only time; null when none of its rows is labelled.</summary>
    private Evaluation? Test(SequenceModel model)
    {
        Evaluation test = Evaluator.Evaluate(
            model, Phases.LabelObjective(), Data.Test, Data.Shape.Input, _recipe.Optimizer.BatchSize, _recipe.Run.Seed, "test", 0, CancellationToken.None);
        PhaseState state = _state.Finetune!;
        if (test.Predictions is not { } predictions) return null;
        PredictionsFile.Write(
            _folder.PredictionsPath, predictions with { Groups = Data.TestGroups is { } groups ? [.. predictions.Rows.Select(row => groups[row])] : null });
        _diagnostics!.AfterTest(predictions, Phases.Metric!.Value, state.Step);
        var line = new MetricLine
        {
            Phase = PhaseFactory.Finetune,
            Split = "test",
            Step = state.BestStep,
            Loss = test.Loss,
            Metric = test.Metric,
            Tokens = state.Tokens,
            Flops = state.Flops,
        };
        _metrics!.Write(line);
        _options.Observer?.OnMetric(line);
        return test;
    }

    private RunRecord Conclude(RunOutcome outcome)
    {
        RunRecord record = outcome.Record(_recipe, _task, Data, Phases, _state) with
        {
            PaddingSaved = _padding!.SavedAgainstMaximum(Data.Shape.MaxLength),
            Diagnoses = [.. _diagnostics!.Made],
            DataNotes = Data.Notes,
            Run = _folder.Name,
        };
        _metrics!.FlushToDisk();
        RunRecordFile.Write(_folder.ResultPath, record);
        _checkpoints.Clear();
        return record;
    }
}

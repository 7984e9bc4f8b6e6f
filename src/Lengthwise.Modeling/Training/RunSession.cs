using System.Diagnostics;
using Lengthwise.Experiments;
using Lengthwise.Modeling.Checkpoints;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Training.Objectives;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Training;

/// <summary>The phases of one run, their checkpoints and the result.</summary>
internal sealed class RunSession : IDisposable
{
    private const string Pretrain = "pretrain";
    private const string Finetune = "finetune";
    private readonly Recipe _recipe;
    private readonly RunFolder _folder;
    private readonly RunOptions _options;
    private readonly SequenceTask _task;
    private readonly CheckpointStore _checkpoints;
    private readonly Stopwatch _sinceCheckpoint = new();
    private RunState _state;
    private PreparedTask? _data;
    private MetricsWriter? _metrics;
    private PhaseDiagnostics? _diagnostics;
    private PaddingReport? _padding;

    /// <summary>Reads nothing yet.</summary>
    public RunSession(Recipe recipe, string identity, RunFolder folder, RunOptions options)
    {
        (_recipe, _folder, _options) = (recipe, folder, options);
        _task = TaskCatalog.Create(recipe.TaskName, recipe.Task);
        _checkpoints = new CheckpointStore(folder.CheckpointsPath);
        _state = new RunState { Recipe = identity };
    }

    private PreparedTask Data => _data!;

    /// <summary>Prepares the data, continues from the last checkpoint and runs to the result.</summary>
    public RunRecord Run(CancellationToken cancellation)
    {
        var preparation = new PreparationNotes(_options.Observer);
        _data = _task.Prepare(_options.Cache, preparation, cancellation);
        foreach (string note in _data.Notes) _options.Observer?.OnNote(note);
        _state.DataHash = _data.Hash;

        _checkpoints.Sweep();
        Checkpoint? checkpoint = _checkpoints.Load(m => _options.Observer?.OnNote(m), Refuse);
        if (checkpoint is not null) _state = RunState.FromJson(checkpoint.State);
        if (_state.KernelRoute.Length == 0) _state.KernelRoute = KernelRoute.Current.Name;
        using IDisposable route = KernelRoute.Use(KernelRoute.Named(_state.KernelRoute));
        _metrics = new MetricsWriter(_folder.MetricsPath, _state.MetricsBytes);
        _padding = new BatchSource(_data.Train, Data.Shape.Input, _recipe.Optimizer.BatchSize, _recipe.Run.Seed).Padding(0);
        NotePadding(_padding);
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
            return Conclude(null, null, 0);
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
        if (_recipe.Objective.Name == ObjectiveKind.Scratch || isInFinetuning)
        {
            SequenceModel model = Build(Finetune);
            return RunPhase(Finetune, model, _state.Finetune ??= new PhaseState(), checkpoint, cancellation);
        }

        using SequenceModel pretrained = RunPhase(Pretrain, Build(Pretrain), _state.Pretrain ??= new PhaseState(), checkpoint, cancellation);
        SequenceModel tuned = Build(Finetune);
        _state.Transfer = Transfer.Apply(Named(pretrained), Named(tuned), HasMaskColumn);
        _options.Observer?.OnNote(
            $"transferred {_state.Transfer.Transferred.Count} tensors; fresh: {string.Join(", ", _state.Transfer.Fresh)}; dropped: {string.Join(", ", _state.Transfer.Dropped)}");
        return RunPhase(Finetune, tuned, _state.Finetune = new PhaseState(), null, cancellation);
    }

    /// <summary>Runs a phase to its end; the model then has the weights of the best evaluation.</summary>
    private SequenceModel RunPhase(string name, SequenceModel model, PhaseState state, Checkpoint? checkpoint, CancellationToken cancellation)
    {
        PhaseSetup setup = Setup(name);
        using var phase = new PhaseRunner(setup, model, state, _metrics!, _diagnostics!, _options.Observer);
        if (checkpoint is not null)
        {
            CheckpointTensors.Restore(checkpoint.Tensors, phase);
            _options.Observer?.OnNote(FormattableString.Invariant($"continuing {name} from step {state.Step}"));
        }
        else if (name == Finetune && _state.Pretrain is not null)
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

    private void NotePadding(PaddingReport padding)
    {
        if (padding.Valid == padding.ToLongest) return;
        _options.Observer?.OnNote(FormattableString.Invariant(
            $"batches by length read {padding.Bucketed:n0} positions an epoch for {padding.Valid:n0} valid ones; padding to the longest would read {padding.ToLongest:n0}, {padding.Saved:f2} times as many"));
    }

    private static Dictionary<string, TorchSharp.torch.Tensor> Named(SequenceModel model) => model.State.ToDictionary(s => s.Name, s => s.Tensor);

    private bool HasMaskColumn => _recipe.Objective.Name == ObjectiveKind.Masked && Data.Shape.Input is RealInput;

    private SequenceModel Build(string phase)
    {
        Seeding.ForInitialisation(_recipe.Run.Seed, phase);
        bool isPretraining = phase == Pretrain;
        ModelInput input = Data.Shape.Input switch
        {
            TokenInput tokens => new ModelInput.Tokens(tokens.Vocabulary.Count),
            RealInput real => new ModelInput.Reals(real.Channels, isPretraining && HasMaskColumn),
            _ => throw new NotSupportedException($"input {Data.Shape.Input}"),
        };
        return SequenceModel.Create(
            ModelCatalog.Create(_recipe.ModelName), _recipe.Model, input, isPretraining ? PretrainingOutput() : TaskOutput(), Data.Shape.MaxLength);
    }

    private ModelOutput.PerPosition PretrainingOutput() => Data.Shape.Input switch
    {
        TokenInput tokens => new ModelOutput.PerPosition(tokens.Vocabulary.Count),
        RealInput real => new ModelOutput.PerPosition(real.Channels),
        _ => throw new NotSupportedException($"input {Data.Shape.Input}"),
    };

    private ModelOutput.Pooled TaskOutput() => Data.Shape.Output switch
    {
        ClassOutput classes => new ModelOutput.Pooled(classes.Classes.Count),
        _ => throw new NotSupportedException($"output {Data.Shape.Output}"),
    };

    private PhaseSetup Setup(string phase)
    {
        bool isPretraining = phase == Pretrain;
        OptimizerSettings optimizer = isPretraining ? _recipe.Pretraining ?? _recipe.Optimizer : _recipe.Optimizer;
        var train = new BatchSource(Data.Train, Data.Shape.Input, optimizer.BatchSize, _recipe.Run.Seed);
        BudgetSettings budget = _recipe.Budget;
        double pretrainShare = budget.Pretrain / (budget.Pretrain + budget.Finetune);
        return new PhaseSetup(
            phase, ObjectiveOf(phase), optimizer,
            new PhaseBudget(budget.Unit, isPretraining ? budget.Pretrain : budget.Finetune, train.BatchesPerEpoch, budget.Evaluations),
            _recipe.Run, Data.Shape.Input, train, Data.Validation, isPretraining ? 0 : pretrainShare, isPretraining ? pretrainShare : 1 - pretrainShare);
    }

    private Objective ObjectiveOf(string phase) => phase == Finetune
        ? new Supervised(Data.Train)
        : _recipe.Objective.Name == ObjectiveKind.Masked
            ? new MaskedDenoising(Data.Shape.Input, Data.Train, _recipe.Objective.MaskRatio ?? _task.DefaultMaskRatio)
            : new CausalPrediction(Data.Shape.Input, Data.Train);

    private RunRecord Finish(SequenceModel model)
    {
        double? test = null;
        if (_options.ReadTest)
        {
            Score score = Evaluator.Evaluate(
                model, new Supervised(Data.Train), Data.Test, Data.Shape.Input, _recipe.Optimizer.BatchSize, _recipe.Run.Seed, "test", 0, CancellationToken.None);
            test = score.Metric;
            PhaseState state = _state.Finetune!;
            _diagnostics!.AfterTest(score.Metric, Math.Max(Data.Shape.Chance, Guessing.LargestShare(Data.Test)), Data.Test.Count, state.Step);
            var line = new MetricLine { Phase = Finetune, Split = "test", Step = state.BestStep, Loss = score.Loss, Metric = score.Metric, Tokens = state.Tokens };
            _metrics!.Write(line);
            _options.Observer?.OnMetric(line);
        }
        AtomicFile.Write(_folder.ModelPath, CheckpointTensors.OfModel(model).Write);
        return Conclude(_state.Finetune!.Best, test, model.ParameterCount);
    }

    private RunRecord Conclude(double? validation, double? test, long parameters)
    {
        PhaseState pretrain = _state.Pretrain ?? new PhaseState(), finetune = _state.Finetune ?? new PhaseState();
        double trainSeconds = pretrain.TrainSeconds + finetune.TrainSeconds;
        long valid = pretrain.Tokens + finetune.Tokens;
        var record = new RunRecord
        {
            Task = _task.Name,
            TaskVersion = _task.Version,
            Model = _recipe.ModelName,
            Objective = Naming.ToKey(_recipe.Objective.Name),
            Seed = _recipe.Run.Seed,
            Bidirectional = _recipe.Model.Bidirectional,
            Lr = _recipe.Optimizer.Lr,
            Parameters = parameters,
            Metric = _task.Metric,
            HigherIsBetter = _task.HigherIsBetter,
            Chance = Data.Shape.Chance,
            Validation = validation,
            Test = test,
            TestItems = Data.Test.Count,
            PretrainValidation = _state.Pretrain?.Best,
            PretrainSteps = pretrain.Step,
            FinetuneSteps = finetune.Step,
            SelectedStep = finetune.BestStep,
            Seconds = trainSeconds + pretrain.EvaluationSeconds + finetune.EvaluationSeconds,
            PretrainSeconds = pretrain.TrainSeconds + pretrain.EvaluationSeconds,
            TokensPerSecond = trainSeconds > 0 ? valid / trainSeconds : 0,
            PaddingSaved = _padding!.SavedAgainstMaximum(Data.Shape.MaxLength),
            PeakMemoryBytes = MachineProbe.PeakMemoryBytes(),
            DataHash = Data.Hash,
            Threads = _recipe.Run.Threads,
            KernelRoute = _state.KernelRoute,
            Machine = MachineProbe.Collect(TorchSharp.torch.__version__),
            Diagnoses = [.. _diagnostics!.Made],
            Transfer = _state.Transfer,
            Run = _folder.Name,
        };
        _metrics!.FlushToDisk();
        RunRecordFile.Write(_folder.ResultPath, record);
        _checkpoints.Clear();
        return record;
    }
}

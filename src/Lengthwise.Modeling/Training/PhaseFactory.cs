using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Training.Objectives;
using Lengthwise.Recipes;
using Lengthwise.Statistics;

namespace Lengthwise.Modeling.Training;

/// <summary>Models, objectives and batches of a run's phases, from its recipe and its data.</summary>
internal sealed class PhaseFactory
{
    public const string Pretrain = "pretrain";
    public const string Finetune = "finetune";
    private readonly Recipe _recipe;
    private readonly SequenceTask _task;
    private readonly PreparedTask _data;

    /// <summary>Holds recipe and data against each other.</summary>
    /// <exception cref="LengthwiseException">The recipe asks for what the data does not have, such as labels.</exception>
    public PhaseFactory(Recipe recipe, SequenceTask task, PreparedTask data)
    {
        (_recipe, _task, _data) = (recipe, task, data);
        Train = recipe.Data.Fraction < 1 ? new SubsetSplit(data.Train, LabelledSubset.Rows(data.Train, recipe.Data.Fraction, recipe.Run.Seed)) : data.Train;
        LabelledRows = RowSampling.LabelledRows(Train);
        PretrainingRows = RowsToPretrainOn();
        Metric = data.Shape.Output is NoOutput ? null : MetricOf(recipe.Labels.Metric, task, data.Shape.Output);
        if (Problem() is { } problem) throw new LengthwiseException(ExitCode.Usage, $"training on task '{task.Name}': {problem.Found}", problem.Hint);
    }

    /// <summary>What the labels are read of: the training split, or the share of it that is kept.</summary>
    public SequenceSplit Train { get; }

    /// <summary>What is pretrained on: by default the training split and rows without labels.</summary>
    public SequenceSplit PretrainingRows { get; }

    /// <summary>Rows of <see cref="Train"/> that have labels.</summary>
    public IReadOnlyList<int> LabelledRows { get; }

    /// <summary>Primary metric of the labels; null when there are none.</summary>
    public MetricKind? Metric { get; }

    /// <summary>Whether a run of this recipe begins with pretraining.</summary>
    public bool Pretrains => _recipe.Objective.Name.Pretrains();

    /// <summary>Whether the pretrained encoder has one more input column than the other.</summary>
    public bool HasMaskColumn => _recipe.Objective.Name == ObjectiveKind.Masked && _data.Shape.Input is RealInput;

    /// <summary>A fresh model for a phase.</summary>
    public SequenceModel Model(string phase)
    {
        Seeding.ForInitialisation(_recipe.Run.Seed, phase);
        bool isPretraining = phase == Pretrain;
        ModelOutput output = isPretraining ? TaskModel.PretrainingOutput(_data.Shape.Input) : TaskModel.Output(_data.Shape.Output, _data.Train.Parts);
        SequenceModel model = SequenceModel.Create(
            ModelCatalog.Create(_recipe.ModelName), _recipe.Model, TaskModel.Input(_data.Shape.Input, isPretraining && HasMaskColumn), output, _data.Shape.MaxLength);
        model.Activations = _recipe.Run.Activations ?? ActivationMemory.Kept;
        return model;
    }

    /// <summary>What a phase is made of.</summary>
    public PhaseSetup Setup(string phase)
    {
        bool isPretraining = phase == Pretrain;
        OptimizerSettings optimizer = isPretraining ? _recipe.Pretraining ?? _recipe.Optimizer : _recipe.Optimizer;
        BatchSource train = Batches(phase, optimizer.BatchSize);
        BudgetSettings budget = _recipe.Budget;
        double pretrainShare = !Pretrains ? 0 : Metric is null ? 1 : budget.Pretrain / (budget.Pretrain + budget.Finetune);
        return new PhaseSetup(
            phase, isPretraining ? PretrainingObjective() : LabelObjective(), optimizer,
            new PhaseBudget(budget.Unit, isPretraining ? budget.Pretrain : LabelBudget(), train.BatchesPerEpoch, budget.Evaluations),
            _recipe.Run, _data.Shape.Input, train, _data.Validation, isPretraining ? 0 : pretrainShare, isPretraining ? pretrainShare : 1 - pretrainShare);
    }

    /// <summary>What the labels get. From scratch and compute-matched also what pretraining would cost, epochs counted by the rows that they read.</summary>
    private double LabelBudget()
    {
        BudgetSettings budget = _recipe.Budget;
        if (_recipe.Objective.Name != ObjectiveKind.ScratchMatched) return budget.Finetune;
        double rows = budget.Unit == BudgetUnit.Epochs ? (double)PretrainingRows.Count / LabelledRows.Count : 1;
        return budget.Finetune + budget.Pretrain * rows;
    }

    /// <summary>Training batches of a phase.</summary>
    public BatchSource Batches(string phase, int batchSize)
    {
        bool isPretraining = phase == Pretrain;
        RowSampling sampling = isPretraining ? RowSampling.Each(PretrainingRows)
            : _recipe.Labels.Sampling == SamplingKind.Balanced ? RowSampling.Balanced(Train)
            : RowSampling.EachLabelled(Train);
        return new BatchSource(isPretraining ? PretrainingRows : Train, _data.Shape.Input, sampling, batchSize, _recipe.Run.Seed);
    }

    /// <summary>Learns from the labels.</summary>
    public LabelObjective LabelObjective() =>
        Objectives.LabelObjective.Create(_data.Shape.Output, _recipe.Labels, Metric!.Value, Train);

    /// <summary>The recipe's metric, else the task's where it suits the output, else the usual one of such outputs.</summary>
    public static MetricKind MetricOf(MetricKind? asked, SequenceTask task, OutputSpec output)
    {
        IReadOnlyList<MetricKind> suitable = output is ClassOutput ? Metrics.OfClasses : Metrics.OfValues;
        if (asked is { } metric)
            return suitable.Contains(metric) ? metric : throw new LengthwiseException(
                ExitCode.Usage, $"training on task '{task.Name}': 'labels.metric' is '{metric.Key()}', but the task asks for {(output is ClassOutput ? "classes" : "values")}",
                $"its metrics are {string.Join(", ", suitable.Select(m => m.Key()))}");
        return Metrics.Find(task.Metric) is { } usual && suitable.Contains(usual) ? usual : suitable[0];
    }

    private SequenceSplit RowsToPretrainOn()
    {
        int labelled = LabelledRows.Count;
        switch (_recipe.Data.PretrainOn)
        {
            case Recipes.PretrainingRows.Subset:
                return labelled == Train.Count ? Train : new SubsetSplit(Train, LabelledRows);
            case Recipes.PretrainingRows.Labelled:
                int[] all = RowSampling.LabelledRows(_data.Train);
                return all.Length == _data.Train.Count ? _data.Train : new SubsetSplit(_data.Train, all);
            default:
                return _data.Unlabelled is { } unlabelled ? new JoinedSplit(_data.Train, unlabelled) : _data.Train;
        }
    }

    private Denoising PretrainingObjective() => _recipe.Objective.Name == ObjectiveKind.Masked
        ? new MaskedDenoising(_data.Shape.Input, PretrainingRows, _recipe.Objective.MaskRatio ?? _task.DefaultMaskRatio)
        : new CausalPrediction(_data.Shape.Input, PretrainingRows);

    private (string Found, string Hint)? Problem()
    {
        LabelSettings labels = _recipe.Labels;
        if (_data.Shape.Output is NoOutput)
        {
            if (!Pretrains) return ("it has no labels, so there is nothing to learn from scratch", "set 'objective.name' to 'masked' or 'causal': the inputs can be pretrained on");
            if (_recipe.Data != new DataSettings()) return ("it has no labels, so [data] has no effect", "leave [data] out");
            return labels == new LabelSettings() ? null : ("it has no labels, so [labels] has no effect", "leave [labels] out");
        }
        if (LabelledRows.Count == 0) return ("no training row has a label", "check the label column, or pretrain on a task without labels");
        if (RowSampling.LabelledRows(_data.Validation).Length == 0) return ("no validation row has a label, so nothing can be selected", "give the validation split labelled rows");
        if (_data.Shape.Output is not ClassOutput && labels.Sampling == SamplingKind.Balanced) return ("'labels.sampling' is 'balanced', but it has no classes", "leave it out");
        return _data.Shape.Output is not ClassOutput && labels.ClassWeights == ClassWeighting.Balanced ? ("'labels.class_weights' is 'balanced', but it has no classes", "leave it out") : null;
    }
}

using Lengthwise.Experiments;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Recipes;
using Lengthwise.Statistics;

namespace Lengthwise.Modeling.Training;

/// <summary>What a run ended with, and the record of it.</summary>
/// <param name="Test">The test split's evaluation; null for tuning runs, failed runs and tasks without labels.</param>
/// <param name="Parameters">Trainable parameters; 0 for failed runs.</param>
internal sealed record RunOutcome(Evaluation? Test, long Parameters)
{
    /// <summary>Nothing came out.</summary>
    public static RunOutcome None { get; } = new(null, 0);

    /// <summary>The record.</summary>
    public RunRecord Record(Recipe recipe, SequenceTask task, PreparedTask data, PhaseFactory phases, RunState state)
    {
        PhaseState pretrain = state.Pretrain ?? new PhaseState(), finetune = state.Finetune ?? new PhaseState();
        double trainSeconds = pretrain.TrainSeconds + finetune.TrainSeconds;
        bool isFailed = Parameters == 0;
        return new RunRecord
        {
            Task = task.Name,
            TaskVersion = task.Version,
            Model = recipe.ModelName,
            Objective = Naming.ToKey(recipe.Objective.Name),
            Arm = recipe.Arm,
            Seed = recipe.Run.Seed,
            Bidirectional = recipe.Model.Bidirectional,
            Lr = recipe.Optimizer.Lr,
            Parameters = Parameters,
            Metric = phases.Metric?.Key() ?? task.Metric,
            HigherIsBetter = phases.Metric?.HigherIsBetter() ?? true,
            Chance = Chance(data, phases.Metric, Test?.Predictions, task),
            Validation = isFailed ? null : Number(finetune.Best),
            ValidationMetrics = isFailed ? new Dictionary<string, double>() : finetune.BestMetrics,
            Test = Number(Test?.Metric),
            TestMetrics = Test?.Metrics ?? new Dictionary<string, double>(),
            TestItems = Test?.Predictions?.Rows.Count ?? RowSampling.LabelledRows(data.Test).Length,
            LabelledRows = phases.LabelledRows.Count,
            PretrainRows = phases.Pretrains ? phases.PretrainingRows.Count : 0,
            PretrainValidation = Number(state.Pretrain?.Best),
            PretrainLoss = Number(state.Pretrain?.BestLoss),
            DataFraction = recipe.Data.Fraction,
            PretrainTokens = pretrain.Tokens,
            FinetuneTokens = finetune.Tokens,
            Budget = recipe.Budget,
            BatchSize = recipe.Optimizer.BatchSize,
            Evaluations = finetune.Evaluations,
            SelectedOn = "validation",
            Precision = recipe.Run.Activations == ActivationMemory.RecomputedBfloat16 ? "fp32, branch inputs kept in bf16" : "fp32",
            PretrainFlops = pretrain.Flops,
            FinetuneFlops = finetune.Flops,
            PretrainSteps = pretrain.Step,
            FinetuneSteps = finetune.Step,
            SelectedStep = finetune.BestStep,
            Seconds = trainSeconds + pretrain.EvaluationSeconds + finetune.EvaluationSeconds,
            PretrainSeconds = pretrain.TrainSeconds + pretrain.EvaluationSeconds,
            EvaluationSeconds = pretrain.EvaluationSeconds + finetune.EvaluationSeconds,
            LoadingSeconds = pretrain.LoadingSeconds + finetune.LoadingSeconds,
            TokensPerSecond = trainSeconds > 0 ? (pretrain.Tokens + finetune.Tokens) / trainSeconds : 0,
            PeakMemoryBytes = MachineProbe.PeakMemoryBytes(),
            DataHash = data.Hash,
            Threads = recipe.Run.Threads,
            KernelRoute = state.KernelRoute,
            KernelChoice = state.KernelChoice,
            Machine = MachineProbe.Collect(TorchSharp.torch.__version__),
            Transfer = state.Transfer,
        };
    }

    /// <summary>What guessing scores: the task's own figure for its own metric, else that of the test items; 0 without labels.</summary>
    private static double Chance(PreparedTask data, MetricKind? metric, Predictions? test, SequenceTask task)
    {
        if (metric is not { } kind) return 0;
        // No error is zero by guessing: such a figure was not known.
        bool isKnown = double.IsFinite(data.Shape.Chance) && (data.Shape.Output is ClassOutput || data.Shape.Chance > 0 || kind == MetricKind.R2);
        if (task.Metric == kind.Key() && isKnown) return data.Shape.Chance;
        double chance = test?.Chance(kind) ?? 0;
        return double.IsFinite(chance) ? chance : 0;
    }

    private static double? Number(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}

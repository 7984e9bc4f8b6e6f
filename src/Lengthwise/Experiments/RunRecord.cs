using Lengthwise.Recipes;

namespace Lengthwise.Experiments;

/// <summary>The outcome of one finished run, stored as <c>result.json</c> in its folder.</summary>
public sealed record RunRecord
{
    /// <summary>Version of this format.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>Task name.</summary>
    public required string Task { get; init; }

    /// <summary>Task version; scores of different versions are not comparable.</summary>
    public required int TaskVersion { get; init; }

    /// <summary>Model name.</summary>
    public required string Model { get; init; }

    /// <summary><c>scratch</c>, <c>scratch-matched</c>, <c>masked</c> or <c>causal</c>.</summary>
    public required string Objective { get; init; }

    /// <summary>What reports call the run where task, model and objective do not say its arm; null where they do.</summary>
    public ArmLabels? Arm { get; init; }

    /// <summary>Seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Whether the model saw the future.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>Peak learning rate of the run (the tuned one, within a comparison).</summary>
    public double Lr { get; init; }

    /// <summary>Trainable parameters of the fine-tuned model.</summary>
    public required long Parameters { get; init; }

    /// <summary>Primary metric, such as <c>accuracy</c>: what selected the weights and is compared.</summary>
    public required string Metric { get; init; }

    /// <summary>Whether a larger metric is better.</summary>
    public bool HigherIsBetter { get; init; } = true;

    /// <summary>What guessing scores on the metric.</summary>
    public double Chance { get; init; }

    /// <summary>Metric on the validation split at the selected evaluation; null when the run failed before one.</summary>
    public double? Validation { get; init; }

    /// <summary>Metric on the test split, read once with the selected weights; null for tuning runs and failed runs.</summary>
    public double? Test { get; init; }

    /// <summary>All metrics on the validation split at the selected evaluation, the primary one included; NaN where one is not defined.</summary>
    public IReadOnlyDictionary<string, double> ValidationMetrics { get; init; } = new Dictionary<string, double>();

    /// <summary>All metrics on the test split, as <see cref="ValidationMetrics"/>.</summary>
    public IReadOnlyDictionary<string, double> TestMetrics { get; init; } = new Dictionary<string, double>();

    /// <summary>Test items that are labelled.</summary>
    public int TestItems { get; init; }

    /// <summary>Training rows with labels; 0 in records of older versions.</summary>
    public int LabelledRows { get; init; }

    /// <summary>Rows that pretraining read, unlabelled ones included; 0 from scratch.</summary>
    public int PretrainRows { get; init; }

    /// <summary>Share of the labelled training rows that was used.</summary>
    public double DataFraction { get; init; } = 1;

    /// <summary>The recipe's budget; null in records of older versions, as are the next fields empty.</summary>
    public BudgetSettings? Budget { get; init; }

    /// <summary>Valid training positions of the pretraining phase.</summary>
    public long PretrainTokens { get; init; }

    /// <summary>Valid training positions of the phase on labels.</summary>
    public long FinetuneTokens { get; init; }

    /// <summary>Sequences in a batch of the phase on labels.</summary>
    public int BatchSize { get; init; }

    /// <summary>How often the phase on labels was evaluated; the best was kept.</summary>
    public int Evaluations { get; init; }

    /// <summary>Split that selected the weights.</summary>
    public string SelectedOn { get; init; } = "";

    /// <summary>Precision of activations and weights.</summary>
    public string Precision { get; init; } = "";

    /// <summary>Validation loss of the pretraining objective at its best evaluation.</summary>
    public double? PretrainLoss { get; init; }

    /// <summary>Best validation value of the pretraining objective (accuracy or mean absolute error on masked positions).</summary>
    public double? PretrainValidation { get; init; }

    /// <summary>Floating-point operations that pretraining spent in training steps, padding included; 0 from scratch and in records of older versions.</summary>
    public double PretrainFlops { get; init; }

    /// <summary>Floating-point operations of the phase on labels, as <see cref="PretrainFlops"/>.</summary>
    public double FinetuneFlops { get; init; }

    /// <summary>Optimizer steps of the pretraining phase.</summary>
    public long PretrainSteps { get; init; }

    /// <summary>Optimizer steps of the phase on labels.</summary>
    public long FinetuneSteps { get; init; }

    /// <summary>Step of the label phase whose weights were selected on validation.</summary>
    public long SelectedStep { get; init; }

    /// <summary>Seconds of both phases, evaluation included, data preparation not.</summary>
    public double Seconds { get; init; }

    /// <summary>Seconds of the pretraining phase.</summary>
    public double PretrainSeconds { get; init; }

    /// <summary>Seconds of both phases that went into evaluations on the validation split; 0 in records of older versions.</summary>
    public double EvaluationSeconds { get; init; }

    /// <summary>Seconds in which training steps waited for their batch, which is assembled during the step before; 0 in records of older versions.</summary>
    public double LoadingSeconds { get; init; }

    /// <summary>Valid (unpadded) training positions per second of training time.</summary>
    public double TokensPerSecond { get; init; }

    /// <summary>How many times as many positions an epoch would read if every sequence were padded to the task's <c>max_length</c>.</summary>
    public double PaddingSaved { get; init; } = 1;

    /// <summary>Largest resident memory of the process.</summary>
    public long PeakMemoryBytes { get; init; }

    /// <summary>Content hash of the prepared splits.</summary>
    public string DataHash { get; init; } = "";

    /// <summary>What a person should know of the data: which division it is and what it leaks, rows cut or skipped.</summary>
    public IReadOnlyList<string> DataNotes { get; init; } = [];

    /// <summary>Threads used.</summary>
    public int Threads { get; init; }

    /// <summary>Route of the kernels, such as <c>simd512</c> or <c>libtorch</c>.</summary>
    public string KernelRoute { get; init; } = "";

    /// <summary>By operation, whether the kernel (<c>csharp</c>) or libtorch took it, as was measured before the run; empty when nothing was measured.</summary>
    public IReadOnlyDictionary<string, string> KernelChoice { get; init; } = new Dictionary<string, string>();

    /// <summary>Machine and versions.</summary>
    public MachineInfo Machine { get; init; } = new();

    /// <summary>Diagnoses of the run.</summary>
    public IReadOnlyList<Diagnosis> Diagnoses { get; init; } = [];

    /// <summary>What became of every tensor at the transfer; null from scratch.</summary>
    public TransferSummary? Transfer { get; init; }

    /// <summary>Name of the run's folder.</summary>
    public string Run { get; init; } = "";

    /// <summary>Checksum of the file it was written to, which tells whether it was edited; empty in records of older versions.</summary>
    public string Checksum { get; init; } = "";

    /// <summary>The record under the names of its arm, which is how runs are grouped.</summary>
    public RunRecord Labelled() =>
        Arm is null ? this : this with { Task = Arm.Task ?? Task, Model = Arm.Model ?? Model, Objective = Arm.Objective ?? Objective };
}

/// <summary>Names of the tensors that the fine-tuned model took over, made anew, or left behind.</summary>
/// <param name="Transferred">Copied from the pretrained model (an encoder without its mask column included).</param>
/// <param name="Fresh">Initialised for fine-tuning: the head.</param>
/// <param name="Dropped">Left behind: the pretraining decoder.</param>
public sealed record TransferSummary(IReadOnlyList<string> Transferred, IReadOnlyList<string> Fresh, IReadOnlyList<string> Dropped);

/// <summary>Where a run was made.</summary>
public sealed record MachineInfo
{
    /// <summary>Processor name.</summary>
    public string Cpu { get; init; } = "";

    /// <summary>Logical cores.</summary>
    public int Cores { get; init; }

    /// <summary>Operating system.</summary>
    public string System { get; init; } = "";

    /// <summary>.NET version.</summary>
    public string DotNet { get; init; } = "";

    /// <summary>libtorch version.</summary>
    public string LibTorch { get; init; } = "";

    /// <summary>Lengthwise version.</summary>
    public string Lengthwise { get; init; } = "";
}

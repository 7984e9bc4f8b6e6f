namespace Lengthwise.Diagnoses;

/// <summary>Moments of a run whose weights are looked at.</summary>
public enum TrainingMoment
{
    /// <summary>Before the first step.</summary>
    Initialisation,

    /// <summary>With the weights that pretraining hands on.</summary>
    Pretraining,

    /// <summary>With the weights that the label phase selected.</summary>
    Finetuning,
}

/// <summary>How far the layers of one run look, moment by moment.</summary>
public sealed record RunReach
{
    /// <summary>Name of the run's folder.</summary>
    public required string Run { get; init; }

    /// <summary>Task.</summary>
    public required string Task { get; init; }

    /// <summary>Model.</summary>
    public required string Model { get; init; }

    /// <summary>Objective before the labels.</summary>
    public required string Objective { get; init; }

    /// <summary>Seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Validation rows that attention was measured on.</summary>
    public required int Rows { get; init; }

    /// <summary>Steps of the task's longest sequence; kernels are measured over as many taps.</summary>
    public required int Length { get; init; }

    /// <summary>The largest distance of each bin, see <see cref="DistanceBins"/>.</summary>
    public required IReadOnlyList<int> UpTo { get; init; }

    /// <summary>The moments, in the order of training.</summary>
    public required IReadOnlyList<MomentReach> Moments { get; init; }

    /// <summary>What could not be measured, and why.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>The layers at one moment.</summary>
/// <param name="Moment">When.</param>
/// <param name="Layers">In the order of the model.</param>
public sealed record MomentReach(TrainingMoment Moment, IReadOnlyList<LayerReach> Layers);

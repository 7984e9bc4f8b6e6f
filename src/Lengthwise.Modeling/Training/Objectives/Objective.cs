using Lengthwise.Modeling.Data;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Training.Objectives;

/// <summary>From a batch to what the model sees, what it should say, and where that counts.</summary>
public abstract class Objective
{
    /// <summary>Metric beside the loss.</summary>
    public abstract string Metric { get; }

    /// <summary>Whether a larger metric is better.</summary>
    public abstract bool HigherIsBetter { get; }

    /// <summary>Mean loss of a predictor that ignores its input; a model above it has learned nothing.</summary>
    public abstract double LossOfGuessing { get; }

    /// <summary>Makes the model's input and the targets.</summary>
    /// <param name="batch">The batch; not modified, not owned.</param>
    /// <param name="random">Draws of this access (masks).</param>
    public abstract ObjectiveBatch Prepare(Batch batch, RandomStream random);

    /// <summary>Mean loss over what counts, and the sums for the metric.</summary>
    /// <param name="output">The model's output for the prepared input.</param>
    /// <param name="prepared">What <see cref="Prepare"/> made.</param>
    /// <returns>Null when nothing in the batch counts (no position was masked).</returns>
    public abstract ObjectiveLoss? Score(Tensor output, ObjectiveBatch prepared);

    /// <summary>The metric of some batches from its sum and the items that count; null for metrics that are no mean over items.</summary>
    public virtual double? MetricOf(double sum, long count) => sum / count;
}

/// <summary>Model input and targets of one batch.</summary>
/// <param name="Input">[S, L] int64 or [S, L, C] float32; S as in <see cref="Batch"/>.</param>
/// <param name="Target">Targets of the positions that count, or one label or K targets per row.</param>
/// <param name="Positions">Indices into the flattened [S x L] positions that count; null when every row counts once.</param>
public sealed record ObjectiveBatch(Tensor Input, Tensor Target, Tensor? Positions) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Input.Dispose();
        Target.Dispose();
        Positions?.Dispose();
    }
}

/// <summary>Loss of one batch.</summary>
/// <param name="Loss">Scalar tensor with gradient.</param>
/// <param name="LossSum">Loss summed over what counts.</param>
/// <param name="MetricSum">Metric summed over what counts; see <see cref="Objective.MetricOf"/>.</param>
/// <param name="Count">How many items count.</param>
public sealed record ObjectiveLoss(Tensor Loss, double LossSum, double MetricSum, long Count);

using Lengthwise.Modeling.Data;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Training.Objectives;

/// <summary>Cross-entropy on the labels.</summary>
public sealed class Supervised : Objective
{
    /// <summary>Counts the labels of the training split.</summary>
    public Supervised(SequenceSplit train)
    {
        var counts = new SortedDictionary<int, long>();
        for (int row = 0; row < train.Count; row++) counts[train.Label(row)] = counts.GetValueOrDefault(train.Label(row)) + 1;
        LossOfGuessing = Guessing.Entropy(counts.Values);
    }

    /// <inheritdoc/>
    public override string Metric => "accuracy";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override double LossOfGuessing { get; }

    /// <inheritdoc/>
    public override ObjectiveBatch Prepare(Batch batch, RandomStream random) => new(batch.Input.alias(), batch.Labels.alias(), null);

    /// <inheritdoc/>
    public override ObjectiveLoss? Score(Tensor output, ObjectiveBatch prepared)
    {
        Tensor loss = nn.functional.cross_entropy(output, prepared.Target);
        using Tensor correct = output.detach().argmax(1).eq(prepared.Target).sum();
        long rows = output.shape[0];
        return new ObjectiveLoss(loss, loss.item<float>() * (double)rows, correct.item<long>(), rows);
    }
}

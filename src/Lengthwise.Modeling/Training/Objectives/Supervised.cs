using Lengthwise.Modeling.Data;
using Lengthwise.Recipes;
using Lengthwise.Statistics;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Training.Objectives;

/// <summary>
/// Cross-entropy on the labels. With class weights a row of class k counts n / (K n_k), where n_k of n training rows have it and K classes
/// occur: 1 on average. The weighted loss is divided by the number of rows, so that it does not depend on how rows fall into batches.
/// </summary>
public sealed class Supervised : LabelObjective
{
    private readonly ClassOutput _classes;
    private readonly float[]? _weights;

    /// <summary>Counts the labels of the training split.</summary>
    public Supervised(SequenceSplit train, ClassOutput classes, LabelSettings settings, MetricKind metric)
        : base(classes, metric)
    {
        _classes = classes;
        var counts = new long[classes.Classes.Count];
        for (int row = 0; row < train.Count; row++)
            if (train.Label(row) is var label and not SequenceSplit.Unlabelled) counts[label]++;
        int present = counts.Count(c => c > 0);
        double rows = counts.Sum();
        bool isBalanced = settings.ClassWeights == ClassWeighting.Balanced || settings.Sampling == SamplingKind.Balanced;
        LossOfGuessing = isBalanced ? Math.Log(Math.Max(1, present)) : Guessing.Entropy(counts);
        if (settings.ClassWeights == ClassWeighting.Balanced) _weights = [.. counts.Select(c => c == 0 ? 0 : (float)(rows / (present * (double)c)))];
    }

    /// <inheritdoc/>
    public override double LossOfGuessing { get; }

    /// <inheritdoc/>
    public override ObjectiveBatch Prepare(Batch batch, RandomStream random) => new(batch.Input.alias(), batch.Labels.alias(), null);

    /// <inheritdoc/>
    public override ObjectiveLoss? Score(Tensor output, ObjectiveBatch prepared)
    {
        Tensor loss = Loss(output, prepared.Target);
        using Tensor correct = output.detach().argmax(1).eq(prepared.Target).sum();
        long rows = output.shape[0];
        return new ObjectiveLoss(loss, loss.item<float>() * (double)rows, correct.item<long>(), rows);
    }

    /// <inheritdoc/>
    public override double? MetricOf(double sum, long count) => Primary == MetricKind.Accuracy ? sum / count : null;

    /// <inheritdoc/>
    public override Predictions Compare(SequenceSplit split, IReadOnlyList<int> rows, float[] outputs) =>
        new ClassPredictions(rows, [.. rows.Select(split.Label)], _classes.Classes, outputs);

    private Tensor Loss(Tensor output, Tensor labels)
    {
        if (_weights is null) return nn.functional.cross_entropy(output, labels);
        using Tensor weights = tensor(_weights);
        using Tensor sum = nn.functional.cross_entropy(output, labels, weights, reduction: nn.Reduction.Sum);
        return sum / output.shape[0];
    }
}

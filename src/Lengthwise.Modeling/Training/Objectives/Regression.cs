using System.Runtime.InteropServices;
using Lengthwise.Modeling.Data;
using Lengthwise.Statistics;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Training.Objectives;

/// <summary>Mean squared error on scaled targets; missing ones count neither in the loss nor in the metrics, which are in the source's units.</summary>
public sealed class Regression : LabelObjective
{
    private readonly RegressionOutput _output;
    private readonly float[] _means;

    /// <summary>Takes the mean of each target over the training split.</summary>
    public Regression(SequenceSplit train, RegressionOutput output, MetricKind metric)
        : base(output, metric)
    {
        _output = output;
        (double[] means, LossOfGuessing) = Moments(train, output.Names.Count);
        _means = [.. means.Select((mean, k) => Unscaled((float)mean, k))];
    }

    /// <inheritdoc/>
    public override double LossOfGuessing { get; }

    /// <inheritdoc/>
    public override ObjectiveBatch Prepare(Batch batch, RandomStream random) => new(batch.Input.alias(), batch.Targets!.alias(), null);

    /// <inheritdoc/>
    public override ObjectiveLoss? Score(Tensor output, ObjectiveBatch prepared)
    {
        using Tensor present = prepared.Target.isnan().logical_not();
        using Tensor counted = present.sum();
        long count = counted.item<long>();
        if (count == 0) return null;
        using Tensor present01 = present.to_type(ScalarType.Float32);
        // A product with 0 keeps NaN; a number in its place does not.
        using Tensor known = prepared.Target.nan_to_num(0);
        Tensor error = (output - known) * present01;
        Tensor loss = error.square().sum() / count;
        using Tensor size = error.detach();
        return new ObjectiveLoss(loss, loss.item<float>() * (double)count, MetricSum(size), count);
    }

    /// <inheritdoc/>
    public override double? MetricOf(double sum, long count) => (Primary, _output.Names.Count) switch
    {
        (MetricKind.Rmse, 1) => Math.Sqrt(sum / count),
        (MetricKind.Mae, 1) => sum / count,
        _ => null,
    };

    /// <inheritdoc/>
    public override Predictions Compare(SequenceSplit split, IReadOnlyList<int> rows, float[] outputs)
    {
        int columns = _output.Names.Count;
        var targets = new float[rows.Count * columns];
        for (int i = 0; i < rows.Count; i++)
            for (int k = 0; k < columns; k++) targets[i * columns + k] = Unscaled(split.Targets(rows[i])[k], k);
        return new ValuePredictions(rows, targets, _output.Names, outputs, _means);
    }

    private double MetricSum(Tensor error)
    {
        if (_output.Names.Count > 1) return 0;
        double scale = _output.Scales[0], sum = 0;
        foreach (float e in MemoryMarshal.Cast<byte, float>(error.bytes)) sum += Primary == MetricKind.Mae ? Math.Abs(e * scale) : e * scale * (e * scale);
        return sum;
    }

    private float Unscaled(float scaled, int k) => scaled * _output.Scales[k] + _output.Offsets[k];

    private static (double[] Means, double Variance) Moments(SequenceSplit train, int columns)
    {
        double[] sums = new double[columns], squares = new double[columns];
        long[] counts = new long[columns];
        for (int row = 0; row < train.Count; row++)
        {
            ReadOnlySpan<float> targets = train.Targets(row);
            for (int k = 0; k < columns; k++)
            {
                if (float.IsNaN(targets[k])) continue;
                sums[k] += targets[k];
                squares[k] += (double)targets[k] * targets[k];
                counts[k]++;
            }
        }
        double[] means = [.. sums.Select((sum, k) => counts[k] == 0 ? 0 : sum / counts[k])];
        double deviation = Enumerable.Range(0, columns).Sum(k => squares[k] - counts[k] * means[k] * means[k]);
        return (means, Math.Max(0, deviation) / Math.Max(1, counts.Sum()));
    }
}

using System.Runtime.InteropServices;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Layers;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Training.Objectives;
using Lengthwise.Statistics;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Training;

/// <summary>Loss and metric of a model over every row of a split that counts; none is left out.</summary>
internal static class Evaluator
{
    /// <summary>
    /// Evaluates. Masks are drawn from streams named by seed, purpose and <paramref name="draw"/>. Rows without labels do not count where
    /// labels are learned.
    /// </summary>
    /// <param name="model">Put into evaluation mode and back into training mode.</param>
    /// <param name="objective">What counts.</param>
    /// <param name="split">Rows.</param>
    /// <param name="input">Kind of input.</param>
    /// <param name="batchSize">Rows at once; does not change the result beyond rounding.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="purpose">Names the stream of masks.</param>
    /// <param name="draw">Number of this evaluation.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public static Evaluation Evaluate(
        SequenceModel model, Objective objective, SequenceSplit split, InputSpec input, int batchSize, long seed, string purpose, long draw,
        CancellationToken cancellation)
    {
        var random = new RandomStream(seed, purpose, draw);
        var labels = objective as LabelObjective;
        int[] rows = labels is null ? [.. Enumerable.Range(0, split.Count)] : RowSampling.LabelledRows(split);
        float[]? outputs = null;
        double loss = 0, metric = 0;
        long count = 0;
        model.eval();
        try
        {
            using var gradients = inference_mode();
            foreach (Batch batch in BatchSource.InOrder(split, input, batchSize, rows))
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                using Batch owned = batch;
                using ObjectiveBatch prepared = objective.Prepare(batch, random);
                using Padding? padding = batch.IsPadded ? new Padding(batch.Lengths, batch.Input.shape[1]) : null;
                Tensor output = model.forward(prepared.Input, padding);
                if (labels is not null) Keep(labels.Outputs(output), batch.Rows, rows, ref outputs);
                if (objective.Score(output, prepared) is not { } score) continue;
                loss += score.LossSum;
                metric += score.MetricSum;
                count += score.Count;
            }
        }
        finally
        {
            model.train();
        }
        double mean = count == 0 ? double.NaN : loss / count;
        if (labels is null) return new Evaluation(mean, (count == 0 ? null : objective.MetricOf(metric, count)) ?? double.NaN, null);
        Predictions? predictions = outputs is null ? null : labels.Compare(split, rows, outputs);
        return new Evaluation(mean, predictions?.Score(labels.Primary) ?? double.NaN, predictions);
    }

    private static void Keep(Tensor outputs, IReadOnlyList<int> batchRows, int[] rows, ref float[]? all)
    {
        int columns = (int)outputs.shape[1];
        all ??= new float[rows.Length * columns];
        using Tensor whole = outputs.contiguous();
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(whole.bytes);
        for (int i = 0; i < batchRows.Count; i++)
            values.Slice(i * columns, columns).CopyTo(all.AsSpan(Array.BinarySearch(rows, batchRows[i]) * columns));
    }
}

/// <summary>What an evaluation found.</summary>
/// <param name="Loss">Mean loss; NaN when nothing counted.</param>
/// <param name="Metric">The objective's metric; NaN where it is not defined.</param>
/// <param name="Predictions">Predictions of every labelled row; null for pretraining objectives and without labelled rows.</param>
internal sealed record Evaluation(double Loss, double Metric, Predictions? Predictions)
{
    /// <summary>All metrics by name.</summary>
    public IReadOnlyDictionary<string, double> Metrics => Predictions?.Scores() ?? new Dictionary<string, double>();
}

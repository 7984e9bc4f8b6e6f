using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Layers;
using Lengthwise.Modeling.Models;
using Lengthwise.Modeling.Training.Objectives;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Training;

/// <summary>Mean loss and metric of a model over every row of a split; no row is left out.</summary>
internal static class Evaluator
{
    /// <summary>Evaluates. Masks are drawn from streams named by seed, purpose and <paramref name="draw"/>.</summary>
    /// <param name="model">Put into evaluation mode and back into training mode.</param>
    /// <param name="objective">What counts.</param>
    /// <param name="split">Rows.</param>
    /// <param name="input">Kind of input.</param>
    /// <param name="batchSize">Rows at once; does not change the result beyond rounding.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="purpose">Names the stream of masks.</param>
    /// <param name="draw">Number of this evaluation.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public static Score Evaluate(
        SequenceModel model, Objective objective, SequenceSplit split, InputSpec input, int batchSize, long seed, string purpose, long draw,
        CancellationToken cancellation)
    {
        var random = new RandomStream(seed, purpose, draw);
        double loss = 0, metric = 0;
        long count = 0;
        model.eval();
        try
        {
            using var gradients = inference_mode();
            foreach (Batch batch in BatchSource.InOrder(split, input, batchSize))
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                using Batch owned = batch;
                using ObjectiveBatch prepared = objective.Prepare(batch, random);
                using Padding? padding = batch.IsPadded ? new Padding(batch.Lengths, batch.Input.shape[1]) : null;
                if (objective.Score(model.forward(prepared.Input, padding), prepared) is not { } score) continue;
                loss += score.LossSum;
                metric += score.MetricSum;
                count += score.Count;
            }
        }
        finally
        {
            model.train();
        }
        return count == 0 ? new Score(0, 0, 0) : new Score(loss / count, metric / count, count);
    }
}

/// <summary>Means over a split.</summary>
/// <param name="Loss">Mean loss.</param>
/// <param name="Metric">Mean metric.</param>
/// <param name="Count">Items that counted.</param>
internal sealed record Score(double Loss, double Metric, long Count);

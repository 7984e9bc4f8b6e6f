using Lengthwise.Statistics;

namespace Lengthwise.Experiments;

/// <summary>What each test item contributes to a run's score.</summary>
/// <param name="Rows">Rows of the test split, ascending.</param>
/// <param name="Influence">Influence of each on the primary metric (<see cref="ItemInfluence"/>).</param>
public sealed record TestItems(IReadOnlyList<int> Rows, double[] Influence)
{
    /// <summary>Group of each (patient, speaker, document); null where the source names none.</summary>
    public IReadOnlyList<int>? Groups { get; init; }

    /// <summary>Whether each was given its class; null for values.</summary>
    public IReadOnlyList<bool>? Right { get; init; }

    /// <summary>How often each class was taken for each; null for values.</summary>
    public ConfusionMatrix? Confusion { get; init; }

    /// <summary>How probabilities and outcomes agree; null for values.</summary>
    public Calibration? Calibration { get; init; }

    /// <summary>Reads a run's predictions; null when it stored none, or its score is not defined for them.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="metric">The metric's key.</param>
    /// <exception cref="LengthwiseException">The file was changed.</exception>
    public static TestItems? Of(RunFolder run, string metric)
    {
        if (!File.Exists(run.PredictionsPath) || Metrics.Find(metric) is not { } kind) return null;
        return Of(PredictionsFile.Read(run.PredictionsPath), kind);
    }

    /// <summary>The same of predictions at hand.</summary>
    public static TestItems? Of(Predictions predictions, MetricKind metric)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        bool fits = predictions is ClassPredictions == Metrics.OfClasses.Contains(metric);
        if (!fits || ItemInfluence.Of(predictions, metric) is not { } influence) return null;
        var items = new TestItems(predictions.Rows, influence) { Groups = predictions.Groups };
        return predictions is not ClassPredictions classes ? items : items with
        {
            Right = [.. classes.Labels.Zip(classes.Predicted, (label, predicted) => label == predicted)],
            Confusion = ConfusionMatrix.Of(classes),
            Calibration = Statistics.Calibration.Of(classes),
        };
    }
}

using Lengthwise.Statistics;

namespace Lengthwise.Experiments;

/// <summary>What each test item contributes to a run's score.</summary>
/// <param name="Rows">Rows of the test split, ascending.</param>
/// <param name="Influence">Influence of each on the primary metric (<see cref="ItemInfluence"/>).</param>
public sealed record TestItems(IReadOnlyList<int> Rows, double[] Influence)
{
    /// <summary>Reads a run's predictions; null when it stored none, or its score is not defined for them.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="metric">The metric's key.</param>
    /// <exception cref="LengthwiseException">The file was changed.</exception>
    public static TestItems? Of(RunFolder run, string metric)
    {
        if (!File.Exists(run.PredictionsPath) || Metrics.Find(metric) is not { } kind) return null;
        Predictions predictions = PredictionsFile.Read(run.PredictionsPath);
        bool fits = predictions is ClassPredictions == Metrics.OfClasses.Contains(kind);
        return fits && ItemInfluence.Of(predictions, kind) is { } influence ? new TestItems(predictions.Rows, influence) : null;
    }
}

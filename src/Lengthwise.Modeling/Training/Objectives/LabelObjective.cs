using Lengthwise.Modeling.Data;
using Lengthwise.Recipes;
using Lengthwise.Statistics;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Training.Objectives;

/// <summary>Learns from the labels of rows; scored by metrics over all predictions of a split at once.</summary>
public abstract class LabelObjective : Objective
{
    private readonly OutputSpec _output;

    private protected LabelObjective(OutputSpec output, MetricKind primary) => (_output, Primary) = (output, primary);

    /// <summary>The metric that selects.</summary>
    public MetricKind Primary { get; }

    /// <inheritdoc/>
    public override string Metric => Primary.Key();

    /// <inheritdoc/>
    public override bool HigherIsBetter => Primary.HigherIsBetter();

    /// <summary>What the model says about each row of a batch: [B, columns] probabilities or values in the source's units, on the CPU.</summary>
    /// <param name="output">The model's output, [B, columns].</param>
    public Tensor Outputs(Tensor output) => Outputs(_output, output);

    /// <summary>The same, without an objective.</summary>
    /// <param name="kind">Classes or regression.</param>
    /// <param name="output">The model's output, [B, columns].</param>
    public static Tensor Outputs(OutputSpec kind, Tensor output)
    {
        if (kind is not RegressionOutput regression) return output.softmax(1);
        using Tensor scales = tensor(regression.Scales.ToArray()), offsets = tensor(regression.Offsets.ToArray()), scaled = output * scales;
        return scaled + offsets;
    }

    /// <summary>Predictions with what is true.</summary>
    /// <param name="split">The split.</param>
    /// <param name="rows">Labelled rows of it, ascending.</param>
    /// <param name="outputs">Row-major [rows, columns], as <see cref="Outputs(Tensor)"/> gives them.</param>
    public abstract Predictions Compare(SequenceSplit split, IReadOnlyList<int> rows, float[] outputs);

    /// <summary>The objective for a kind of output.</summary>
    /// <param name="output">Classes or regression.</param>
    /// <param name="settings">Weights.</param>
    /// <param name="metric">The metric that selects; must suit the output.</param>
    /// <param name="train">Training split: class frequencies and means come from its labelled rows.</param>
    public static LabelObjective Create(OutputSpec output, LabelSettings settings, MetricKind metric, SequenceSplit train) => output switch
    {
        ClassOutput classes => new Supervised(train, classes, settings, metric),
        RegressionOutput regression => new Regression(train, regression, metric),
        _ => throw new ArgumentException($"no labels in {output}", nameof(output)),
    };
}

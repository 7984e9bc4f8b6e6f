namespace Lengthwise.Statistics;

/// <summary>What a model said about labelled items of a split, beside what is true.</summary>
/// <param name="Rows">Rows of the split, ascending; n of them.</param>
/// <param name="Outputs">Row-major [n, columns]: a probability per class, or a value per target in the source's units.</param>
public abstract record Predictions(IReadOnlyList<int> Rows, float[] Outputs)
{
    /// <summary>Group of every item (patient, speaker, document), as any number that is the same for all of its items; null where the source names none.</summary>
    public IReadOnlyList<int>? Groups { get; init; }

    /// <summary>Scores that this kind of prediction has, in the order in which they are shown; NaN where one is not defined.</summary>
    public IReadOnlyDictionary<string, double> Scores() => Metrics.ToDictionary(m => m.Key(), Score);

    /// <summary>One score; NaN where it is not defined, such as of a class that does not occur.</summary>
    public abstract double Score(MetricKind metric);

    /// <summary>What guessing scores on these items.</summary>
    public abstract double Chance(MetricKind metric);

    /// <summary>Whether the score is at most two standard errors better than guessing.</summary>
    public abstract bool IsLikeGuessing(MetricKind metric);

    private protected abstract IReadOnlyList<MetricKind> Metrics { get; }
}

/// <summary>Predicted classes.</summary>
/// <param name="Rows">Rows of the split, ascending.</param>
/// <param name="Labels">Class per item.</param>
/// <param name="Classes">Class names, K.</param>
/// <param name="Probabilities">Row-major [n, K].</param>
public sealed record ClassPredictions(IReadOnlyList<int> Rows, int[] Labels, IReadOnlyList<string> Classes, float[] Probabilities)
    : Predictions(Rows, Probabilities)
{
    /// <summary>The most probable class of each item.</summary>
    public int[] Predicted { get; } = ClassScores.MostProbable(Probabilities, Classes.Count);

    private protected override IReadOnlyList<MetricKind> Metrics => Statistics.Metrics.OfClasses;

    /// <inheritdoc/>
    public override double Score(MetricKind metric) => metric switch
    {
        MetricKind.Accuracy => ClassScores.Accuracy(Labels, Predicted),
        MetricKind.BalancedAccuracy => ClassScores.BalancedAccuracy(Labels, Predicted, Classes.Count),
        MetricKind.MacroF1 => ClassScores.MacroF1(Labels, Predicted, Classes.Count),
        MetricKind.Auroc => ClassScores.Auroc(Labels, Outputs, Classes.Count),
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "classes have no such score"),
    };

    /// <summary>What naming classes at random scores; for the accuracy, naming the commonest.</summary>
    public override double Chance(MetricKind metric)
    {
        double[] shares = Shares();
        double each = 1.0 / Classes.Count;
        return metric switch
        {
            MetricKind.Accuracy => shares.Max(),
            MetricKind.BalancedAccuracy => each,
            // Precision is the share of the class, recall 1 / K.
            MetricKind.MacroF1 => shares.Average(share => 2 * share * each / (share + each)),
            MetricKind.Auroc => 0.5,
            _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "classes have no such score"),
        };
    }

    /// <inheritdoc/>
    public override bool IsLikeGuessing(MetricKind metric) => Score(metric) <= Chance(metric) + 2 * ErrorOfGuessing(metric);

    private double ErrorOfGuessing(MetricKind metric)
    {
        double[] counts = [.. Shares().Select(share => share * Labels.Length).Where(count => count > 0)];
        double each = 1.0 / Classes.Count, accuracy = Chance(MetricKind.Accuracy);
        return metric switch
        {
            MetricKind.Accuracy => Math.Sqrt(accuracy * (1 - accuracy) / Labels.Length),
            // Hanley and McNeil (1982) where the two distributions are one; classes are averaged as if they moved together.
            MetricKind.Auroc => counts.Where(n => n < Labels.Length).Select(n => Math.Sqrt((Labels.Length + 1) / (12 * n * (Labels.Length - n)))).DefaultIfEmpty(0).Average(),
            _ => Math.Sqrt(counts.Sum(n => each * (1 - each) / n)) / counts.Length,
        };
    }

    private double[] Shares()
    {
        var shares = new double[Classes.Count];
        foreach (int label in Labels) shares[label] += 1.0 / Labels.Length;
        return shares;
    }
}

/// <summary>Predicted values.</summary>
/// <param name="Rows">Rows of the split, ascending.</param>
/// <param name="Targets">Row-major [n, K], in the source's units, NaN where missing.</param>
/// <param name="Names">Target names, K.</param>
/// <param name="Values">Row-major [n, K], in the source's units.</param>
/// <param name="Means">Mean of each target over the training rows: what a guess would say.</param>
public sealed record ValuePredictions(IReadOnlyList<int> Rows, float[] Targets, IReadOnlyList<string> Names, float[] Values, IReadOnlyList<float> Means)
    : Predictions(Rows, Values)
{
    private protected override IReadOnlyList<MetricKind> Metrics => Statistics.Metrics.OfValues;

    /// <inheritdoc/>
    public override double Score(MetricKind metric) => ScoreOf(metric, Outputs);

    /// <summary>What the mean of the training rows scores.</summary>
    public override double Chance(MetricKind metric) => metric == MetricKind.R2 ? 0 : ScoreOf(metric, Guesses());

    /// <summary>Whether the squared errors are not smaller than those of the training mean, by a paired comparison of the items.</summary>
    public override bool IsLikeGuessing(MetricKind metric)
    {
        float[] guesses = Guesses();
        double[] scales = [.. Enumerable.Range(0, Names.Count).Select(k => ValueScores.Rmse(Column(Targets, k), Column(guesses, k), 1))];
        var gains = new List<double>();
        for (int i = 0; i < Targets.Length; i++)
        {
            double scale = scales[i % Names.Count], guess = (Targets[i] - guesses[i]) / scale, error = (Targets[i] - Outputs[i]) / scale;
            if (!float.IsNaN(Targets[i]) && scale > 0) gains.Add(guess * guess - error * error);
        }
        if (gains.Count < 2) return true;
        double mean = gains.Average(), variance = gains.Sum(g => (g - mean) * (g - mean)) / (gains.Count - 1);
        return mean <= 2 * Math.Sqrt(variance / gains.Count);
    }

    private double ScoreOf(MetricKind metric, float[] values) => metric switch
    {
        MetricKind.Rmse => ValueScores.Rmse(Targets, values, Names.Count),
        MetricKind.Mae => ValueScores.Mae(Targets, values, Names.Count),
        MetricKind.R2 => ValueScores.R2(Targets, values, Names.Count),
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "values have no such score"),
    };

    private float[] Guesses() => [.. Enumerable.Range(0, Targets.Length).Select(i => Means[i % Names.Count])];

    private float[] Column(float[] table, int k) => [.. Enumerable.Range(0, table.Length / Names.Count).Select(i => table[i * Names.Count + k])];
}

namespace Lengthwise.Statistics;

/// <summary>
/// How far each test item pulls a score: values psi_i with mean 0 such that leaving out a little weight of item i lowers the score by about that share of psi_i.
/// The score's variance over samples of n items is about sum psi_i² / (n (n - 1)) (infinitesimal jackknife: Efron and Tibshirani, 1993, chapter 21).
/// </summary>
/// <remarks>
/// Means are exact: for the accuracy psi_i is right_i - accuracy. For the area under the ROC curve it is the structural components of DeLong, DeLong and
/// Clarke-Pearson (1988); the others are the derivative of the score by the weights of the items.
/// </remarks>
public static class ItemInfluence
{
    /// <summary>Influence of every item; null where the score is not defined.</summary>
    /// <param name="predictions">What was said about n items.</param>
    /// <param name="metric">The score.</param>
    public static double[]? Of(Predictions predictions, MetricKind metric)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        double[]? influence = (predictions, metric) switch
        {
            (ClassPredictions p, MetricKind.Accuracy) => Centred([.. p.Labels.Zip(p.Predicted, (label, predicted) => label == predicted ? 1.0 : 0)]),
            (ClassPredictions p, MetricKind.BalancedAccuracy) => BalancedAccuracy(p),
            (ClassPredictions p, MetricKind.MacroF1) => MacroF1(p),
            (ClassPredictions p, MetricKind.Auroc) => Auroc(p),
            (ValuePredictions p, _) => OfValues(p, metric),
            _ => null,
        };
        return influence is { Length: > 1 } && influence.All(double.IsFinite) ? influence : null;
    }

    private static double[] BalancedAccuracy(ClassPredictions p)
    {
        (double[] right, double[] actual, _) = Counts(p);
        int occurring = actual.Count(a => a > 0);
        return [.. Enumerable.Range(0, p.Labels.Length).Select(i =>
        {
            int k = p.Labels[i];
            return p.Labels.Length / actual[k] / occurring * ((p.Predicted[i] == k ? 1 : 0) - right[k] / actual[k]);
        })];
    }

    private static double[] MacroF1(ClassPredictions p)
    {
        (double[] right, double[] actual, double[] named) = Counts(p);
        int[] classes = [.. Enumerable.Range(0, p.Classes.Count).Where(k => actual[k] + named[k] > 0)];
        int n = p.Labels.Length;
        var influence = new double[n];
        foreach (int k in classes)
        {
            double size = (actual[k] + named[k]) / n, f1 = 2 * right[k] / (actual[k] + named[k]);
            for (int i = 0; i < n; i++)
            {
                double isActual = p.Labels[i] == k ? 1 : 0, isNamed = p.Predicted[i] == k ? 1 : 0;
                influence[i] += (2 * (isActual * isNamed - right[k] / n) - f1 * (isActual + isNamed - size)) / size / classes.Length;
            }
        }
        return influence;
    }

    private static double[]? Auroc(ClassPredictions p)
    {
        int[] positives = p.Classes.Count == 2 ? [1] : [.. Enumerable.Range(0, p.Classes.Count)];
        double[][] each = [.. positives.Select(k => Auroc(p, k)).OfType<double[]>()];
        return each.Length == 0 ? null : [.. Enumerable.Range(0, p.Labels.Length).Select(i => each.Average(a => a[i]))];
    }

    private static double[]? Auroc(ClassPredictions p, int positive)
    {
        int n = p.Labels.Length, columns = p.Classes.Count;
        float[] scores = [.. Enumerable.Range(0, n).Select(i => p.Outputs[i * columns + positive])];
        float[] ofPositives = [.. scores.Where((_, i) => p.Labels[i] == positive)], ofOthers = [.. scores.Where((_, i) => p.Labels[i] != positive)];
        if (ofPositives.Length == 0 || ofOthers.Length == 0 || scores.Any(float.IsNaN)) return null;
        Array.Sort(ofPositives);
        Array.Sort(ofOthers);

        double[] place = [.. Enumerable.Range(0, n).Select(i => p.Labels[i] == positive ? Below(ofOthers, scores[i]) : 1 - Below(ofPositives, scores[i]))];
        double area = Enumerable.Range(0, n).Where(i => p.Labels[i] == positive).Average(i => place[i]);
        return [.. Enumerable.Range(0, n).Select(i => (place[i] - area) * n / (p.Labels[i] == positive ? ofPositives.Length : ofOthers.Length))];
    }

    private static double[]? OfValues(ValuePredictions p, MetricKind metric)
    {
        int columns = p.Names.Count, n = p.Targets.Length / columns;
        var each = new List<double[]>();
        for (int k = 0; k < columns; k++)
        {
            int[] known = [.. Enumerable.Range(0, n).Where(i => !float.IsNaN(p.Targets[i * columns + k]))];
            if (known.Length == 0) continue;
            double[] errors = [.. known.Select(i => (double)p.Targets[i * columns + k] - p.Outputs[i * columns + k])];
            double[] targets = [.. known.Select(i => (double)p.Targets[i * columns + k])];
            double[] ofKnown = OfColumn(errors, targets, metric);
            var influence = new double[n];
            for (int j = 0; j < known.Length; j++) influence[known[j]] = ofKnown[j] * n / known.Length;
            each.Add(influence);
        }
        return each.Count == 0 ? null : [.. Enumerable.Range(0, n).Select(i => each.Average(a => a[i]))];
    }

    private static double[] OfColumn(double[] errors, double[] targets, MetricKind metric)
    {
        if (metric == MetricKind.Mae) return Centred([.. errors.Select(Math.Abs)]);
        double[] squares = [.. errors.Select(e => e * e)];
        double error = squares.Average();
        if (metric == MetricKind.Rmse) return [.. squares.Select(s => error > 0 ? (s - error) / (2 * Math.Sqrt(error)) : 0)];
        double mean = targets.Average();
        double[] deviations = [.. targets.Select(t => (t - mean) * (t - mean))];
        double spread = deviations.Average();
        return [.. squares.Select((s, i) => -(s - error) / spread + error / (spread * spread) * (deviations[i] - spread))];
    }

    private static double[] Centred(double[] values)
    {
        double mean = values.Average();
        return [.. values.Select(v => v - mean)];
    }

    // Share of sorted values below one, those equal to it counted half.
    private static double Below(float[] sorted, float value)
    {
        int low = LowerBound(sorted, value, orEqual: false), high = LowerBound(sorted, value, orEqual: true);
        return (low + high) / 2.0 / sorted.Length;
    }

    private static int LowerBound(float[] sorted, float value, bool orEqual)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sorted[middle] < value || (orEqual && sorted[middle] == value)) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private static (double[] Right, double[] Actual, double[] Named) Counts(ClassPredictions p)
    {
        double[] right = new double[p.Classes.Count], actual = new double[p.Classes.Count], named = new double[p.Classes.Count];
        for (int i = 0; i < p.Labels.Length; i++)
        {
            actual[p.Labels[i]]++;
            named[p.Predicted[i]]++;
            if (p.Labels[i] == p.Predicted[i]) right[p.Labels[i]]++;
        }
        return (right, actual, named);
    }
}

namespace Lengthwise.Statistics;

/// <summary>Scores of class predictions. Labels are class indices; every item has one.</summary>
public static class ClassScores
{
    /// <summary>The most probable class of each item; of equals the first.</summary>
    /// <param name="probabilities">Row-major [n, K].</param>
    /// <param name="classes">K.</param>
    public static int[] MostProbable(ReadOnlySpan<float> probabilities, int classes)
    {
        var best = new int[probabilities.Length / classes];
        for (int i = 0; i < best.Length; i++)
        {
            ReadOnlySpan<float> item = probabilities.Slice(i * classes, classes);
            for (int k = 1; k < classes; k++)
                if (item[k] > item[best[i]]) best[i] = k;
        }
        return best;
    }

    /// <summary>Share of right items; NaN without items.</summary>
    public static double Accuracy(ReadOnlySpan<int> labels, ReadOnlySpan<int> predicted)
    {
        int right = 0;
        for (int i = 0; i < labels.Length; i++)
            if (labels[i] == predicted[i]) right++;
        return (double)right / labels.Length;
    }

    /// <summary>Mean recall over the classes that occur among the labels; NaN without items.</summary>
    public static double BalancedAccuracy(ReadOnlySpan<int> labels, ReadOnlySpan<int> predicted, int classes)
    {
        (int[] right, int[] actual, _) = Count(labels, predicted, classes);
        return MeanOver(classes, k => actual[k] > 0, k => (double)right[k] / actual[k]);
    }

    /// <summary>Mean F1 over the classes that occur among labels or predictions; NaN without items.</summary>
    public static double MacroF1(ReadOnlySpan<int> labels, ReadOnlySpan<int> predicted, int classes)
    {
        (int[] right, int[] actual, int[] named) = Count(labels, predicted, classes);
        return MeanOver(classes, k => actual[k] + named[k] > 0, k => 2.0 * right[k] / (actual[k] + named[k]));
    }

    /// <summary>
    /// Area under the ROC curve: of class 1 for two classes, else the mean over classes of each against the rest. Ties count half.
    /// Classes without items or without others are left out; NaN when none is left.
    /// </summary>
    /// <param name="labels">Class per item.</param>
    /// <param name="probabilities">Row-major [n, K].</param>
    /// <param name="classes">K.</param>
    public static double Auroc(ReadOnlySpan<int> labels, ReadOnlySpan<float> probabilities, int classes)
    {
        if (classes == 2) return Auroc(labels, probabilities, classes, 1);
        var areas = new double[classes];
        for (int k = 0; k < classes; k++) areas[k] = Auroc(labels, probabilities, classes, k);
        return MeanOver(classes, k => !double.IsNaN(areas[k]), k => areas[k]);
    }

    // Mann and Whitney: the rank sum of the positives, with mean ranks among equals.
    private static double Auroc(ReadOnlySpan<int> labels, ReadOnlySpan<float> probabilities, int classes, int positive)
    {
        var scores = new float[labels.Length];
        var isPositive = new bool[labels.Length];
        long positives = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            scores[i] = probabilities[i * classes + positive];
            isPositive[i] = labels[i] == positive;
            if (isPositive[i]) positives++;
        }
        long negatives = labels.Length - positives;
        if (positives == 0 || negatives == 0) return double.NaN;

        Array.Sort(scores, isPositive);
        double rankSum = 0;
        for (int start = 0; start < scores.Length;)
        {
            int end = start, among = 0;
            for (; end < scores.Length && scores[end] == scores[start]; end++)
                if (isPositive[end]) among++;
            if (end == start) return double.NaN; // NaN equals nothing, not even itself.
            rankSum += among * (start + 1 + end) / 2.0;
            start = end;
        }
        return (rankSum - positives * (positives + 1) / 2.0) / ((double)positives * negatives);
    }

    private static (int[] Right, int[] Actual, int[] Named) Count(ReadOnlySpan<int> labels, ReadOnlySpan<int> predicted, int classes)
    {
        int[] right = new int[classes], actual = new int[classes], named = new int[classes];
        for (int i = 0; i < labels.Length; i++)
        {
            actual[labels[i]]++;
            named[predicted[i]]++;
            if (labels[i] == predicted[i]) right[labels[i]]++;
        }
        return (right, actual, named);
    }

    private static double MeanOver(int classes, Func<int, bool> counts, Func<int, double> value)
    {
        int[] counted = [.. Enumerable.Range(0, classes).Where(counts)];
        return counted.Length == 0 ? double.NaN : counted.Average(value);
    }
}

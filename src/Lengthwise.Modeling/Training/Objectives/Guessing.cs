using Lengthwise.Modeling.Data;

namespace Lengthwise.Modeling.Training.Objectives;

/// <summary>Losses of predictors that ignore their input, from the training split.</summary>
internal static class Guessing
{
    private const int RowsLookedAt = 2000;

    /// <summary>Entropy of a histogram in nats: the cross-entropy of always predicting the frequencies.</summary>
    public static double Entropy(IEnumerable<long> counts)
    {
        long[] present = [.. counts.Where(c => c > 0)];
        double total = present.Sum();
        return present.Sum(c => -(c / total) * Math.Log(c / total));
    }

    /// <summary>Accuracy of always naming the commonest class.</summary>
    public static double LargestShare(SequenceSplit split) =>
        Enumerable.Range(0, split.Count).CountBy(split.Label).Max(c => c.Value) / (double)split.Count;

    /// <summary>Entropy of single symbols.</summary>
    public static double SymbolEntropy(SequenceSplit split, int vocabulary)
    {
        long[] counts = new long[vocabulary];
        for (int row = 0; row < Math.Min(split.Count, RowsLookedAt); row++)
            foreach (ushort token in split.Tokens(row)) counts[token]++;
        return Entropy(counts);
    }

    /// <summary>Mean absolute deviation from the mean value.</summary>
    public static double MeanAbsoluteDeviation(SequenceSplit split)
    {
        int rows = Math.Min(split.Count, RowsLookedAt);
        double sum = 0;
        long count = 0;
        for (int row = 0; row < rows; row++)
            foreach (float value in split.Values(row)) (sum, count) = (sum + value, count + 1);
        double mean = sum / count, deviation = 0;
        for (int row = 0; row < rows; row++)
            foreach (float value in split.Values(row)) deviation += Math.Abs(value - mean);
        return deviation / count;
    }
}

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

    /// <summary>Entropy of single symbols.</summary>
    public static double SymbolEntropy(SequenceSplit split, int vocabulary)
    {
        long[] counts = new long[vocabulary];
        foreach ((int row, int part) in Looked(split))
            foreach (ushort token in split.Tokens(row, part)) counts[token]++;
        return Entropy(counts);
    }

    /// <summary>Mean absolute deviation from the mean value.</summary>
    public static double MeanAbsoluteDeviation(SequenceSplit split)
    {
        double sum = 0;
        long count = 0;
        foreach ((int row, int part) in Looked(split))
            foreach (float value in split.Values(row, part)) (sum, count) = (sum + value, count + 1);
        double mean = sum / count, deviation = 0;
        foreach ((int row, int part) in Looked(split))
            foreach (float value in split.Values(row, part)) deviation += Math.Abs(value - mean);
        return deviation / count;
    }

    private static IEnumerable<(int Row, int Part)> Looked(SequenceSplit split) =>
        from row in Enumerable.Range(0, Math.Min(split.Count, RowsLookedAt)) from part in Enumerable.Range(0, split.Parts) select (row, part);
}

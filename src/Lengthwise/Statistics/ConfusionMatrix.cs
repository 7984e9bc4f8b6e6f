namespace Lengthwise.Statistics;

/// <summary>How often each class was taken for each.</summary>
/// <param name="Classes">Class names, K.</param>
/// <param name="Counts">Row-major [K, K]: true class, then predicted class.</param>
public sealed record ConfusionMatrix(IReadOnlyList<string> Classes, IReadOnlyList<int> Counts)
{
    /// <summary>More classes than these make a matrix that nobody can read, and that grows with their square.</summary>
    public const int MostClasses = 40;

    /// <summary>Counts predictions; null with more than <see cref="MostClasses"/> classes.</summary>
    public static ConfusionMatrix? Of(ClassPredictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        int classes = predictions.Classes.Count;
        if (classes > MostClasses) return null;
        var counts = new int[classes * classes];
        for (int i = 0; i < predictions.Labels.Length; i++) counts[predictions.Labels[i] * classes + predictions.Predicted[i]]++;
        return new ConfusionMatrix(predictions.Classes, counts);
    }

    /// <summary>Sum of several with the same classes; null where there are none or the classes differ.</summary>
    public static ConfusionMatrix? Sum(IReadOnlyList<ConfusionMatrix> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0 || parts.Any(p => !p.Classes.SequenceEqual(parts[0].Classes, StringComparer.Ordinal))) return null;
        return parts[0] with { Counts = [.. Enumerable.Range(0, parts[0].Counts.Count).Select(i => parts.Sum(p => p.Counts[i]))] };
    }

    /// <summary>Items of a class that were taken for another (or itself).</summary>
    public int Count(int actual, int predicted) => Counts[actual * Classes.Count + predicted];

    /// <summary>Items of a class.</summary>
    public int Actual(int actual) => Enumerable.Range(0, Classes.Count).Sum(p => Count(actual, p));
}

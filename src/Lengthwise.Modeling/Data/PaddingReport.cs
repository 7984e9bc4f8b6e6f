namespace Lengthwise.Modeling.Data;

/// <summary>What padding costs in one epoch, in steps over all sequences.</summary>
/// <param name="Rows">Sequences.</param>
/// <param name="Valid">Steps that carry data.</param>
/// <param name="Bucketed">Steps with padding as batched here: each batch padded to its own longest sequence.</param>
/// <param name="ToLongest">Steps if every sequence were padded to the longest of the split.</param>
public sealed record PaddingReport(long Rows, long Valid, long Bucketed, long ToLongest)
{
    /// <summary>How many times fewer steps bucketing costs than padding to the longest of the split.</summary>
    public double Saved => SavedAgainst(ToLongest);

    /// <summary>How many times fewer steps bucketing costs than padding to <paramref name="maxLength"/>, the task's limit.</summary>
    public double SavedAgainstMaximum(int maxLength) => SavedAgainst(Rows * maxLength);

    private double SavedAgainst(long steps) => Bucketed == 0 ? 1 : (double)steps / Bucketed;
}

namespace Lengthwise.Statistics;

/// <summary>An estimate with the range that the data leaves it. One value alone has no range: both bounds are null then.</summary>
/// <param name="Low">Lower bound; null when there is none.</param>
/// <param name="Mean">The estimate.</param>
/// <param name="High">Upper bound; null when there is none.</param>
/// <param name="N">Independent values (seeds, pairs of seeds) behind it.</param>
public sealed record Interval(double? Low, double Mean, double? High, int N)
{
    /// <summary>Whether there are bounds at all.</summary>
    public bool HasBounds => Low is not null && High is not null;

    /// <summary>Whether zero lies outside the bounds. Without bounds nothing is excluded.</summary>
    public bool ExcludesZero => Low > 0 || High < 0;

    /// <summary>
    /// The part of the interval that the quantity can take. Cutting off impossible values (an accuracy above 1) costs no coverage.
    /// </summary>
    public Interval Within(double least, double most) =>
        this with { Low = Low is { } low ? Math.Clamp(low, least, most) : null, High = High is { } high ? Math.Clamp(high, least, most) : null };
}

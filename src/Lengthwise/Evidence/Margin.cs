using System.Globalization;
using Lengthwise.Statistics;

namespace Lengthwise.Evidence;

/// <summary>Where an estimate has to lie for a part of a claim to hold; stated before any run.</summary>
/// <param name="Least">The whole interval must lie above this.</param>
/// <param name="Most">The whole interval must lie below this.</param>
public sealed record Margin(double? Least, double? Most)
{
    /// <summary>Above a bound.</summary>
    public static Margin Above(double bound) => new(bound, null);

    /// <summary>Below a bound.</summary>
    public static Margin Below(double bound) => new(null, bound);

    /// <summary>No further from zero than that: two one-sided tests.</summary>
    public static Margin Within(double distance) => new(-distance, distance);

    /// <summary>Decides; without bounds (one seed) nothing is decided.</summary>
    public Verdict Judge(Interval interval)
    {
        ArgumentNullException.ThrowIfNull(interval);
        if (!interval.HasBounds) return Verdict.Underpowered;
        if ((Least is null || interval.Low > Least) && (Most is null || interval.High < Most)) return Verdict.Shown;
        return interval.High <= Least || interval.Low >= Most ? Verdict.NotShown : Verdict.Underpowered;
    }

    /// <summary>The bound that lies nearest to an estimate: what more seeds would have to tell it from.</summary>
    public double Nearest(double estimate) => Least is not { } least ? Most!.Value
        : Most is not { } most ? least
        : Math.Abs(estimate - least) < Math.Abs(estimate - most) ? least : most;

    /// <summary>The rule in words, in the units of <paramref name="scale"/> (100 for points of a share).</summary>
    public string Text(double scale) => (Least, Most) switch
    {
        ({ } least, null) => $"> {Number(least * scale)}",
        (null, { } most) => $"< {Number(most * scale)}",
        ({ } least, { } most) => $"{Number(least * scale)} to {Number(most * scale)}",
        _ => "any",
    };

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}

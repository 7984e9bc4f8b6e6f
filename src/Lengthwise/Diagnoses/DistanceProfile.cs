namespace Lengthwise.Diagnoses;

/// <summary>How a mass that sums to 1 (attention, or the taps of a kernel) lies over distances |i - j|.</summary>
public sealed record DistanceProfile
{
    /// <summary>Whose mass it is: <c>head 0</c>, <c>64 channels</c>, <c>uniform</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Mass by bin, see <see cref="RunReach.UpTo"/>.</summary>
    public required IReadOnlyList<double> Mass { get; init; }

    /// <summary>Mean distance, in steps.</summary>
    public required double MeanDistance { get; init; }

    /// <summary>Share of the mass that lies at later positions; 0 in a causal layer.</summary>
    public double Ahead { get; init; }

    /// <summary>Mass at distances up to the last edge that does not exceed <paramref name="steps"/>.</summary>
    public double Within(IReadOnlyList<int> upTo, int steps)
    {
        double sum = 0;
        for (int bin = 0; bin < upTo.Count && upTo[bin] <= steps; bin++) sum += Mass[bin];
        return sum;
    }

    /// <summary>The mean of several profiles, each weighing the same.</summary>
    public static DistanceProfile MeanOf(string name, IReadOnlyList<DistanceProfile> profiles) => new()
    {
        Name = name,
        Mass = [.. profiles[0].Mass.Select((_, bin) => profiles.Average(p => p.Mass[bin]))],
        MeanDistance = profiles.Average(p => p.MeanDistance),
        Ahead = profiles.Average(p => p.Ahead),
    };
}

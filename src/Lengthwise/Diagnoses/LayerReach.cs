namespace Lengthwise.Diagnoses;

/// <summary>What carries information over a distance.</summary>
public enum ReachKind
{
    /// <summary>Weights of attention: they depend on the data, and are means over sequences and queries.</summary>
    Attention,

    /// <summary>The impulse response of a state space model, recurrence or moving average: it depends on the parameters alone.</summary>
    Kernel,
}

/// <summary>How far one layer looks.</summary>
public sealed record LayerReach
{
    /// <summary>Place in the model, such as <c>layers.0.0</c>.</summary>
    public required string Layer { get; init; }

    /// <summary>What is measured.</summary>
    public required ReachKind Kind { get; init; }

    /// <summary>Mass by distance: one profile a head, or for kernels one, the mean over channels of the share of the absolute values.</summary>
    public required IReadOnlyList<DistanceProfile> Profiles { get; init; }

    /// <summary>The same without any preference: attention weights that are equal over all keys in sight, or a kernel of equal taps.</summary>
    public required DistanceProfile Uniform { get; init; }

    /// <summary>For kernels, how far the channels reach; empty for attention.</summary>
    public IReadOnlyList<ChannelReach> Channels { get; init; } = [];

    /// <summary>Mean over heads.</summary>
    public DistanceProfile Mean() => Profiles.Count == 1 ? Profiles[0] : DistanceProfile.MeanOf("mean", Profiles);
}

/// <summary>The distance within which a share of a kernel's mass lies, as quantiles over channels, in steps.</summary>
/// <param name="Mass"><c>absolute</c> or <c>squared</c> values.</param>
/// <param name="Share">0.5, 0.9 or 0.99.</param>
/// <param name="Least">Shortest.</param>
/// <param name="Lower">First quartile.</param>
/// <param name="Median">Median.</param>
/// <param name="Upper">Third quartile.</param>
/// <param name="Most">Longest.</param>
public sealed record ChannelReach(KernelMassKind Mass, double Share, double Least, double Lower, double Median, double Upper, double Most);

/// <summary>What counts as a kernel's mass.</summary>
public enum KernelMassKind
{
    /// <summary>|K|.</summary>
    Absolute,

    /// <summary>K².</summary>
    Squared,
}

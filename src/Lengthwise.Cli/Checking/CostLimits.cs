namespace Lengthwise.Cli.Checking;

/// <summary>What a trial of a model may take before it is ended.</summary>
/// <param name="Bytes">Resident memory.</param>
/// <param name="Time">Time from its start.</param>
internal sealed record CostLimits(long Bytes, TimeSpan Time)
{
    /// <summary>Three quarters of the machine's memory, one minute.</summary>
    public static CostLimits OfThisMachine => new(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3, TimeSpan.FromMinutes(1));
}

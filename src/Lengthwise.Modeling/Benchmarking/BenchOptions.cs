using Lengthwise.Modeling.Kernels;

namespace Lengthwise.Modeling.Benchmarking;

/// <summary>How steps are timed.</summary>
public sealed record BenchOptions
{
    /// <summary>Threads of libtorch and of the kernels.</summary>
    public required int Threads { get; init; }

    /// <summary>Route of our own kernels.</summary>
    public KernelRoute Route { get; init; } = KernelRoute.Best;

    /// <summary>Time for the rounds of one case; two rounds are made in any case.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How to start the process that stands for libtorch without our start-up; null leaves that column out.</summary>
    public PairedCommand? Paired { get; init; }

    /// <summary>Memory that the naive attention may take; beyond it, it is not run.</summary>
    public double MostNaiveBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 3.0;
}

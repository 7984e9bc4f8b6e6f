using Lengthwise.Modeling.Benchmarking;

namespace Lengthwise.Cli.Benchmarks;

/// <summary>What <c>bench</c> was asked for.</summary>
/// <param name="Options">How steps are timed.</param>
/// <param name="Cases">Models and shapes; for scaling the first shape of each model counts.</param>
/// <param name="Axes">What grows; none compares with libtorch.</param>
/// <param name="Folder">Where to write; null for nowhere.</param>
/// <param name="IsSmoke">Whether only to see that everything runs.</param>
internal sealed record BenchRequest(
    BenchOptions Options, IReadOnlyList<StepCase> Cases, IReadOnlyList<ScalingAxis> Axes, DirectoryInfo? Folder, bool IsSmoke);

using Lengthwise.Modeling.Models;

namespace Lengthwise.Modeling.Benchmarking;

/// <summary>What grows while the rest of a step stays: its sizes, and the case of each.</summary>
/// <param name="Name">As on the command line, such as <c>d_model</c>.</param>
/// <param name="Sizes">Values.</param>
/// <param name="With">The case with one of them.</param>
public sealed record ScalingAxis(string Name, IReadOnlyList<int> Sizes, Func<StepCase, int, StepCase> With)
{
    /// <summary>Name of the axis of threads, which is no size of a case.</summary>
    public const string Threads = "threads";

    /// <summary>Every axis.</summary>
    /// <param name="smoke">Sizes that take milliseconds.</param>
    public static IReadOnlyList<ScalingAxis> All(bool smoke) =>
    [
        new("length", smoke ? [16, 32] : [1024, 2048, 4096, 8192, 16_384], (c, n) => c with { Batch = smoke ? 2 : 4, Length = n }),
        new("batch", smoke ? [1, 2] : [1, 2, 4, 8, 16, 32], (c, n) => c with { Batch = n, Length = smoke ? 16 : 1024 }),
        new("d_model", smoke ? [8, 16] : [32, 64, 128, 256, 512], (c, n) => c with { Batch = smoke ? 2 : 8, Length = smoke ? 16 : 1024, Width = n }),
        new("d_state", smoke ? [8, 16] : [16, 32, 64, 128, 256], (c, n) => c with { Batch = smoke ? 2 : 8, Length = smoke ? 16 : 1024, States = n }),
        new(Threads, [.. Enumerable.Range(0, 16).Select(i => 1 << i).Where(n => n <= Environment.ProcessorCount)], (c, _) => c with { Batch = smoke ? 2 : 32, Length = smoke ? 16 : 1024 }),
    ];

    /// <summary>Whether a model has what grows.</summary>
    public bool Suits(string model) => Name != "d_state" || ModelCatalog.Settings[model].GetProperty("DState") is not null;
}

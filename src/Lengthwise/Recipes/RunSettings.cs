using System.ComponentModel.DataAnnotations;

namespace Lengthwise.Recipes;

/// <summary>How a run is carried out, the recipe's <c>[run]</c> section.</summary>
public sealed record RunSettings
{
    /// <summary>Seed of the named random streams (initialisation, data order, masks, dropout).</summary>
    [Range(0, long.MaxValue)] public long Seed { get; init; } = 1;

    /// <summary>Threads of libtorch and of our kernels. Part of a run's identity: sums depend on it.</summary>
    [Range(1, 1024)] public int Threads { get; init; } = 1;

    /// <summary>Seconds between checkpoints. Does not change results.</summary>
    [Range(0.0, 1e6)] public double CheckpointSeconds { get; init; } = 30;

    /// <summary>Steps between two training lines in <c>metrics.jsonl</c>.</summary>
    [Range(1, 1_000_000)] public int LogSteps { get; init; } = 10;
}

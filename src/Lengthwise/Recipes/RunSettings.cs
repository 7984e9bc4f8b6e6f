using System.ComponentModel.DataAnnotations;

namespace Lengthwise.Recipes;

/// <summary>How a run is carried out, the recipe's <c>[run]</c> section.</summary>
public sealed record RunSettings
{
    /// <summary>Seed of the named random streams (initialisation, data order, masks, dropout).</summary>
    [Range(0, long.MaxValue)] public long Seed { get; init; } = 1;

    /// <summary>Threads of libtorch and of our kernels. Part of a run's identity: sums depend on it.</summary>
    [Range(1, 1024)] public int Threads { get; init; } = 1;

    /// <summary>
    /// Full path of a safetensors file with the weights that the first phase begins with, under the model's own names; absent: weights are drawn.
    /// A head that the file lacks, or has in another shape, is drawn.
    /// </summary>
    public string? Weights { get; init; }

    /// <summary>What stays in memory between the way forward and the way back, so that long sequences fit into less, for more time; absent: everything.</summary>
    public ActivationMemory? Activations { get; init; }

    /// <summary>Seconds between checkpoints. Does not change results.</summary>
    [Range(0.0, 1e6)] public double CheckpointSeconds { get; init; } = 30;

    /// <summary>Steps between two training lines in <c>metrics.jsonl</c>.</summary>
    [Range(1, 1_000_000)] public int LogSteps { get; init; } = 10;

    /// <summary>Problems that concern several settings at once; empty when there are none.</summary>
    public IEnumerable<string> Validate()
    {
        if (Weights is not null && !Path.IsPathFullyQualified(Weights))
            yield return $"'weights' is '{Weights}', expected a full path: what a run begins with must not depend on the current folder";
    }
}

using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Diagnoses;

/// <summary>Attention weights of one layer on one batch, some queries at a time: an L x L matrix never exists.</summary>
/// <param name="batch">Sequences, B.</param>
/// <param name="heads">Heads, h.</param>
/// <param name="sight">Which keys a query sees.</param>
public abstract class AttentionRows(long batch, long heads, AttentionSight sight)
{
    /// <summary>Sequences, B.</summary>
    public long Batch { get; } = batch;

    /// <summary>Heads, h.</summary>
    public long Heads { get; } = heads;

    /// <summary>Which keys a query sees.</summary>
    public AttentionSight Sight { get; } = sight;

    /// <summary>Weights of queries <paramref name="first"/> and following, [B, h, count, L]: not negative, 0 where a key is out of sight.</summary>
    /// <param name="first">First query.</param>
    /// <param name="count">Queries.</param>
    public abstract Tensor Weights(long first, long count);
}

/// <summary>Which keys a query sees.</summary>
/// <param name="Length">Steps of the batch, L.</param>
/// <param name="IsCausal">Whether position t only sees positions up to t.</param>
/// <param name="Padding">Valid positions; null when all are.</param>
/// <param name="Pattern">From queries [n, 1] and keys [1, L], Int64 positions, to who sees whom, [n, L] bool; null for everyone.</param>
public sealed record AttentionSight(long Length, bool IsCausal, Padding? Padding, Func<Tensor, Tensor, Tensor>? Pattern = null)
{
    /// <summary>The keys in sight of some queries, [B or 1, 1, count, L] bool.</summary>
    public Tensor Of(long first, long count)
    {
        (Tensor queries, Tensor keys) = Positions(first, count);
        Tensor seen = Pattern is null ? ones([count, Length], ScalarType.Bool) : Pattern(queries, keys);
        if (IsCausal) seen = seen.logical_and(keys.le(queries));
        seen = seen.unsqueeze(0).unsqueeze(0);
        return Padding is null ? seen : seen.logical_and(Padding.Keys);
    }

    /// <summary>Positions of some queries, [count, 1], and of all keys, [1, L].</summary>
    public (Tensor Queries, Tensor Keys) Positions(long first, long count) =>
        (arange(first, first + count, ScalarType.Int64).unsqueeze(1), arange(Length, ScalarType.Int64).unsqueeze(0));
}

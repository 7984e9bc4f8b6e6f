using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>From a sequence to one vector, from valid positions only.</summary>
internal static class Pooling
{
    /// <summary>
    /// Pools [B, L, D] to [B, D]. A row without any valid position gives zeros (mean, max) or its first position (last); <c>cls</c> takes
    /// the first position of every row, where the model has put its token.
    /// </summary>
    public static Tensor Apply(PoolingKind kind, Tensor x, Padding? padding)
    {
        using var scope = NewDisposeScope();
        Tensor pooled = kind switch
        {
            PoolingKind.Mean => Mean(x, padding),
            PoolingKind.Max => Max(x, padding),
            PoolingKind.Cls => x.select(1, 0).alias(),
            _ => Last(x, padding),
        };
        return pooled.MoveToOuterDisposeScope();
    }

    private static Tensor Mean(Tensor x, Padding? padding)
    {
        if (padding is null) return x.mean([1]);
        Tensor count = padding.Lengths.clamp_min(1).unsqueeze(-1).to_type(x.dtype);
        return (x * padding.ValidAs(x.dtype)).sum(1) / count;
    }

    private static Tensor Max(Tensor x, Padding? padding)
    {
        if (padding is null) return x.amax([1]);
        Tensor largest = x.masked_fill(padding.Valid.unsqueeze(-1).logical_not(), double.NegativeInfinity).amax([1]);
        return largest.masked_fill(padding.Lengths.eq(0).unsqueeze(-1), 0);
    }

    private static Tensor Last(Tensor x, Padding? padding)
    {
        if (padding is null) return x.select(1, x.shape[1] - 1).alias();
        Tensor index = (padding.Lengths - 1).clamp_min(0).view(-1, 1, 1).expand(-1, 1, x.shape[2]);
        return x.gather(1, index).squeeze(1);
    }
}

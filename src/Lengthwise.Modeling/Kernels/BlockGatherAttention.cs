using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>
/// Exact softmax attention of each block of queries to a list of key blocks of its own, which may differ between sequences and heads. Time and
/// memory grow with L times the steps of a list.
/// </summary>
internal static class BlockGatherAttention
{
    /// <summary>In place of a block that a list does not have.</summary>
    public const long NoBlock = -1;

    /// <summary>Attends to the listed blocks.</summary>
    /// <param name="q">Queries, [B, L, D], heads side by side, positions already applied. Not modified.</param>
    /// <param name="k">Keys, [B, L, D].</param>
    /// <param name="v">Values, [B, L, D].</param>
    /// <param name="heads">Number of heads; divides D.</param>
    /// <param name="block">Steps of a block, w; L need not be a multiple.</param>
    /// <param name="lists">
    /// Key blocks of every query block, [B or 1, heads or 1, ceil(L / w), m] int64, each at most once in a list; <see cref="NoBlock"/> fills up.
    /// </param>
    /// <param name="causal">Whether step t only sees steps up to t.</param>
    /// <param name="padding">Valid keys; null when all are.</param>
    /// <returns>[B, L, D]; the caller owns it. Queries without any key in sight give finite values without meaning.</returns>
    public static Tensor Apply(Tensor q, Tensor k, Tensor v, int heads, int block, Tensor lists, bool causal, Padding? padding)
    {
        TensorShape.Require(q, "queries of block attention", "B, L, D", TensorShape.Any, TensorShape.Any, TensorShape.Any);
        (long batch, long length, long width) = (q.shape[0], q.shape[1], q.shape[2]);
        TensorShape.Require(k, "keys of block attention", "B, L, D", batch, length, width);
        TensorShape.Require(v, "values of block attention", "B, L, D", batch, length, width);
        long blocks = (length + block - 1) / block, listed = lists.shape[3], head = width / heads;
        TensorShape.Require(lists, "lists of block attention", "B or 1, heads or 1, blocks, m", TensorShape.Any, TensorShape.Any, blocks, TensorShape.Any);

        using var scope = NewDisposeScope();
        // Padding stands behind the end, so a valid causal query never meets a padded key.
        if (causal) padding = null;
        // Lists and masks that hold for all sequences exist once: sequences then stand side by side where heads usually do.
        long own = padding is null && lists.shape[0] == 1 ? 1 : batch, shared = batch / own;
        Tensor Cut(Tensor x) => nn.functional.pad(x, [0, 0, 0, blocks * block - length])
            .reshape(own, shared, blocks, block, heads, head).permute(0, 4, 2, 1, 3, 5).reshape(own * heads * blocks, shared, block, head);
        Tensor place = arange(own * heads, ScalarType.Int64).reshape(own, heads, 1, 1) * blocks;
        Tensor rows = (lists.clamp_min(0) + place).flatten();
        Tensor Gather(Tensor x) => Cut(x).index_select(0, rows).reshape(-1, listed, shared, block, head)
            .transpose(1, 2).reshape(own * heads * blocks, shared, listed * block, head);

        Tensor mask = Visible(lists, length, block, causal, padding).expand(own, heads, -1, -1, -1);
        mask = mask.reshape(own * heads * blocks, 1, mask.shape[3], listed * block);
        Tensor y = nn.functional.scaled_dot_product_attention(Cut(q), Gather(k), Gather(v), mask, 0, is_casual: false);
        return y.reshape(own, heads, blocks, shared, block, head).permute(0, 3, 2, 4, 1, 5).reshape(batch, blocks * block, width).narrow(1, 0, length)
            .contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Keys that may be seen, [B or 1, heads or 1, blocks, w or 1, m w]; all of them where there would be none, so that no softmax is over nothing.</summary>
    private static Tensor Visible(Tensor lists, long length, long block, bool causal, Padding? padding)
    {
        Tensor key = (lists.unsqueeze(-1) * block + arange(block, ScalarType.Int64)).flatten(3).unsqueeze(3);
        Tensor lengths = padding?.Lengths.reshape(-1, 1, 1, 1, 1) ?? full([1, 1, 1, 1, 1], length, ScalarType.Int64);
        Tensor mask = key.ge(0) & key.lt(lengths);
        if (causal) mask &= key.le(arange(lists.shape[2] * block, ScalarType.Int64).reshape(1, 1, -1, block, 1));
        return mask | mask.any(-1, true).logical_not();
    }
}

using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>
/// Exact softmax attention of each block of queries to its own block and its neighbours: b - 1, b, b + 1, or b - 1, b when causal
/// (Amos et al. 2023, appendix C, for 16,384 steps and more). Time and memory grow with L w, never with L².
/// </summary>
public static class BlockLocalAttention
{
    /// <summary>Attends within neighbouring blocks.</summary>
    /// <param name="q">Queries, [B, L, D], heads side by side, positions already applied. Not modified.</param>
    /// <param name="k">Keys, [B, L, D], or fewer heads of them, as in <see cref="Attention.Apply"/>.</param>
    /// <param name="v">Values, like the keys.</param>
    /// <param name="heads">Number of heads; divides D.</param>
    /// <param name="block">Steps of a block, w; L need not be a multiple: the last block is padded, and its padding masked.</param>
    /// <param name="causal">Whether position t only sees positions up to t.</param>
    /// <param name="padding">Valid keys; null when all are.</param>
    /// <returns>[B, L, D]; the caller owns it. Padded queries give finite values without meaning.</returns>
    /// <exception cref="LengthwiseException">A shape does not fit.</exception>
    public static Tensor Apply(Tensor q, Tensor k, Tensor v, int heads, int block, bool causal, Padding? padding)
    {
        Attention.Require(q, k, v, heads, "block-local attention");
        if (block < 1)
            throw new LengthwiseException(ExitCode.Failed, $"block-local attention: found blocks of {block} steps", "use blocks of at least one step");
        (long batch, long length, long width) = (q.shape[0], q.shape[1], q.shape[2]);
        if (length <= block) return Attention.Apply(q, k, v, heads, causal, padding);
        if (AttentionFunction.TryApply(q, k, v, heads, new BlockPattern(block, 1, causal ? 0 : 1, causal), padding) is { } own) return own;

        using var scope = NewDisposeScope();
        (k, v) = (Attention.PerHead(k, heads, width), Attention.PerHead(v, heads, width));
        long blocks = (length + block - 1) / block, around = causal ? 2 : 3;
        Tensor queries = Blocks(q, blocks, block).reshape(batch * blocks, block, heads, width / heads).transpose(1, 2);
        Tensor keys = Neighbours(k, blocks, block, causal).reshape(batch * blocks, around * block, heads, width / heads).transpose(1, 2);
        Tensor values = Neighbours(v, blocks, block, causal).reshape(batch * blocks, around * block, heads, width / heads).transpose(1, 2);
        Tensor mask = Mask(batch, length, blocks, block, causal, padding);
        Tensor y = nn.functional.scaled_dot_product_attention(queries, keys, values, mask, 0, is_casual: false);
        return y.transpose(1, 2).reshape(batch, blocks * block, width).narrow(1, 0, length).contiguous().MoveToOuterDisposeScope();
    }

    private static Tensor Blocks(Tensor x, long blocks, long block) => nn.functional.pad(x, [0, 0, 0, blocks * block - x.shape[1]]);

    // The blocks before, at and after each block side by side; zeros stand where there is none, and are masked.
    private static Tensor Neighbours(Tensor x, long blocks, long block, bool causal)
    {
        (long batch, long width) = (x.shape[0], x.shape[2]);
        Tensor padded = nn.functional.pad(x, [0, 0, block, (blocks + 1) * block - x.shape[1]]);
        IEnumerable<Tensor> around = Enumerable.Range(0, causal ? 2 : 3)
            .Select(shift => padded.narrow(1, shift * block, blocks * block).reshape(batch, blocks, block, width));
        return cat([.. around], 2);
    }

    /// <summary>Keys that may be seen, [B n or n repeated, 1, 1 or w, 2 w or 3 w]; all of them where there would be none, so that no softmax is over nothing.</summary>
    private static Tensor Mask(long batch, long length, long blocks, long block, bool causal, Padding? padding)
    {
        Tensor first = arange(blocks, ScalarType.Int64).unsqueeze(1) * block;
        Tensor key = first - block + arange((causal ? 2 : 3) * block, ScalarType.Int64).unsqueeze(0);
        Tensor lengths = padding?.Lengths.reshape(batch, 1, 1, 1) ?? full([batch, 1, 1, 1], length, ScalarType.Int64);
        Tensor keys = key.reshape(1, blocks, 1, -1);
        Tensor mask = keys.ge(0) & keys.lt(lengths);
        if (causal)
        {
            Tensor query = first + arange(block, ScalarType.Int64).unsqueeze(0);
            mask &= keys.le(query.reshape(1, blocks, block, 1));
        }
        mask |= mask.any(-1, true).logical_not();
        return mask.reshape(batch * blocks, 1, mask.shape[2], mask.shape[3]);
    }
}

using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>
/// Exact softmax attention of each step to a window around it and to the first steps of the sequence. Time and memory grow with L times the
/// window: on libtorch's route, blocks as long as the window reaches attend to their neighbours, with the band as their mask.
/// </summary>
internal static class SlidingWindowAttention
{
    // Shorter blocks would make many small products.
    private const int ShortestBlock = 32;

    /// <summary>Attends within windows.</summary>
    /// <param name="q">Queries, [B, L, D], heads side by side, positions already applied. Not modified.</param>
    /// <param name="k">Keys, [B, L, D].</param>
    /// <param name="v">Values, [B, L, D].</param>
    /// <param name="heads">Number of heads; divides D.</param>
    /// <param name="before">Steps before its own that a step sees.</param>
    /// <param name="after">Steps behind its own that a step sees; none are seen when causal.</param>
    /// <param name="first">Steps at the beginning that every step sees.</param>
    /// <param name="causal">Whether step t only sees steps up to t.</param>
    /// <param name="padding">Valid keys; null when all are.</param>
    /// <returns>[B, L, D]; the caller owns it. Padded queries give finite values without meaning.</returns>
    public static Tensor Apply(Tensor q, Tensor k, Tensor v, int heads, int before, int after, int first, bool causal, Padding? padding)
    {
        Attention.Require(q, k, v, heads, "sliding-window attention");
        (long batch, long length, long width) = (q.shape[0], q.shape[1], q.shape[2]);
        if (AttentionFunction.TryApply(q, k, v, heads, new WindowPattern(before, after, first, causal), padding) is { } windows) return windows;

        using var scope = NewDisposeScope();
        (k, v) = (Attention.PerHead(k, heads, width), Attention.PerHead(v, heads, width));
        // Padding stands behind the end, so a valid causal query never meets a padded key.
        if (causal) (after, padding) = (0, null);
        var band = Band.Of(length, before, after, (int)Math.Min(first, length));
        // A mask that holds for all sequences exists once: sequences then stand side by side where heads usually do.
        long own = padding is null ? 1 : batch, shared = batch / own, head = width / heads;
        Tensor Split(Tensor x) => x.reshape(own, shared, band.Blocks, -1, heads, head).permute(0, 2, 1, 4, 3, 5).reshape(own * band.Blocks, shared * heads, -1, head);
        Tensor queries = Split(nn.functional.pad(q, [0, 0, 0, band.Blocks * band.Block - length]));
        Tensor mask = band.Visible(causal, padding).reshape(own * band.Blocks, 1, band.Block, -1);
        Tensor y = nn.functional.scaled_dot_product_attention(queries, Split(band.Keys(k)), Split(band.Keys(v)), mask, 0, is_casual: false);
        y = y.reshape(own, band.Blocks, shared, heads, band.Block, head).permute(0, 2, 1, 4, 3, 5).reshape(batch, band.Blocks * band.Block, width);
        return y.narrow(1, 0, length).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>How a window is cut into blocks: of each, the steps from Back blocks before it to Ahead blocks behind it, then the first steps.</summary>
    private sealed record Band(long Length, int Before, int After, int First, long Block, long Blocks, long Back, long Ahead)
    {
        public static Band Of(long length, int before, int after, int first)
        {
            long block = Math.Min(Math.Max(Math.Max(before, after), ShortestBlock), length), blocks = (length + block - 1) / block;
            return new Band(length, before, after, first, block, blocks, before > 0 && blocks > 1 ? 1 : 0, after > 0 && blocks > 1 ? 1 : 0);
        }

        /// <summary>[B, L, D] to [B, blocks, keys of a block, D].</summary>
        public Tensor Keys(Tensor x)
        {
            (long batch, long width) = (x.shape[0], x.shape[2]);
            Tensor padded = nn.functional.pad(x, [0, 0, Back * Block, (Blocks + Ahead) * Block - Length]);
            List<Tensor> parts = [];
            for (long shift = 0; shift <= Back + Ahead; shift++)
                parts.Add(padded.narrow(1, shift * Block, Blocks * Block).reshape(batch, Blocks, Block, width));
            parts.Add(x.narrow(1, 0, First).unsqueeze(1).expand(batch, Blocks, First, width));
            return cat(parts, 2);
        }

        /// <summary>Keys that may be seen, [B or 1, blocks, w, keys of a block]; all of them where there would be none, so that no softmax is over nothing.</summary>
        public Tensor Visible(bool causal, Padding? padding)
        {
            Tensor start = arange(0, Blocks * Block, Block, ScalarType.Int64).reshape(1, Blocks, 1, 1);
            Tensor query = start + arange(Block, ScalarType.Int64).reshape(1, 1, Block, 1);
            Tensor near = start + arange(-Back * Block, (1 + Ahead) * Block, ScalarType.Int64).reshape(1, 1, 1, -1);
            Tensor lengths = padding?.Lengths.reshape(-1, 1, 1, 1) ?? full([1, 1, 1, 1], Length, ScalarType.Int64);
            // The first steps have a place of their own among the keys and count once.
            Tensor inBand = near.ge(query - Before) & near.le(query + After) & near.ge(First) & near.lt(lengths);
            Tensor begin = arange(First, ScalarType.Int64).reshape(1, 1, 1, First);
            Tensor inFront = begin.lt(lengths) & (causal ? begin.le(query) : query.ge(0));
            Tensor mask = cat([inBand, inFront.expand(inBand.shape[0], -1, -1, -1)], -1);
            return mask | mask.any(-1, true).logical_not();
        }
    }
}

using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Exact softmax attention inside blocks that do not overlap; to libtorch's route every block is a sequence of its own.</summary>
internal static class SeparateBlockAttention
{
    /// <summary>Attends within blocks.</summary>
    /// <param name="q">Queries, [B, L, D], heads side by side, positions already applied. Not modified.</param>
    /// <param name="k">Keys, [B, L, D].</param>
    /// <param name="v">Values, [B, L, D].</param>
    /// <param name="heads">Number of heads; divides D.</param>
    /// <param name="block">Steps of a block, w; L need not be a multiple.</param>
    /// <param name="causal">Whether step t only sees steps up to t.</param>
    /// <param name="padding">Valid keys; null when all are.</param>
    /// <returns>[B, L, D]; the caller owns it. Padded queries give finite values without meaning.</returns>
    public static Tensor Apply(Tensor q, Tensor k, Tensor v, int heads, int block, bool causal, Padding? padding)
    {
        Attention.Require(q, k, v, heads, "local attention");
        (long batch, long length, long width) = (q.shape[0], q.shape[1], q.shape[2]);
        if (length <= block) return Attention.Apply(q, k, v, heads, causal, padding);
        if (AttentionFunction.TryApply(q, k, v, heads, new BlockPattern(block, 0, 0, causal), padding) is { } own) return own;

        using var scope = NewDisposeScope();
        long blocks = (length + block - 1) / block, filled = blocks * block;
        Tensor lengths = padding?.Lengths.unsqueeze(1) ?? full([batch, 1], length, ScalarType.Int64);
        using var ends = new Padding((lengths - arange(0, filled, block, ScalarType.Int64)).clamp(0, block).flatten(), block);
        Tensor Cut(Tensor x) => nn.functional.pad(x, [0, 0, 0, filled - length]).reshape(batch * blocks, block, x.shape[2]);
        Tensor y = Attention.Apply(Cut(q), Cut(k), Cut(v), heads, causal, ends);
        return y.reshape(batch, filled, width).narrow(1, 0, length).contiguous().MoveToOuterDisposeScope();
    }
}

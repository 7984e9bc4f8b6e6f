using Lengthwise.Modeling.Kernels.Dispatch;
using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Exact softmax attention, softmax(q k^T / sqrt(d_k)) v per head.</summary>
/// <remarks>
/// No L x L matrix is stored. 32-bit floats on the CPU take the C# kernels unless <see cref="KernelRoute.Current"/> says otherwise;
/// everything else takes libtorch's fused route. Neither has dropout on the weights, which would leave libtorch's fused route
/// (20 times slower); models drop the output instead.
/// </remarks>
public static class Attention
{
    /// <summary>Attends over valid positions.</summary>
    /// <param name="q">Queries, [B, L, D], heads side by side, positions already applied. Not modified.</param>
    /// <param name="k">Keys, [B, L, D], or [B, L, g D / heads] where each of g heads of keys serves heads / g heads of queries, one after the other.</param>
    /// <param name="v">Values, like the keys.</param>
    /// <param name="heads">Number of heads of queries; divides D.</param>
    /// <param name="causal">Whether position t only sees positions up to t.</param>
    /// <param name="padding">Valid keys; null when all are. A row without any valid key attends to its first position.</param>
    /// <returns>[B, L, D]; the caller owns it. Padded queries give finite values without meaning.</returns>
    /// <exception cref="LengthwiseException">A shape does not fit.</exception>
    public static Tensor Apply(Tensor q, Tensor k, Tensor v, int heads, bool causal, Padding? padding)
    {
        Require(q, k, v, heads, "attention");
        if (KernelChoice.RouteOf(KernelOperation.Attention).Lanes == 0) return ApplyLibtorch(q, k, v, heads, causal, padding);
        return AttentionFunction.TryApply(q, k, v, heads, causal ? WholePattern.Causal : WholePattern.Bidirectional, padding)
            ?? ApplyLibtorch(q, k, v, heads, causal, padding);
    }

    /// <summary>The plain route: oracle of the C# kernels, baseline of the benchmarks, and the way of doubles and other devices.</summary>
    /// <inheritdoc cref="Apply"/>
    public static Tensor ApplyLibtorch(Tensor q, Tensor k, Tensor v, int heads, bool causal, Padding? padding)
    {
        (long batch, long length, long width) = (q.shape[0], q.shape[1], q.shape[2]);
        using var scope = NewDisposeScope();
        // Padding stands behind the end, so a valid causal query never meets a padded key.
        Tensor? mask = causal ? null : padding?.Keys;
        (k, v) = (PerHead(k, heads, width), PerHead(v, heads, width));
        Tensor y = nn.functional.scaled_dot_product_attention(Heads(q, heads), Heads(k, heads), Heads(v, heads), mask, 0, causal);
        return y.transpose(1, 2).reshape(batch, length, width).MoveToOuterDisposeScope();
    }

    /// <summary>Checks queries, keys and values of some kind of attention.</summary>
    /// <exception cref="LengthwiseException">A shape does not fit.</exception>
    internal static void Require(Tensor q, Tensor k, Tensor v, int heads, string kind)
    {
        TensorShape.Require(q, $"queries of {kind}", "B, L, D", TensorShape.Any, TensorShape.Any, TensorShape.Any);
        (long batch, long length, long width) = (q.shape[0], q.shape[1], q.shape[2]);
        if (heads < 1 || width % heads != 0)
            throw new LengthwiseException(ExitCode.Failed, $"{kind}: found {heads} heads for a width of {width}", "use a number of heads that divides the width");
        bool isShared = k.ndim == 3 && k.shape[2] > 0 && k.shape[2] % (width / heads) == 0 && width % k.shape[2] == 0;
        TensorShape.Require(k, $"keys of {kind}", "B, L, D", batch, length, isShared ? k.shape[2] : width);
        TensorShape.Require(v, $"values of {kind}", "B, L, D", batch, length, k.shape[2]);
    }

    /// <summary>Keys or values with every shared head standing once for every head of queries that it serves.</summary>
    internal static Tensor PerHead(Tensor x, int heads, long width)
    {
        if (x.shape[2] == width) return x;
        (long batch, long length, long head) = (x.shape[0], x.shape[1], width / heads);
        long groups = x.shape[2] / head;
        return x.reshape(batch, length, groups, 1, head).expand(batch, length, groups, heads / groups, head).reshape(batch, length, width);
    }

    private static Tensor Heads(Tensor x, int heads) => x.reshape(x.shape[0], x.shape[1], heads, x.shape[2] / heads).transpose(1, 2);
}

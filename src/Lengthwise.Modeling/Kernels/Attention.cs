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
    /// <param name="k">Keys, [B, L, D].</param>
    /// <param name="v">Values, [B, L, D].</param>
    /// <param name="heads">Number of heads; divides D.</param>
    /// <param name="causal">Whether position t only sees positions up to t.</param>
    /// <param name="padding">Valid keys; null when all are. A row without any valid key attends to its first position.</param>
    /// <returns>[B, L, D]; the caller owns it. Padded queries give finite values without meaning.</returns>
    /// <exception cref="LengthwiseException">A shape does not fit.</exception>
    public static Tensor Apply(Tensor q, Tensor k, Tensor v, int heads, bool causal, Padding? padding)
    {
        TensorShape.Require(q, "queries of attention", "B, L, D", TensorShape.Any, TensorShape.Any, TensorShape.Any);
        (long batch, long length, long width) = (q.shape[0], q.shape[1], q.shape[2]);
        TensorShape.Require(k, "keys of attention", "B, L, D", batch, length, width);
        TensorShape.Require(v, "values of attention", "B, L, D", batch, length, width);
        if (heads < 1 || width % heads != 0)
            throw new LengthwiseException(ExitCode.Failed, $"attention: found {heads} heads for a width of {width}", "use a number of heads that divides the width");

        KernelRoute route = KernelRoute.Current;
        if (route.Lanes == 0 || !TensorMemory.Suits(q, k, v)) return ApplyLibtorch(q, k, v, heads, causal, padding);
        using var scope = NewDisposeScope();
        (q, k, v) = (q.contiguous(), k.contiguous(), v.contiguous());
        Tensor lengths = padding?.Lengths.contiguous() ?? empty(0, ScalarType.Int64);
        Tensor y = TensorMemory.WantsGradient(q, k, v)
            ? AttentionFunction.apply(q, k, v, lengths, heads, causal, route)
            : AttentionFunction.Compute(q, k, v, lengths, heads, causal, route, null);
        return y.MoveToOuterDisposeScope();
    }

    /// <summary>The plain route: oracle of the C# kernels, baseline of the benchmarks, and the way of doubles and other devices.</summary>
    /// <inheritdoc cref="Apply"/>
    public static Tensor ApplyLibtorch(Tensor q, Tensor k, Tensor v, int heads, bool causal, Padding? padding)
    {
        (long batch, long length, long width) = (q.shape[0], q.shape[1], q.shape[2]);
        using var scope = NewDisposeScope();
        // Padding stands behind the end, so a valid causal query never meets a padded key.
        Tensor? mask = causal ? null : padding?.Keys;
        Tensor y = nn.functional.scaled_dot_product_attention(Heads(q, heads), Heads(k, heads), Heads(v, heads), mask, 0, causal);
        return y.transpose(1, 2).reshape(batch, length, width).MoveToOuterDisposeScope();
    }

    private static Tensor Heads(Tensor x, int heads) => x.reshape(x.shape[0], x.shape[1], heads, x.shape[2] / heads).transpose(1, 2);
}

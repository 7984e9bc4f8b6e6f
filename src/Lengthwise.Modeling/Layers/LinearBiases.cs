using Lengthwise.Modeling.Kernels;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>
/// Attention with linear biases: -m_h |i - j| is added to the scores, m_h = 2^(-8 (h + 1) / H) for head h of H (Press, Smith, Lewis 2022,
/// arXiv:2108.12409, section 3; |i - j| in place of i - j makes it fit both directions).
/// </summary>
/// <remarks>On libtorch's route the bias is an [H, L, L] matrix; the C# kernels form it as they go, and their memory grows with L.</remarks>
internal static class LinearBiases
{
    /// <summary>Softmax attention with the bias; shapes as in <see cref="Attention.Apply"/>.</summary>
    public static Tensor Attend(Tensor q, Tensor k, Tensor v, int heads, bool causal, Padding? padding)
    {
        Attention.Require(q, k, v, heads, "attention with linear biases");
        float[] slopes = [.. Slopes(heads).Select(slope => (float)slope)];
        if (AttentionFunction.TryApply(q, k, v, heads, causal ? WholePattern.Causal : WholePattern.Bidirectional, padding, slopes) is { } own) return own;

        (long batch, long length, long width) = (q.shape[0], q.shape[1], q.shape[2]);
        using var scope = NewDisposeScope();
        (k, v) = (Attention.PerHead(k, heads, width), Attention.PerHead(v, heads, width));
        Tensor bias = Bias(heads, length, q.dtype);
        if (causal) bias = bias.masked_fill(ones([length, length], ScalarType.Bool).triu(1), float.NegativeInfinity);
        else if (padding is not null) bias = bias.masked_fill(padding.Keys.logical_not(), float.NegativeInfinity);
        Tensor y = nn.functional.scaled_dot_product_attention(Heads(q, heads), Heads(k, heads), Heads(v, heads), bias, 0, is_casual: false);
        return y.transpose(1, 2).reshape(batch, length, width).MoveToOuterDisposeScope();
    }

    /// <summary>The slope of each head.</summary>
    public static double[] Slopes(int heads) => [.. Enumerable.Range(1, heads).Select(h => Math.Pow(2, -8.0 * h / heads))];

    /// <summary>The bias of queries for keys, [H, n, L] in double.</summary>
    /// <param name="heads">Heads, H.</param>
    /// <param name="queries">Positions, [n, 1].</param>
    /// <param name="keys">Positions, [1, L].</param>
    public static Tensor Of(int heads, Tensor queries, Tensor keys) => Bias(heads, queries, keys, ScalarType.Float64);

    private static Tensor Bias(int heads, long length, ScalarType type)
    {
        Tensor position = arange(length, type);
        return Bias(heads, position.unsqueeze(1), position.unsqueeze(0), type);
    }

    private static Tensor Bias(int heads, Tensor queries, Tensor keys, ScalarType type) =>
        -(keys - queries).abs().to_type(type).unsqueeze(0) * tensor(Slopes(heads), type).reshape(heads, 1, 1);

    private static Tensor Heads(Tensor x, int heads) => x.reshape(x.shape[0], x.shape[1], heads, x.shape[2] / heads).transpose(1, 2);
}

using Lengthwise.Modeling.Models;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>
/// Attention whose weights are products of features, f(q_t) · g(k_s): the sums over keys are formed once and read by every query, so that no
/// matrix of all pairs of steps exists.
/// </summary>
/// <remarks>m = features, d = values of a head, C = 128 steps. Whole: O(L m d). Causal: chunks of C steps, O(L (m d + C (m + d))), with one sum kept a chunk.</remarks>
internal static class FeatureAttention
{
    private const int Chunk = 128;

    /// <summary>Weighted sums of values, and of ones in one more column, over all keys or over those up to each query.</summary>
    /// <param name="q">Features of queries, [B, h, L, m].</param>
    /// <param name="k">Features of keys, [B, h, L, m]; zero where the key is padded.</param>
    /// <param name="v">Values, [B, h, L, d].</param>
    /// <param name="causal">Whether query t only sees keys up to t.</param>
    /// <returns>[B, h, L, d + 1]; the last column is the sum of weights. Belongs to the caller's dispose scope.</returns>
    public static Tensor Sums(Tensor q, Tensor k, Tensor v, bool causal)
    {
        Tensor values = WithOnes(v);
        return causal ? Running(q, k, values, null) : matmul(q, matmul(k.transpose(-1, -2), values));
    }

    /// <summary>
    /// Floating-point operations of the sums: every key enters them once and every query reads them once. A causal model is counted by its recurrence,
    /// not by the products inside chunks.
    /// </summary>
    /// <param name="steps">Steps of all sequences.</param>
    /// <param name="heads">h.</param>
    /// <param name="features">m.</param>
    /// <param name="values">d.</param>
    public static double Flops(double steps, double heads, double features, double values) => 2 * heads * FlopCount.Linear(steps, features, values + 1);

    /// <summary>
    /// The causal sums with keys' features multiplied by exp(<paramref name="scale"/>), divided at query t by exp(M_t) with M_t the largest
    /// scale up to t: nothing overflows, and no maximum looks ahead.
    /// </summary>
    /// <param name="q">Features of queries, [B, h, L, m].</param>
    /// <param name="k">Features of keys, [B, h, L, m].</param>
    /// <param name="v">Values, [B, h, L, d].</param>
    /// <param name="scale">Logarithms, [B, h, L, 1].</param>
    /// <returns>[B, h, L, d + 1], as above.</returns>
    public static Tensor ScaledSums(Tensor q, Tensor k, Tensor v, Tensor scale) => Running(q, k, WithOnes(v), scale);

    /// <summary>Values with a column of ones behind them, so that sums of weights come with the sums of values.</summary>
    public static Tensor WithOnes(Tensor v) => nn.functional.pad(v, [0, 1], value: 1);

    private static Tensor Running(Tensor q, Tensor k, Tensor values, Tensor? scale)
    {
        Tensor? largest = scale?.cummax(2).values;
        Tensor? sum = null, sumScale = null;
        var parts = new List<Tensor>();
        for (long first = 0; first < q.shape[2]; first += Chunk)
        {
            long steps = Math.Min(Chunk, q.shape[2] - first);
            Tensor Part(Tensor x) => x.narrow(2, first, steps);
            (Tensor qC, Tensor kC, Tensor vC) = (Part(q), Part(k), Part(values));
            Tensor weights = matmul(qC, kC.transpose(-1, -2));
            if (scale is null)
            {
                Tensor part = matmul(weights.tril(), vC);
                parts.Add(sum is null ? part : part + matmul(qC, sum));
                sum = Plus(sum, matmul(kC.transpose(-1, -2), vC));
                continue;
            }

            (Tensor own, Tensor reached) = (Part(scale), Part(largest!));
            Tensor last = reached.narrow(2, steps - 1, 1);
            // Above the diagonal the exponent may be positive; it is masked, and must not become infinite before.
            Tensor scaled = matmul((weights * (own.transpose(-1, -2) - reached).clamp_max(0).exp()).tril(), vC);
            parts.Add(sum is null ? scaled : scaled + matmul(qC, sum) * (sumScale! - reached).exp());
            Tensor earlier = matmul((kC * (own - last).exp()).transpose(-1, -2), vC);
            sum = sum is null ? earlier : sum * (sumScale! - last).exp() + earlier;
            sumScale = last;
        }
        return parts.Count == 1 ? parts[0] : cat(parts, 2);
    }

    private static Tensor Plus(Tensor? sum, Tensor term) => sum is null ? term : sum + term;
}

using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>From scores to attention weights, with q k^T = the product of a query and a key, z = their width, n = keys in sight.</summary>
public enum AttentionActivation
{
    /// <summary>softmax(q k^T / sqrt(z) + bias).</summary>
    Softmax,

    /// <summary>Laplace's distribution function of q k^T / n + bias: 1/2 (1 + erf((s - mu) / (sigma sqrt 2))), mu = sqrt(1/2), sigma = sqrt(1/(4 pi)).</summary>
    Laplace,

    /// <summary>relu(q k^T / n + bias)².</summary>
    Relu2,
}

/// <summary>The single-head attention of MEGA and GAU, over whole sequences or inside chunks; weights exist explicitly.</summary>
/// <remarks>
/// O(L C) time and memory for chunks of C steps, O(L²) without. Keys behind the end have no weight and are not counted in n.
/// </remarks>
internal static class GatedAttention
{
    private static readonly double LaplaceMean = Math.Sqrt(0.5), LaplaceWidth = Math.Sqrt(0.25 / Math.PI) * Math.Sqrt(2);

    /// <summary>Attends.</summary>
    /// <param name="activation">From scores to weights.</param>
    /// <param name="q">Queries, [B, L, Z].</param>
    /// <param name="k">Keys, [B, L, Z].</param>
    /// <param name="v">Values, [B, L, V].</param>
    /// <param name="bias">Relative bias.</param>
    /// <param name="chunk">Steps of a chunk, which attend to each other only; null for one chunk of L.</param>
    /// <param name="causal">Whether steps only see earlier ones and themselves.</param>
    /// <param name="padding">Valid keys; null when all are.</param>
    /// <param name="dropout">Probability that a weight is dropped.</param>
    /// <returns>[B, L, V]; the caller owns it. Padded queries give finite values without meaning.</returns>
    public static Tensor Apply(
        AttentionActivation activation, Tensor q, Tensor k, Tensor v, RelativeBias bias, int? chunk, bool causal, Padding? padding, double dropout)
    {
        using var scope = NewDisposeScope();
        (long batch, long length) = (q.shape[0], q.shape[1]);
        long size = Math.Min(chunk ?? length, length), chunks = (length + size - 1) / size, filled = chunks * size;
        Tensor Cut(Tensor x) => Filled(x, filled - length).view(batch, chunks, size, x.shape[2]);

        Tensor? visible = causal ? null : VisibleKeys(padding, length, filled, chunks, size, q.device);
        Tensor weights = Weights(activation, Cut(q), Cut(k), bias.Matrix(size), visible, causal);
        if (dropout > 0) weights = nn.functional.dropout(weights, dropout);
        return matmul(weights, Cut(v)).view(batch, filled, v.shape[2]).narrow(1, 0, length).MoveToOuterDisposeScope();
    }

    /// <summary>The last query of a causal chunk over its keys so far: [B, 1, Z], [B, t, Z], [B, t, V] to [B, 1, V].</summary>
    public static Tensor Step(AttentionActivation activation, Tensor q, Tensor k, Tensor v, RelativeBias bias)
    {
        using var scope = NewDisposeScope();
        return matmul(Weights(activation, q, k, bias.LastRow(k.shape[1]), null, causal: false), v).MoveToOuterDisposeScope();
    }

    private static Tensor Weights(AttentionActivation activation, Tensor q, Tensor k, Tensor bias, Tensor? visible, bool causal)
    {
        long keys = k.shape[^2];
        Tensor? seen = causal ? ones([keys, keys], ScalarType.Bool, q.device).tril() : visible;
        return Weights(activation, q, k, bias, seen);
    }

    /// <summary>Weights of queries [..., n, Z] for keys [..., L, Z], [..., n, L].</summary>
    /// <param name="activation">From scores to weights.</param>
    /// <param name="q">Queries.</param>
    /// <param name="k">Keys.</param>
    /// <param name="bias">What is added to scores, [n, L].</param>
    /// <param name="seen">Keys in sight, broadcast to the weights; null when all are.</param>
    internal static Tensor Weights(AttentionActivation activation, Tensor q, Tensor k, Tensor bias, Tensor? seen)
    {
        long keys = k.shape[^2];
        Tensor products = matmul(q, k.transpose(-1, -2));
        if (activation == AttentionActivation.Softmax)
        {
            Tensor scores = products / Math.Sqrt(q.shape[^1]) + bias;
            if (seen is not null) scores = scores.masked_fill(seen.logical_not(), double.NegativeInfinity);
            return scores.softmax(-1);
        }
        Tensor mean = seen is null ? products / keys : products / seen.sum(-1, keepdim: true, type: q.dtype);
        Tensor weights = activation == AttentionActivation.Relu2
            ? (mean + bias).relu().square()
            : 0.5 * (1 + ((mean + bias - LaplaceMean) / LaplaceWidth).erf());
        return seen is null ? weights : weights * seen.to_type(q.dtype);
    }

    private static Tensor Filled(Tensor x, long missing) =>
        missing == 0 ? x : cat([x, zeros([x.shape[0], missing, x.shape[2]], x.dtype, x.device)], 1);

    /// <summary>Keys that have weight, [B or 1, chunks, 1, size]; null when all have. In a chunk without a valid key all have, so that no sum is empty.</summary>
    private static Tensor? VisibleKeys(Padding? padding, long length, long filled, long chunks, long size, Device device)
    {
        if (padding is null && filled == length) return null;
        Tensor lengths = padding?.Lengths.unsqueeze(1) ?? tensor(new[] { length }, device: device).unsqueeze(1);
        Tensor valid = arange(filled, ScalarType.Int64, device: device).unsqueeze(0).lt(lengths).view(-1, chunks, 1, size);
        return valid.logical_or(valid.any(-1, keepdim: true).logical_not());
    }
}

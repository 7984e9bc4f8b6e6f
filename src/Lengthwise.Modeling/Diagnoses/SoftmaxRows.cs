using static TorchSharp.torch;

namespace Lengthwise.Modeling.Diagnoses;

/// <summary>softmax(q k^T / sqrt(d) + bias) over the keys in sight.</summary>
/// <param name="q">Queries, [B, h, L, d].</param>
/// <param name="k">Keys, [B, h, L, d].</param>
/// <param name="sight">Which keys a query sees.</param>
/// <param name="bias">From queries [n, 1] and keys [1, L] to what is added to the scores, [h, n, L]; null for nothing.</param>
internal sealed class SoftmaxRows(Tensor q, Tensor k, AttentionSight sight, Func<Tensor, Tensor, Tensor>? bias = null)
    : AttentionRows(q.shape[0], q.shape[1], sight)
{
    public override Tensor Weights(long first, long count)
    {
        Tensor scores = matmul(q.narrow(2, first, count), k.transpose(-1, -2)) / Math.Sqrt(q.shape[3]);
        if (bias is not null)
        {
            (Tensor queries, Tensor keys) = Sight.Positions(first, count);
            scores = scores + bias(queries, keys).to_type(scores.dtype);
        }
        return scores.masked_fill(Sight.Of(first, count).logical_not(), double.NegativeInfinity).softmax(-1);
    }
}

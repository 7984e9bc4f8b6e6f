using static TorchSharp.torch;

namespace Lengthwise.Modeling.Diagnoses;

/// <summary>The weights that linear attention never forms: products of features that are not negative.</summary>
/// <param name="q">Features of queries, [B, h, L, r].</param>
/// <param name="k">Features of keys, [B, h, L, r].</param>
/// <param name="sight">Which keys a query sees.</param>
internal sealed class FeatureRows(Tensor q, Tensor k, AttentionSight sight) : AttentionRows(q.shape[0], q.shape[1], sight)
{
    public override Tensor Weights(long first, long count) =>
        matmul(q.narrow(2, first, count), k.transpose(-1, -2)).masked_fill(Sight.Of(first, count).logical_not(), 0);
}

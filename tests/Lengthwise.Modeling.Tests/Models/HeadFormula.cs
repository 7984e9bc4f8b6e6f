using Lengthwise.Modeling.Models;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Tests.Models;

/// <summary>Multi-head attention with one head's mechanism written as a formula, for <see cref="DenseAttention.AssertEqual"/>.</summary>
internal static class HeadFormula
{
    /// <summary>From queries, keys and values of a head, [L, d] each, to its output, [L, d].</summary>
    public delegate Tensor Mechanism(int head, Tensor q, Tensor k, Tensor v);

    /// <summary>The layer with that mechanism: u [L, D] to [L, D].</summary>
    public static Tensor Layer(SequenceLayer layer, Tensor u, int heads, Mechanism mechanism)
    {
        Tensor q = DenseAttention.Project(layer, "q", u), k = DenseAttention.Project(layer, "k", u), v = DenseAttention.Project(layer, "v", u);
        long width = q.shape[1] / heads;
        IEnumerable<Tensor> mixed = Enumerable.Range(0, heads)
            .Select(h => mechanism(h, q.narrow(1, h * width, width), k.narrow(1, h * width, width), v.narrow(1, h * width, width)));
        return DenseAttention.Project(layer, "o", cat([.. mixed], 1));
    }

    /// <summary>Weights of pairs of steps, or of those that look back.</summary>
    public static Tensor Seen(Tensor weights, bool bidirectional) => bidirectional ? weights : weights.tril();
}

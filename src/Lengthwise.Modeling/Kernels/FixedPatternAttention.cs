using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>
/// Exact softmax attention under a <see cref="FixedPattern"/>. A backward pass forms the weights of each part anew, so that memory grows with L, though
/// time grows with L² times the share of summary steps.
/// </summary>
internal sealed class FixedPatternAttention : autograd.SingleTensorFunction<FixedPatternAttention>
{
    private const string PatternKey = "pattern";

    /// <inheritdoc/>
    public override string Name => nameof(FixedPatternAttention);

    /// <summary>Attends.</summary>
    /// <param name="q">Queries, [B, L, D], heads side by side, positions already applied. Not modified.</param>
    /// <param name="k">Keys, [B, L, D].</param>
    /// <param name="v">Values, [B, L, D].</param>
    /// <param name="heads">Number of heads; divides D.</param>
    /// <param name="pattern">Who sees whom.</param>
    /// <param name="padding">Valid keys; null when all are.</param>
    /// <returns>[B, L, D]; the caller owns it. Padded queries give finite values without meaning.</returns>
    public static Tensor Apply(Tensor q, Tensor k, Tensor v, int heads, FixedPattern pattern, Padding? padding)
    {
        TensorShape.Require(q, "queries of sparse attention", "B, L, D", TensorShape.Any, TensorShape.Any, TensorShape.Any);
        (long batch, long length, long width) = (q.shape[0], q.shape[1], q.shape[2]);
        TensorShape.Require(k, "keys of sparse attention", "B, L, D", batch, length, width);
        TensorShape.Require(v, "values of sparse attention", "B, L, D", batch, length, width);

        using var scope = NewDisposeScope();
        Tensor Split(Tensor x) => x.reshape(batch, length, heads, width / heads).transpose(1, 2).contiguous();
        Tensor lengths = padding?.Lengths ?? full([batch], length, ScalarType.Int64);
        (q, k, v) = (Split(q), Split(k), Split(v));
        Tensor y = TensorMemory.WantsGradient(q, k, v) ? apply(q, k, v, lengths, pattern) : Compute(q, k, v, lengths, pattern);
        return y.transpose(1, 2).reshape(batch, length, width).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (q, k, v, lengths, pattern) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3], (FixedPattern)vars[4]);
        ctx.save_for_backward([q, k, v, lengths]);
        ctx.save_data(PatternKey, pattern);
        return Compute(q, k, v, lengths, pattern);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        var pattern = (FixedPattern)ctx.get_data(PatternKey);
        List<Tensor> gradients = BackwardFault.Guard(saved[..3], () => Gradients(saved[0], saved[1], saved[2], saved[3], grad_output, pattern));
        return BackwardMemory.PassOn([.. gradients, null!, null!], saved, grad_output);
    }

    private static Tensor Compute(Tensor q, Tensor k, Tensor v, Tensor lengths, FixedPattern pattern)
    {
        Tensor y = empty_like(q);
        foreach (FixedPattern.Part part in pattern.Parts(q.shape[0], q.shape[1], q.shape[2]))
        {
            using var scope = NewDisposeScope();
            Tensor keys = tensor(part.Keys);
            Tensor weights = Weights(Queries(q, part), Rows(k, part).index_select(2, keys), pattern.Mask(part, lengths));
            Queries(y, part).copy_(matmul(weights, Rows(v, part).index_select(2, keys)));
        }
        return y;
    }

    // y = A v with A = softmax(S), S = q k^T / sqrt(d): dv = A^T dy, dA = dy v^T, dS = A * (dA - the row sums of A * dA), dq = dS k / sqrt(d), dk = dS^T q / sqrt(d).
    private static List<Tensor> Gradients(Tensor q, Tensor k, Tensor v, Tensor lengths, Tensor dy, FixedPattern pattern)
    {
        (Tensor dq, Tensor dk, Tensor dv) = (empty_like(q), zeros_like(k), zeros_like(v));
        double scale = 1 / Math.Sqrt(q.shape[3]);
        foreach (FixedPattern.Part part in pattern.Parts(q.shape[0], q.shape[1], q.shape[2]))
        {
            using var scope = NewDisposeScope();
            Tensor index = tensor(part.Keys), queries = Queries(q, part), gradient = Queries(dy, part);
            Tensor keys = Rows(k, part).index_select(2, index), values = Rows(v, part).index_select(2, index);
            Tensor weights = Weights(queries, keys, pattern.Mask(part, lengths));
            Rows(dv, part).index_add_(2, index, matmul(weights.transpose(2, 3), gradient), 1);
            Tensor dWeights = matmul(gradient, values.transpose(2, 3));
            Tensor dScores = weights * (dWeights - (weights * dWeights).sum(-1, keepdim: true)) * scale;
            Queries(dq, part).copy_(matmul(dScores, keys));
            Rows(dk, part).index_add_(2, index, matmul(dScores.transpose(2, 3), queries), 1);
        }
        return [dq, dk, dv];
    }

    private static Tensor Weights(Tensor queries, Tensor keys, Tensor mask) =>
        (matmul(queries, keys.transpose(2, 3)) / Math.Sqrt(queries.shape[3])).masked_fill_(mask.logical_not(), double.NegativeInfinity).softmax(-1);

    private static Tensor Rows(Tensor x, FixedPattern.Part part) => x.narrow(0, part.Row, part.Rows);

    private static Tensor Queries(Tensor x, FixedPattern.Part part) => Rows(x, part).narrow(2, part.First, part.Queries);
}

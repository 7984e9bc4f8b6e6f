using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Diagnoses;

/// <summary>Weights of the gated attention of MEGA and GAU, over whole sequences or inside chunks.</summary>
internal sealed class GatedRows : AttentionRows
{
    private readonly AttentionActivation _activation;
    private readonly Tensor _q, _k, _bias;
    private readonly long _chunk;

    /// <summary>Parameters as of <see cref="GatedAttention.Apply"/>.</summary>
    public GatedRows(AttentionActivation activation, Tensor q, Tensor k, RelativeBias bias, int? chunk, bool causal, Padding? padding)
        : base(q.shape[0], 1, new AttentionSight(q.shape[1], causal, padding, chunk is int size ? (t, s) => ChunkOf(t, size).eq(ChunkOf(s, size)) : null))
    {
        _chunk = Math.Min(chunk ?? q.shape[1], q.shape[1]);
        (_activation, _q, _k, _bias) = (activation, q.unsqueeze(1), k.unsqueeze(1), bias.Matrix(_chunk));
    }

    public override Tensor Weights(long first, long count)
    {
        (Tensor queries, Tensor keys) = Sight.Positions(first, count);
        Tensor bias = _bias.index_select(0, queries.flatten().remainder(_chunk)).index_select(1, keys.flatten().remainder(_chunk));
        return GatedAttention.Weights(_activation, _q.narrow(2, first, count), _k, bias, Sight.Of(first, count));
    }

    private static Tensor ChunkOf(Tensor position, int size) => position.div(size, RoundingMode.floor);
}

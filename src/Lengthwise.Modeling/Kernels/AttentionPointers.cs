namespace Lengthwise.Modeling.Kernels;

/// <summary>Tensors of one backward pass of attention.</summary>
internal readonly unsafe struct AttentionPointers(
    float* q, float* k, float* v, float* y, float* statistics, float* dy, float* dq, float* dk, float* dv)
{
    /// <summary>Queries, [B, L, D].</summary>
    public float* Q { get; } = q;

    /// <summary>Keys, [B, L, D of the heads of keys].</summary>
    public float* K { get; } = k;

    /// <summary>Values, like the keys.</summary>
    public float* V { get; } = v;

    /// <summary>Outputs, [B, L, D].</summary>
    public float* Y { get; } = y;

    /// <summary>Largest scores and one over the sums of weights, as the forward pass left them.</summary>
    public float* Statistics { get; } = statistics;

    /// <summary>Gradients of the outputs.</summary>
    public float* DY { get; } = dy;

    /// <summary>Gradients of the queries, to be written.</summary>
    public float* DQ { get; } = dq;

    /// <summary>Gradients of the keys, to be written.</summary>
    public float* DK { get; } = dk;

    /// <summary>Gradients of the values, to be written.</summary>
    public float* DV { get; } = dv;
}

namespace Lengthwise.Modeling.Kernels.Dispatch;

/// <summary>Work for which a C# kernel and libtorch compete: which wins depends on the processor, since libtorch's libraries choose their own paths on it.</summary>
public enum KernelOperation
{
    /// <summary>A linear map with up to 2^15 weights, fused with its activations.</summary>
    Linear,

    /// <summary>A larger one.</summary>
    WideLinear,

    /// <summary>Exact softmax attention.</summary>
    Attention,

    /// <summary>Convolution with kernels as long as the sequence.</summary>
    LongConvolution,

    /// <summary>Complex diagonal recurrence.</summary>
    DiagonalScan,
}

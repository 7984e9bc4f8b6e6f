using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>Dropout of [B, L, D], each value by itself or each channel of a sequence as a whole.</summary>
internal static class SequenceDropout
{
    /// <summary>Zeroes with that probability and scales the rest; the input itself when nothing is to be dropped.</summary>
    public static Tensor Apply(Tensor x, double probability, bool tied)
    {
        if (probability <= 0) return x;
        if (!tied) return nn.functional.dropout(x, probability);
        using Tensor kept = ones([x.shape[0], 1, x.shape[2]], x.dtype, x.device);
        using Tensor mask = nn.functional.dropout(kept, probability);
        return x * mask;
    }
}

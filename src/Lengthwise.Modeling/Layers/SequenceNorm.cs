using Lengthwise.Recipes;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>Normalisation of [B, L, D] with trained scales; padding takes no part in any statistic.</summary>
internal abstract class SequenceNorm(string name) : nn.Module<Tensor, Padding?, Tensor>(name)
{
    /// <summary>Added to variances, as in PyTorch.</summary>
    protected const double Epsilon = 1e-5;

    /// <summary>The norm, and the input again for the residual around it; norms that can add the two gradients while they write override this.</summary>
    /// <returns>The norm and a tensor with the input's values, neither to be modified; the caller owns both.</returns>
    public virtual (Tensor Normalised, Tensor Skip) Split(Tensor input, Padding? padding) => (forward(input, padding), input.alias());

    /// <summary>The norm of that kind; null for none.</summary>
    public static SequenceNorm? Create(NormKind kind, int width) => kind switch
    {
        NormKind.Layer => new LayerNormalization(width),
        NormKind.Batch => new BatchNormalization(width),
        NormKind.Scale => new ScaleNormalization(),
        _ => null,
    };
}

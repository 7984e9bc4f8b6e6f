using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>Everything between the input and the vector that the head reads, in a model that is no stack of residual branches of one length and width.</summary>
/// <remarks>Maps [B, L] int64 or [B, L, C] with its padding to [B, d_model].</remarks>
public abstract class SequenceBody(string name) : nn.Module<Tensor, Padding?, Tensor>(name)
{
    /// <summary>Floating-point operations of a forward pass.</summary>
    /// <inheritdoc cref="SequenceLayer.ForwardFlops"/>
    public abstract double ForwardFlops(long batch, long length);
}

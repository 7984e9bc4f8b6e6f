using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>
/// A layer that hands something on, beside the sequence, to the next such layer of the same pass, such as Luna's packed context. It
/// travels with the call and is kept nowhere, so that passes can run side by side.
/// </summary>
public abstract class CarryingLayer(string name) : SequenceLayer(name)
{
    /// <summary>Maps a sequence to a sequence of the same length.</summary>
    /// <param name="u">Input, [B, L, D]. Not modified.</param>
    /// <param name="carried">What the previous such layer handed on; null for the first one. Not modified.</param>
    /// <param name="padding">Valid positions; null when every position is valid.</param>
    /// <returns>Output, [B, L, D], and what is handed on, null when nothing is; the caller owns both.</returns>
    /// <exception cref="LengthwiseException">A shape does not fit, or there is no <paramref name="carried"/> and the layer is not the first.</exception>
    public abstract (Tensor Output, Tensor? Carried) forward(Tensor u, Tensor? carried, Padding? padding);

    /// <inheritdoc/>
    public sealed override Tensor forward(Tensor u, Padding? padding)
    {
        (Tensor output, Tensor? carried) = forward(u, null, padding);
        carried?.Dispose();
        return output;
    }
}

using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Models;

/// <summary>
/// One residual branch of a model: a sequence to a sequence of the same length and width. Padding neither leaks nor receives:
/// valid outputs do not depend on what stands behind the end of any sequence.
/// </summary>
public abstract class SequenceLayer(string name) : nn.Module<Tensor, Padding?, Tensor>(name)
{
    /// <summary>
    /// Names (relative to this layer) of parameters that take the state-space learning rate and no weight decay; none by default.
    /// </summary>
    public virtual IReadOnlyCollection<string> SsmParameterNames => [];

    /// <summary>Maps a sequence to a sequence of the same length.</summary>
    /// <param name="u">Input, [B, L, D]. Not modified.</param>
    /// <param name="padding">Valid positions; null when every position is valid.</param>
    /// <returns>Output, [B, L, D]; the caller owns it. Values at padded positions are unspecified but finite.</returns>
    public abstract override Tensor forward(Tensor u, Padding? padding);
}

using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Diagnoses;

/// <summary>A layer with attention whose weights between positions can be told, so that their mass by distance can be measured.</summary>
public interface IAttentionReach
{
    /// <summary>The weights on a batch. Called without gradients, in evaluation mode, inside a dispose scope.</summary>
    /// <param name="u">Input of the layer, [B, L, D]. Not modified.</param>
    /// <param name="padding">Valid positions; null when every position is valid.</param>
    AttentionRows AttentionOn(Tensor u, Padding? padding);
}

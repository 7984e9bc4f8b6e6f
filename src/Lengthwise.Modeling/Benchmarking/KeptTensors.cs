using Lengthwise.Modeling.Models;
using Lengthwise.Recipes;

namespace Lengthwise.Modeling.Benchmarking;

/// <summary>One array that a training step cannot do without between its way forth and its way back.</summary>
/// <param name="Name">What it holds.</param>
/// <param name="Bytes">Size over all layers, in 32-bit floats.</param>
public sealed record KeptTensor(string Name, double Bytes);

/// <summary>
/// What must be kept in memory during a step, from shapes: weights with gradients and moments, and per layer the inputs of every operation whose gradient
/// needs them, where they cannot be had back from another one in a pass over the values (GELU from its input). Known for the models whose memory is
/// a target; empty for the others.
/// </summary>
public static class KeptTensors
{
    /// <summary>The list.</summary>
    /// <param name="c">Model and shape.</param>
    /// <param name="parameters">Trained values.</param>
    public static IReadOnlyList<KeptTensor> Of(StepCase c, long parameters)
    {
        ModelSettings settings = c.Settings();
        double layer = (double)c.Layers * sizeof(float), steps = (double)c.Batch * c.Length * c.Width;
        KeptTensor[]? perLayer = settings switch
        {
            KernelConvolutionSettings s =>
            [
                new("input of the norm [B, L, D]", layer * steps), new("input of the convolution [B, L, D]", layer * steps),
                new("convolved, before GELU [B, L, D]", layer * steps), new("map before GLU [B, L, 2 D]", layer * 2 * steps),
                new("kernels [c, D, L]", layer * (s.Bidirectional ? 2 : 1) * c.Width * c.Length),
            ],
            Transformer.Settings s =>
            [
                new("inputs of both norms 2 x [B, L, D]", layer * 2 * steps), new("inputs of both branches 2 x [B, L, D]", layer * 2 * steps),
                new("q, k, v 3 x [B, L, D]", layer * 3 * steps), new("attended [B, L, D]", layer * steps),
                new("inner layer before GELU [B, L, F]", layer * steps * s.DFfMultiplier),
            ],
            _ => null,
        };
        return perLayer is null ? [] : [new("weights, gradients and two moments", 4.0 * sizeof(float) * parameters), .. perLayer];
    }
}

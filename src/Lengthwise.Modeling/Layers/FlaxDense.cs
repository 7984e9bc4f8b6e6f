using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>Initial values of the JAX implementations: normal with variance 1 / fan-in, cut at two standard deviations.</summary>
internal static class FlaxDense
{
    // Standard deviation of a normal variable cut at ±2.
    private const double CutDeviation = 0.87962566103423978;

    /// <summary>"LeCun normal" values of that shape; the caller owns them.</summary>
    /// <param name="fanIn">What the variance is the inverse of.</param>
    /// <param name="shape">Shape.</param>
    public static Tensor LecunNormal(double fanIn, params ReadOnlySpan<long> shape)
    {
        double deviation = Math.Sqrt(1 / fanIn) / CutDeviation;
        return nn.init.trunc_normal_(empty(shape), 0, deviation, -2 * deviation, 2 * deviation);
    }

    /// <summary>A linear map with bias that begins as flax's Dense does: LeCun normal weights, no bias.</summary>
    public static Linear Create(int inputs, int outputs)
    {
        Linear linear = nn.Linear(inputs, outputs);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        linear.weight.copy_(LecunNormal(inputs, outputs, inputs));
        linear.bias!.zero_();
        return linear;
    }
}

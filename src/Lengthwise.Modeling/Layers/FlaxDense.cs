using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>Initial values of the JAX implementations: normal with variance 1 / fan-in, cut at two standard deviations.</summary>
internal static class FlaxDense
{
    // Of a normal variable: its standard deviation when cut at ±2, and the share of it within ±2.
    private const double CutDeviation = 0.87962566103423978, Within = 0.95449973610364158;

    /// <summary>"LeCun normal" values of that shape; the caller owns them.</summary>
    /// <param name="fanIn">What the variance is the inverse of.</param>
    /// <param name="shape">Shape.</param>
    public static Tensor LecunNormal(double fanIn, params ReadOnlySpan<long> shape)
    {
        using var scope = NewDisposeScope();
        // libtorch's trunc_normal_ gives values near zero through TorchSharp 0.107: the inverse of the distribution is taken here.
        Tensor share = (rand(shape, ScalarType.Float64) * 2 - 1) * Within;
        Tensor normal = share.erfinv() * Math.Sqrt(2);
        return (normal * (Math.Sqrt(1 / fanIn) / CutDeviation)).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
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

using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>What MEGA makes of one linear map of the average (Ma et al. 2023, arXiv:2209.10655, equations 9 to 13), in one pass each way.</summary>
/// <remarks>
/// The map holds, side by side, a [D], b [Z], c [V] and d [D]: update gate phi = sigmoid(a), reset gate r = silu(c), candidate's part hx = d, and with
/// s = silu(b) the query s gamma_0 + beta_0 and the key s gamma_1 + beta_1.
/// </remarks>
internal static class MegaGates
{
    /// <summary>Update gate [..., D], reset gate [..., V], candidate's part [..., D], query and key [..., Z]; the caller owns them.</summary>
    public readonly record struct Parts(Tensor Phi, Tensor R, Tensor Hx, Tensor Q, Tensor K);

    /// <summary>The parts of a map.</summary>
    /// <param name="mapped">[..., 2 D + Z + V]. Not modified.</param>
    /// <param name="gamma">[2, Z].</param>
    /// <param name="beta">[2, Z].</param>
    /// <param name="width">D.</param>
    /// <exception cref="LengthwiseException">A shape does not fit.</exception>
    public static Parts Apply(Tensor mapped, Tensor gamma, Tensor beta, int width)
    {
        TensorShape.Require(gamma, "gamma of MEGA's gates", "2, Z", 2, TensorShape.Any);
        TensorShape.Require(beta, "beta of MEGA's gates", "2, Z", 2, gamma.shape[1]);
        int z = (int)gamma.shape[1], v = (int)mapped.shape[^1] - 2 * width - z;
        if (v < 1) throw new LengthwiseException(ExitCode.Failed, $"map of MEGA's gates: found a width of {mapped.shape[^1]}, expected more than {2 * width + z}");
        KernelRoute route = KernelRoute.Current;
        if (route.Lanes == 0 || !TensorMemory.Suits(mapped, gamma, beta)) return ApplyLibtorch(mapped, gamma, beta, width);

        using var scope = NewDisposeScope();
        var (map, g, b) = (mapped.contiguous(), gamma.contiguous(), beta.contiguous());
        List<Tensor> parts = TensorMemory.WantsGradient(map, g, b) ? MegaGatesFunction.apply(map, g, b, width, route) : MegaGatesFunction.Compute(map, g, b, width, route);
        Tensor[] kept = [.. parts.Select(part => part.MoveToOuterDisposeScope())];
        return new(kept[0], kept[1], kept[2], kept[3], kept[4]);
    }

    /// <summary>The plain route: oracle of the C# kernels, and the way of doubles and other devices.</summary>
    public static Parts ApplyLibtorch(Tensor mapped, Tensor gamma, Tensor beta, int width)
    {
        using var scope = NewDisposeScope();
        long z = gamma.shape[1], v = mapped.shape[^1] - 2 * width - z;
        // One split, whose way back is one array; that of every single part would be as large as the whole.
        Tensor[] parts = mapped.split([width, z + v, width], -1), zr = nn.functional.silu(parts[1]).split([z, v], -1);
        return new(
            parts[0].sigmoid().MoveToOuterDisposeScope(), zr[1].MoveToOuterDisposeScope(), parts[2].MoveToOuterDisposeScope(),
            (zr[0] * gamma[0] + beta[0]).MoveToOuterDisposeScope(), (zr[0] * gamma[1] + beta[1]).MoveToOuterDisposeScope());
    }
}

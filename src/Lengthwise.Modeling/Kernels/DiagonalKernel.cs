using System.Numerics;
using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Convolution kernels of diagonal state space models.</summary>
/// <remarks>
/// K_l = 2 Re sum_n C_n B_n (exp(dt A_n) - 1) / A_n exp(l dt A_n), the zero-order hold (models.md section 3).
///
/// The powers are not formed one by one. With l = a T + b and T near sqrt(L), exp(l z) = exp(a T z) exp(b z), so the sum over n
/// becomes one matrix product of [L / T, 2N] by [2N, T] per channel: O(H N L) multiplications, O(H N sqrt(L)) exponentials and
/// memory. The two small tables are computed in double whatever the parameters' type: l dt Im A reaches 6e5 radians at
/// L = 65,536, where single precision would be wrong in the second digit, double is good to 1e-10. Only the product runs in the
/// parameters' type. 32-bit floats on the CPU take the C# kernels, which compute the same product, unless
/// <see cref="KernelRoute.Current"/> says otherwise.
/// </remarks>
public static class DiagonalKernel
{
    /// <summary>Kernels of every channel under the zero-order hold.</summary>
    /// <param name="dt">Step per channel, [H], positive.</param>
    /// <param name="aReal">[S, N]; Re A = -exp(aReal). Channel h uses copy h mod S.</param>
    /// <param name="aImag">[S, N]; Im A = -aImag.</param>
    /// <param name="B">[1 or channels, S, N, 2], real and imaginary part.</param>
    /// <param name="C">[channels, H, N, 2], real and imaginary part.</param>
    /// <param name="length">L, at least 1.</param>
    /// <returns>[channels, H, L] of the type of <paramref name="C"/>; the caller owns it.</returns>
    /// <exception cref="LengthwiseException">A shape does not fit.</exception>
    public static Tensor Zoh(Tensor dt, Tensor aReal, Tensor aImag, Tensor B, Tensor C, long length)
    {
        Validate(dt, aReal, aImag, B, C, length);

        KernelRoute route = KernelRoute.Current;
        if (route.Lanes == 0 || !TensorMemory.Suits(dt, aReal, aImag, B, C)) return ZohLibtorch(dt, aReal, aImag, B, C, length);
        using var scope = NewDisposeScope();
        (dt, aReal, aImag, B, C) = (dt.contiguous(), aReal.contiguous(), aImag.contiguous(), B.contiguous(), C.contiguous());
        int steps = checked((int)length);
        Tensor kernel = TensorMemory.WantsGradient(dt, aReal, aImag, B, C)
            ? DiagonalKernelFunction.apply(dt, aReal, aImag, B, C, steps, route)
            : DiagonalKernelFunction.Compute(dt, aReal, aImag, B, C, steps, route);
        return kernel.MoveToOuterDisposeScope();
    }

    /// <summary>The plain route: oracle of the C# kernels, baseline of the benchmarks, and the way of doubles and other devices.</summary>
    /// <inheritdoc cref="Zoh"/>
    public static Tensor ZohLibtorch(Tensor dt, Tensor aReal, Tensor aImag, Tensor B, Tensor C, long length)
    {
        using var scope = NewDisposeScope();
        return SumLibtorch(DiagonalModes.Zoh(dt, aReal, aImag, B, C), length, C.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Kernels of every channel under the bilinear rule.</summary>
    /// <inheritdoc cref="Zoh"/>
    public static Tensor Bilinear(Tensor dt, Tensor aReal, Tensor aImag, Tensor B, Tensor C, long length)
    {
        Validate(dt, aReal, aImag, B, C, length);

        using var scope = NewDisposeScope();
        return Sum(DiagonalModes.Bilinear(dt, aReal, aImag, B, C), length, C.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Re sum_n W_n exp(l z_n) for l = 0 … length - 1, [channels, H, L] of that type. No Re z may be positive.</summary>
    internal static Tensor Sum(DiagonalModes modes, long length, ScalarType type)
    {
        KernelRoute route = KernelRoute.Current;
        bool suits = route.Lanes > 0 && type == ScalarType.Float32 && modes.X.device_type == TorchSharp.DeviceType.CPU && modes.Re.numel() > 0;
        return suits ? ExponentialSumFunction.Taps(modes, checked((int)length), route) : SumLibtorch(modes, length, type);
    }

    /// <summary>The plain route of <see cref="Sum"/>.</summary>
    private static Tensor SumLibtorch(DiagonalModes modes, long length, ScalarType type)
    {
        (Tensor x, Tensor y, Tensor real, Tensor imaginary) = modes;
        long channels = real.shape[0], width = real.shape[1], states = real.shape[2];
        long inner = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Ceiling(Math.Sqrt(length)));
        long outer = (length + inner - 1) / inner;

        (Tensor fineRe, Tensor fineIm) = Powers(x.unsqueeze(-1), y.unsqueeze(-1), arange(inner, ScalarType.Float64, x.device));
        Tensor fine = cat([fineRe, fineIm.neg()], 1).to_type(type);

        Tensor multiples = arange(outer, ScalarType.Float64, x.device).mul_(inner).unsqueeze(-1);
        (Tensor coarseRe, Tensor coarseIm) = Powers(x.unsqueeze(1), y.unsqueeze(1), multiples);
        (Tensor wRe, Tensor wIm) = (real.unsqueeze(2), imaginary.unsqueeze(2));
        Tensor coarse = cat([wRe * coarseRe - wIm * coarseIm, wRe * coarseIm + wIm * coarseRe], -1).to_type(type);
        Tensor rows = coarse.transpose(0, 1).reshape(width, channels * outer, 2 * states);

        Tensor kernel = matmul(rows, fine).view(width, channels, outer * inner);
        return kernel.transpose(0, 1).narrow(-1, 0, length).contiguous();
    }

    /// <summary>Real and imaginary part of exp(l (x + i y)).</summary>
    private static (Tensor Real, Tensor Imaginary) Powers(Tensor x, Tensor y, Tensor l)
    {
        Tensor size = (x * l).exp();
        Tensor angle = y * l;
        return (size * angle.cos(), size * angle.sin());
    }

    private static void Validate(Tensor dt, Tensor aReal, Tensor aImag, Tensor B, Tensor C, long length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        TensorShape.Require(dt, "step of the diagonal kernel", "H", TensorShape.Any);
        TensorShape.Require(aReal, "A_real of the diagonal kernel", "S, N", TensorShape.Any, TensorShape.Any);
        (long width, long copies, long states) = (dt.shape[0], aReal.shape[0], aReal.shape[1]);
        if (copies == 0 || width % copies != 0)
            throw new LengthwiseException(
                ExitCode.Failed, $"diagonal kernel: found {copies} copies of A for {width} channels", "use a number of copies that divides the width");
        TensorShape.Require(C, "C of the diagonal kernel", "channels, H, N, 2", TensorShape.Any, width, states, 2);
        long channels = B.dim() == 4 && B.shape[0] == 1 ? 1 : C.shape[0];
        TensorShape.Require(aImag, "A_imag of the diagonal kernel", "S, N", copies, states);
        TensorShape.Require(B, "B of the diagonal kernel", "1 or channels, S, N, 2", channels, copies, states, 2);
    }
}

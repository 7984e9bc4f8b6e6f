using Lengthwise.Modeling.Kernels.Dispatch;
using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>The linear recurrence x_t = lambda x_{t-1} + b_t of every state by itself, in complex numbers.</summary>
/// <remarks>
/// Real and imaginary parts stand side by side in the last dimension, [re_0 … re_{N-1}, im_0 … im_{N-1}], so that the maps into and
/// out of the states are one real matrix product each.
///
/// lambda is taken in double: after l steps an error of one part in 10^7 would have grown l-fold, and memories here last 10^5 steps.
/// 32-bit states on the CPU take the C# kernels, which run step by step, O(B L N) time, unless <see cref="KernelRoute.Current"/>
/// says otherwise; everything else takes libtorch in log2(L) passes over the sequence. The shortcut of dividing by powers of
/// lambda is not used: at |lambda| = 0.9 it overflows after 842 steps.
/// </remarks>
public static class DiagonalScan
{
    /// <summary>All states of all steps, beginning from zero.</summary>
    /// <param name="b">Input to the states, [B, L, 2N], float or double. Not modified.</param>
    /// <param name="lambda">Real and imaginary parts, [2, N], float or double; the same at every step.</param>
    /// <param name="reverse">Whether to run from the last step to the first: x_t = lambda x_{t+1} + b_t.</param>
    /// <returns>States, [B, L, 2N] of the type of <paramref name="b"/>; the caller owns them.</returns>
    /// <exception cref="LengthwiseException">A shape does not fit.</exception>
    public static Tensor Apply(Tensor b, Tensor lambda, bool reverse) => Scan(b, lambda, reverse ? ScanDirection.Reverse : ScanDirection.Forward)[0];

    /// <summary>The scans of the same input from both ends.</summary>
    /// <param name="b">Input to the states, [B, L, 2N], float or double. Not modified.</param>
    /// <param name="lambda">Real and imaginary parts, [2, N], float or double; the same at every step.</param>
    /// <returns>States of the scan from the first step and of that from the last, as of <see cref="Apply"/>.</returns>
    /// <exception cref="LengthwiseException">A shape does not fit.</exception>
    public static (Tensor Ahead, Tensor Back) ApplyBoth(Tensor b, Tensor lambda)
    {
        Tensor[] states = Scan(b, lambda, ScanDirection.Both);
        return (states[0], states[1]);
    }

    /// <summary>
    /// The plain route: oracle of the C# kernels, baseline of the benchmarks, and the way of doubles and other devices. Pass k adds
    /// lambda^(2^k) times the sums of 2^k steps that ended 2^k steps ago.
    /// </summary>
    /// <inheritdoc cref="Apply"/>
    public static Tensor ApplyLibtorch(Tensor b, Tensor lambda, bool reverse)
    {
        using var scope = NewDisposeScope();
        (long length, long states) = (b.shape[1], lambda.shape[1]);
        Tensor x = complex(b.narrow(-1, 0, states), b.narrow(-1, states, states));
        Tensor power = complex(lambda[0], lambda[1]);
        // A single step still depends on lambda as far as autograd is concerned: with a gradient of zero.
        if (length == 1) x = x + 0 * power.to_type(x.dtype);
        for (long shift = 1; shift < length; shift *= 2)
        {
            long rest = length - shift;
            Tensor carried = power.to_type(x.dtype) * x.narrow(1, reverse ? shift : 0, rest);
            Tensor complete = x.narrow(1, reverse ? rest : 0, shift), partial = x.narrow(1, reverse ? 0 : shift, rest) + carried;
            x = reverse ? cat([partial, complete], 1) : cat([complete, partial], 1);
            power = power.square();
        }
        return cat([x.real, x.imag], -1).MoveToOuterDisposeScope();
    }

    /// <summary>States of each pass.</summary>
    private static Tensor[] Scan(Tensor b, Tensor lambda, ScanDirection direction)
    {
        TensorShape.Require(lambda, "lambda of the diagonal scan", "2, N", 2, TensorShape.Any);
        TensorShape.Require(b, "input of the diagonal scan", "B, L, 2N", TensorShape.Any, TensorShape.Any, 2 * lambda.shape[1]);

        using var scope = NewDisposeScope();
        lambda = lambda.to_type(ScalarType.Float64);
        KernelRoute route = KernelChoice.RouteOf(KernelOperation.DiagonalScan);
        IEnumerable<Tensor> states;
        if (route.Lanes == 0 || !TensorMemory.Suits(b))
        {
            bool[] reverse = direction == ScanDirection.Both ? [false, true] : [direction == ScanDirection.Reverse];
            states = FourierScan.IsForced ? FourierScan.Apply(b, lambda, reverse) : reverse.Select(pass => ApplyLibtorch(b, lambda, pass));
        }
        else
        {
            (b, lambda) = (b.contiguous(), lambda.contiguous());
            states = TensorMemory.WantsGradient(b, lambda)
                ? DiagonalScanFunction.apply(b, lambda, direction, route)
                : DiagonalScanFunction.Compute(b, lambda, direction, route);
        }
        return [.. states.Select(x => x.MoveToOuterDisposeScope())];
    }
}

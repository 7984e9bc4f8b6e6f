using Lengthwise.Modeling.Kernels;
using Lengthwise.Modeling.Kernels.Gemm;
using Lengthwise.Modeling.Models;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>
/// h_t = lambda h_{t-1} + B u_t, y_t = Re(C h_t) + D u_t over whole sequences or step by step, with complex states between two
/// real maps: states are stored as N real parts, then N imaginary parts.
/// </summary>
/// <param name="Lambda">Real and imaginary parts, [2, N] in double.</param>
/// <param name="Input">B as a real map, [2N, H].</param>
/// <param name="Output">Re(C h) as a real map, [H, 2N].</param>
/// <param name="Skip">D, [H].</param>
internal sealed record ComplexRecurrence(Tensor Lambda, Tensor Input, Tensor Output, Tensor Skip)
{
    /// <summary>[re; im] as a real map into states.</summary>
    public static Tensor InputMap(Tensor re, Tensor im) => cat([re, im]);

    /// <summary>h -> Re(C h) as a real map, [H, 2N].</summary>
    public static Tensor OutputMap(Tensor re, Tensor im) => cat([re, -im], 1);

    /// <summary>Zeros, [B, 2N] in double: after many steps the roundings of single precision would show.</summary>
    public static Tensor InitialState(long batch, long states, Device device) => zeros(batch, 2 * states, ScalarType.Float64, device);

    /// <summary>Floating-point operations of <see cref="Run"/>: the map in, and for each direction the scan and the map out.</summary>
    public static double Flops(double steps, long width, long states, bool bidirectional)
    {
        double map = FlopCount.Linear(steps, width, 2.0 * states);
        return map + (bidirectional ? 2 : 1) * (FlopCount.Scan(steps, states) + map);
    }

    /// <summary>All steps of [B, L, H].</summary>
    /// <param name="u">Input, [B, L, H], zero behind the end of every sequence if there is a way back.</param>
    /// <param name="back">Map that reads the states of the same recurrence run from the end, [H, 2N]; null for a causal model.</param>
    /// <returns>[B, L, H]; the caller owns it.</returns>
    public Tensor Run(Tensor u, Tensor? back)
    {
        using var scope = NewDisposeScope();
        Tensor driven = FusedLinear.Apply(u, Input, null), skipped = u * Skip;
        if (back is null) return FusedLinear.Apply(DiagonalScan.Apply(driven, Lambda, reverse: false), Output, null, residual: skipped).MoveToOuterDisposeScope();

        (Tensor ahead, Tensor behind) = DiagonalScan.ApplyBoth(driven, Lambda);
        Tensor y = FusedLinear.Apply(ahead, Output, null, residual: skipped);
        return FusedLinear.Apply(behind, back, null, residual: y).MoveToOuterDisposeScope();
    }

    /// <summary>One step of [B, H] from a state [B, 2N].</summary>
    public (Tensor Output, Tensor State) Step(Tensor u, Tensor state)
    {
        long states = Lambda.shape[1];
        TensorShape.Require(state, "state of a step", "B, 2N", u.shape[0], 2 * states);

        using var scope = NewDisposeScope();
        (Tensor re, Tensor im) = (state.narrow(-1, 0, states), state.narrow(-1, states, states));
        Tensor next = cat([Lambda[0] * re - Lambda[1] * im, Lambda[0] * im + Lambda[1] * re], -1) + nn.functional.linear(u, Input);
        Tensor y = nn.functional.linear(next.to_type(u.dtype), Output) + Skip * u;
        return (y.MoveToOuterDisposeScope(), next.MoveToOuterDisposeScope());
    }
}

using Lengthwise.Modeling.Layers;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Kernels;

/// <summary>The selective scan of Mamba: a diagonal recurrence whose step, input map and output map differ from step to step.</summary>
/// <remarks>
///   h_t = exp(dt_t A) h_{t-1} + dt_t x_t B_t   y_t = C_t · h_t   for every channel by itself, h [N]
/// 32-bit floats on the CPU take the C# kernels unless <see cref="KernelRoute.Current"/> says otherwise: O(B L E N) time, states kept once in
/// <see cref="SelectiveShape.Chunk"/> steps and recomputed on the way back. Everything else takes libtorch, chunk by chunk, in log2(chunk) passes,
/// each of which autograd keeps: some fourteen [B, L, E, N].
/// </remarks>
public static class SelectiveScan
{
    private const int Chunk = 64;

    /// <summary>All outputs, beginning from a state of zeros.</summary>
    /// <param name="x">Input, [B, L, E]. Not modified.</param>
    /// <param name="dt">Steps, [B, L, E], positive.</param>
    /// <param name="a">Rates, [E, N], negative.</param>
    /// <param name="b">Input maps, [B, L, N].</param>
    /// <param name="c">Output maps, [B, L, N].</param>
    /// <returns>[B, L, E]; the caller owns it.</returns>
    /// <exception cref="LengthwiseException">A shape does not fit.</exception>
    public static Tensor Apply(Tensor x, Tensor dt, Tensor a, Tensor b, Tensor c)
    {
        TensorShape.Require(x, "input of the selective scan", "B, L, E", TensorShape.Any, TensorShape.Any, TensorShape.Any);
        (long batch, long length, long width) = (x.shape[0], x.shape[1], x.shape[2]);
        TensorShape.Require(dt, "steps of the selective scan", "B, L, E", batch, length, width);
        TensorShape.Require(a, "rates of the selective scan", "E, N", width, TensorShape.Any);
        TensorShape.Require(b, "input maps of the selective scan", "B, L, N", batch, length, a.shape[1]);
        TensorShape.Require(c, "output maps of the selective scan", "B, L, N", batch, length, a.shape[1]);

        KernelRoute route = KernelRoute.Current;
        if (route.Lanes == 0 || !TensorMemory.Suits(x, dt, a, b, c)) return ApplyLibtorch(x, dt, a, b, c);
        using var scope = NewDisposeScope();
        Tensor[] inputs = [x.contiguous(), dt.contiguous(), a.t().contiguous(), b.contiguous(), c.contiguous()];
        Tensor y = TensorMemory.WantsGradient(inputs)
            ? SelectiveScanFunction.apply(inputs[0], inputs[1], inputs[2], inputs[3], inputs[4], route)
            : SelectiveScanFunction.Compute(inputs, route, null);
        return y.MoveToOuterDisposeScope();
    }

    /// <summary>The plain route: oracle of the C# kernels, baseline of the benchmarks, and the way of doubles and other devices.</summary>
    /// <inheritdoc cref="Apply"/>
    public static Tensor ApplyLibtorch(Tensor x, Tensor dt, Tensor a, Tensor b, Tensor c)
    {
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        Tensor state = zeros([x.shape[0], 1, x.shape[2], a.shape[1]], x.dtype, x.device);
        for (long first = 0; first < x.shape[1]; first += Chunk)
        {
            long steps = Math.Min(Chunk, x.shape[1] - first);
            Tensor Part(Tensor all) => all.narrow(1, first, steps);
            Tensor decay = (Part(dt).unsqueeze(-1) * a).exp(), states = (Part(dt) * Part(x)).unsqueeze(-1) * Part(b).unsqueeze(2);
            for (long shift = 1; shift < steps; shift *= 2)
            {
                (Tensor later, Tensor earlier) = (decay.narrow(1, shift, steps - shift), states.narrow(1, 0, steps - shift));
                states = cat([states.narrow(1, 0, shift), states.narrow(1, shift, steps - shift) + later * earlier], 1);
                decay = cat([decay.narrow(1, 0, shift), later * decay.narrow(1, 0, steps - shift)], 1);
            }
            states = states + decay * state;
            state = states.narrow(1, steps - 1, 1);
            parts.Add((states * Part(c).unsqueeze(2)).sum(-1));
        }
        return cat(parts, 1).MoveToOuterDisposeScope();
    }
}

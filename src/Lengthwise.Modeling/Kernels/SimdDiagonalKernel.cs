using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Kernels that are sums of exponentials.</summary>
/// <remarks>
/// K_l = Re sum_n W_n w_n^l. With l = p Fine + q this is, for each channel h, the product of rows (Re W w^(Fine p), -Im W w^(Fine p)) by
/// the table (Re w^q, Im w^q). Powers advance in double, so their phase is right to 1e-11 at L = 65,536; products run in single precision.
/// </remarks>
internal static unsafe class SimdDiagonalKernel<T> where T : unmanaged, ILanes<T>
{
    /// <summary>K [channels, H, L].</summary>
    public static void Forward<TModes>(TModes modes, float* kernel) where TModes : struct, IModeSource
    {
        ModeShape shape = modes.Shape;
        DiagonalTiling tiling = DiagonalTiling.For<T>(shape);
        int depth = 2 * tiling.Depth;
        long table = NativeBuffer.Aligned((long)depth * tiling.Fine), rows = NativeBuffer.Aligned((long)tiling.Rows * depth);
        long perSlot = table + rows + NativeBuffer.Aligned((long)tiling.Rows * tiling.Fine) + 8L * tiling.Depth * (1 + shape.Channels);
        int slots = KernelThreads.SlotsFor(shape.Width, shape.Work);
        using var scratch = new NativeBuffer(slots * NativeBuffer.Aligned(perSlot));

        KernelThreads.For(shape.Width, slots, (from, to, slot) =>
        {
            float* powers = scratch.Floats + slot * NativeBuffer.Aligned(perSlot);
            float* coarse = powers + table;
            float* product = coarse + rows;
            double* states = (double*)(product + NativeBuffer.Aligned((long)tiling.Rows * tiling.Fine));
            NativeMemory.Clear(powers, (nuint)(table + rows) * sizeof(float));
            for (int h = from; h < to; h++)
            {
                FillStates(modes, shape, tiling, h, powers, states);
                FillRows(shape, tiling, states, coarse);
                ThinProduct<T>.Multiply(coarse, tiling.Rows, depth, powers, tiling.Fine, product);
                for (int channel = 0; channel < shape.Channels; channel++)
                {
                    float* line = product + (long)channel * tiling.Coarse * tiling.Fine;
                    new ReadOnlySpan<float>(line, shape.Length)
                        .CopyTo(new Span<float>(kernel + ((long)channel * shape.Width + h) * shape.Length, shape.Length));
                }
            }
        });
    }

    /// <summary>Table of fine powers, and as states [1 + channels, 2, Depth]: w^Fine, then the weights of each kernel channel.</summary>
    private static void FillStates<TModes>(TModes modes, ModeShape shape, DiagonalTiling tiling, int h, float* powers, double* states)
        where TModes : struct, IModeSource
    {
        int depth = tiling.Depth;
        ComplexPair* weights = stackalloc ComplexPair[shape.Channels];
        new Span<double>(states, 2 * depth * (1 + shape.Channels)).Clear();
        for (int n = 0; n < shape.Modes; n++)
        {
            ComplexPair w = modes.Mode(h, n, weights);
            PowerTables.AlongPowers<T>(w, tiling.Fine, powers, 2 * depth, n);
            ComplexPair advance = ComplexPair.Power(w, tiling.Fine);
            (states[n], states[depth + n]) = (advance.Re, advance.Im);
            for (int channel = 0; channel < shape.Channels; channel++)
            {
                double* state = states + 2 * depth * (1 + channel);
                (state[n], state[depth + n]) = (weights[channel].Re, weights[channel].Im);
            }
        }
    }

    /// <summary>Rows [channels · Coarse, 2 Depth]: real parts, then negated imaginary parts, of W w^(Fine p).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillRows(ModeShape shape, DiagonalTiling tiling, double* states, float* rows)
    {
        int depth = tiling.Depth;
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            double* state = states + 2 * depth * (1 + channel);
            for (int n = 0; n < depth; n += PowerTables.Step)
            {
                var (r, i) = (Vector256.Load(state + n), Vector256.Load(state + depth + n));
                var (stepR, stepI) = (Vector256.Load(states + n), Vector256.Load(states + depth + n));
                float* row = rows + (long)channel * tiling.Coarse * 2 * depth + n;
                for (int p = 0; p < tiling.Coarse; p++, row += 2 * depth)
                {
                    PowerTables.Narrow(r).Store(row);
                    PowerTables.Narrow(-i).Store(row + depth);
                    PowerTables.Advance(ref r, ref i, stepR, stepI);
                }
            }
        }
    }
}

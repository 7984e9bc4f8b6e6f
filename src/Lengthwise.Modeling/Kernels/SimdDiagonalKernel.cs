using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Kernels of diagonal state space models under the zero-order hold.</summary>
/// <remarks>
/// K_l = 2 Re sum_n E_n w_n^l with w = exp(dt A), E = C B dt psi(dt A). With l = p Fine + q this is, for each channel h, the product of
/// rows (2 Re E w^(Fine p), -2 Im E w^(Fine p)) by the table (Re w^q, Im w^q). Powers advance in double, so their phase is right to
/// 1e-11 at L = 65,536; products run in single precision.
/// </remarks>
internal static unsafe class SimdDiagonalKernel<T> where T : unmanaged, ILanes<T>
{
    /// <summary>K [channels, H, L].</summary>
    public static void Forward(DiagonalParameters parameters, float* kernel)
    {
        DiagonalTiling tiling = DiagonalTiling.For<T>(parameters);
        int depth = 2 * tiling.Depth;
        long table = NativeBuffer.Aligned((long)depth * tiling.Fine), rows = NativeBuffer.Aligned((long)tiling.Rows * depth);
        long perSlot = table + rows + NativeBuffer.Aligned((long)tiling.Rows * tiling.Fine) + 8L * tiling.Depth * (1 + parameters.Channels);
        int slots = KernelThreads.SlotsFor(parameters.Width, parameters.Work);
        using var scratch = new NativeBuffer(slots * NativeBuffer.Aligned(perSlot));

        KernelThreads.For(parameters.Width, slots, (from, to, slot) =>
        {
            float* powers = scratch.Floats + slot * NativeBuffer.Aligned(perSlot);
            float* coarse = powers + table;
            float* product = coarse + rows;
            double* states = (double*)(product + NativeBuffer.Aligned((long)tiling.Rows * tiling.Fine));
            NativeMemory.Clear(powers, (nuint)(table + rows) * sizeof(float));
            for (int h = from; h < to; h++)
            {
                FillStates(parameters, tiling, h, powers, states);
                FillRows(parameters, tiling, states, coarse);
                ThinProduct<T>.Multiply(coarse, tiling.Rows, depth, powers, tiling.Fine, product);
                for (int channel = 0; channel < parameters.Channels; channel++)
                {
                    float* line = product + (long)channel * tiling.Coarse * tiling.Fine;
                    new ReadOnlySpan<float>(line, parameters.Length)
                        .CopyTo(new Span<float>(kernel + ((long)channel * parameters.Width + h) * parameters.Length, parameters.Length));
                }
            }
        });
    }

    /// <summary>Table of fine powers, and as states [1 + channels, 2, Depth]: w^Fine, then 2 conj(E) of each kernel channel.</summary>
    private static void FillStates(DiagonalParameters parameters, DiagonalTiling tiling, int h, float* powers, double* states)
    {
        int depth = tiling.Depth;
        new Span<double>(states, 2 * depth * (1 + parameters.Channels)).Clear();
        double dt = parameters.StepOf(h);
        for (int n = 0; n < parameters.Modes; n++)
        {
            var mode = new HeldMode(dt, parameters.PoleOf(h, n));
            PowerTables.AlongPowers<T>(mode.Power, tiling.Fine, powers, 2 * depth, n);
            ComplexPair advance = ComplexPair.Power(mode.Power, tiling.Fine);
            (states[n], states[depth + n]) = (advance.Re, advance.Im);
            for (int channel = 0; channel < parameters.Channels; channel++)
            {
                ComplexPair weight = parameters.COf(channel, h, n) * parameters.BOf(channel, h, n) * (2 * dt * mode.Psi);
                double* state = states + 2 * depth * (1 + channel);
                (state[n], state[depth + n]) = (weight.Re, weight.Im);
            }
        }
    }

    /// <summary>Rows [channels · Coarse, 2 Depth]: real parts, then negated imaginary parts, of 2 E w^(Fine p).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillRows(DiagonalParameters parameters, DiagonalTiling tiling, double* states, float* rows)
    {
        int depth = tiling.Depth;
        for (int channel = 0; channel < parameters.Channels; channel++)
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

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Gradients of the kernels of <see cref="SimdDiagonalKernel{T}"/>.</summary>
/// <remarks>
/// With g the gradient of K, everything follows from G0 = sum_l g_l w^l and G1 = sum_l l g_l w^l of each mode and kernel channel:
/// dW = conj(G0) and, with w = exp z, dz = conj(W G1). With l = p Fine + q the inner sums over q are one matrix product of the
/// rows g and q g by the table of fine powers; the outer sums over p run in double. A complex gradient here is
/// d/dRe + i d/dIm, as libtorch has it.
/// </remarks>
internal static unsafe class SimdDiagonalGradient<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Hands G0 and G1 of every channel on, from the gradient of the kernel, <paramref name="dKernel"/> [channels, H, L].</summary>
    public static void Backward<TModes>(TModes source, float* dKernel, IModeGradients gradients) where TModes : struct, IModeSource
    {
        ModeShape shape = source.Shape;
        DiagonalTiling tiling = DiagonalTiling.For<T>(shape);
        int modes = tiling.ModeColumns, rows = 2 * tiling.Rows;
        long table = NativeBuffer.Aligned(2L * modes * tiling.Fine), lines = NativeBuffer.Aligned((long)rows * tiling.Fine);
        long products = NativeBuffer.Aligned(2L * rows * modes);
        long perSlot = NativeBuffer.Aligned(table + lines + products + 2 * (4L + 4 * shape.Channels) * modes);
        int slots = KernelThreads.SlotsFor(shape.Width, 3 * shape.Work);
        using var scratch = new NativeBuffer(slots * perSlot);

        KernelThreads.For(shape.Width, slots, (from, to, slot) =>
        {
            float* powers = scratch.Floats + slot * perSlot;
            float* weighted = powers + table;
            float* product = weighted + lines;
            double* states = (double*)(product + products);
            double* sums = states + 4L * modes;
            NativeMemory.Clear(weighted, (nuint)lines * sizeof(float));
            new Span<double>(states, 4 * modes).Clear();
            for (int h = from; h < to; h++)
            {
                FillTable(source, shape, tiling, h, powers, states);
                FillLines(shape, tiling, h, dKernel, weighted);
                ThinProduct<T>.Multiply(weighted, rows, tiling.Fine, powers, 2 * modes, product);
                for (int channel = 0; channel < shape.Channels; channel++)
                    SumOverRows(tiling, channel, product, states, sums + 4L * modes * channel);
                gradients.Finish(h, modes, sums);
            }
        });
    }

    /// <summary>Fine powers in panels with modes as columns, and as states [4, modes] the bases w and w^Fine.</summary>
    private static void FillTable<TModes>(TModes source, ModeShape shape, DiagonalTiling tiling, int h, float* powers, double* states)
        where TModes : struct, IModeSource
    {
        int modes = tiling.ModeColumns;
        for (int n = 0; n < shape.Modes; n++)
        {
            ComplexPair w = source.PowerOf(h, n);
            ComplexPair advance = ComplexPair.Power(w, tiling.Fine);
            (states[n], states[modes + n]) = (w.Re, w.Im);
            (states[2 * modes + n], states[3 * modes + n]) = (advance.Re, advance.Im);
        }
        for (int n = 0; n < modes; n += PowerTables.Step)
            PowerTables.AlongModes<T>(states, states + modes, tiling.Fine, powers, n, modes);
    }

    /// <summary>Rows g of every kernel channel, then rows q g, each [channels · Coarse, Fine]; past L they stay zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillLines(ModeShape shape, DiagonalTiling tiling, int h, float* dKernel, float* lines)
    {
        long half = (long)tiling.Rows * tiling.Fine;
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            float* g = dKernel + ((long)channel * shape.Width + h) * shape.Length;
            float* line = lines + (long)channel * tiling.Coarse * tiling.Fine;
            for (int start = 0; start < shape.Length; start += tiling.Fine)
            {
                int end = Math.Min(tiling.Fine, shape.Length - start);
                for (int q = 0; q < end; q++)
                {
                    line[start + q] = g[start + q];
                    line[half + start + q] = q * g[start + q];
                }
            }
        }
    }

    /// <summary>sums [4, modes]: G0 and G1, real and imaginary parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumOverRows(DiagonalTiling tiling, int channel, float* product, double* states, double* sums)
    {
        int modes = tiling.ModeColumns;
        for (int n = 0; n < modes; n += PowerTables.Step)
        {
            var (r, i) = (Vector256.Create(1.0), Vector256<double>.Zero);
            var (stepR, stepI) = (Vector256.Load(states + 2 * modes + n), Vector256.Load(states + 3 * modes + n));
            Vector256<double> g0R = i, g0I = i, g1R = i, g1I = i;
            float* plain = product + (long)channel * tiling.Coarse * 2 * modes + n;
            float* weighted = plain + (long)tiling.Rows * 2 * modes;
            for (int p = 0; p < tiling.Coarse; p++, plain += 2 * modes, weighted += 2 * modes)
            {
                var (mR, mI) = (PowerTables.Widen(plain), PowerTables.Widen(plain + modes));
                Vector256<double> start = Vector256.Create((double)p * tiling.Fine);
                Vector256<double> lR = start * mR + PowerTables.Widen(weighted), lI = start * mI + PowerTables.Widen(weighted + modes);
                g0R += r * mR - i * mI;
                g0I += r * mI + i * mR;
                g1R += r * lR - i * lI;
                g1I += r * lI + i * lR;
                PowerTables.Advance(ref r, ref i, stepR, stepI);
            }
            g0R.Store(sums + n);
            g0I.Store(sums + modes + n);
            g1R.Store(sums + 2 * modes + n);
            g1I.Store(sums + 3 * modes + n);
        }
    }
}

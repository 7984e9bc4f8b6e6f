using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Gradients of a diagonal kernel with respect to dt, A, B and C.</summary>
/// <remarks>
/// With g the gradient of K, everything follows from G0 = sum_l g_l w^l and G1 = sum_l l g_l w^l of each mode and kernel channel:
/// dE = 2 conj(G0) and, through z = dt A, dz = 2 conj(E G1). With l = p Fine + q the inner sums over q are one matrix product of the
/// rows g and q g by the table of fine powers; the outer sums over p run in double. A complex gradient here is
/// d/dRe + i d/dIm, as libtorch has it.
/// </remarks>
internal static unsafe class SimdDiagonalGradient<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Gradients from that of the kernel, <paramref name="dKernel"/> [channels, H, L]; each has the shape of its parameter.</summary>
    public static void Backward(
        DiagonalParameters parameters, float* dKernel, float* dDt, float* dAReal, float* dAImag, float* dB, float* dC)
    {
        DiagonalTiling tiling = DiagonalTiling.For<T>(parameters);
        int modes = tiling.ModeColumns, rows = 2 * tiling.Rows;
        long table = NativeBuffer.Aligned(2L * modes * tiling.Fine), lines = NativeBuffer.Aligned((long)rows * tiling.Fine);
        long products = NativeBuffer.Aligned(2L * rows * modes);
        long perSlot = NativeBuffer.Aligned(table + lines + products + 2 * (4L + 4 * parameters.Channels) * modes);
        int slots = KernelThreads.SlotsFor(parameters.Width, 3 * parameters.Work);
        using var scratch = new NativeBuffer(slots * perSlot);
        using var shares = new SharedGradients(parameters);

        KernelThreads.For(parameters.Width, slots, (from, to, slot) =>
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
                FillTable(parameters, tiling, h, powers, states);
                FillLines(parameters, tiling, h, dKernel, weighted);
                ThinProduct<T>.Multiply(weighted, rows, tiling.Fine, powers, 2 * modes, product);
                for (int channel = 0; channel < parameters.Channels; channel++)
                    SumOverRows(tiling, channel, product, states, sums + 4L * modes * channel);
                dDt[h] = (float)shares.Finish(h, modes, sums, dC);
            }
        });
        shares.Reduce(dAReal, dAImag, dB);
    }

    /// <summary>Fine powers in panels with modes as columns, and as states [4, modes] the bases w and w^Fine.</summary>
    private static void FillTable(DiagonalParameters parameters, DiagonalTiling tiling, int h, float* powers, double* states)
    {
        int modes = tiling.ModeColumns;
        double dt = parameters.StepOf(h);
        for (int n = 0; n < parameters.Modes; n++)
        {
            ComplexPair w = ComplexPair.Exp(dt * parameters.PoleOf(h, n));
            ComplexPair advance = ComplexPair.Power(w, tiling.Fine);
            (states[n], states[modes + n]) = (w.Re, w.Im);
            (states[2 * modes + n], states[3 * modes + n]) = (advance.Re, advance.Im);
        }
        for (int n = 0; n < modes; n += PowerTables.Step)
            PowerTables.AlongModes<T>(states, states + modes, tiling.Fine, powers, n, modes);
    }

    /// <summary>Rows g of every kernel channel, then rows q g, each [channels · Coarse, Fine]; past L they stay zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillLines(DiagonalParameters parameters, DiagonalTiling tiling, int h, float* dKernel, float* lines)
    {
        long half = (long)tiling.Rows * tiling.Fine;
        for (int channel = 0; channel < parameters.Channels; channel++)
        {
            float* g = dKernel + ((long)channel * parameters.Width + h) * parameters.Length;
            float* line = lines + (long)channel * tiling.Coarse * tiling.Fine;
            for (int start = 0; start < parameters.Length; start += tiling.Fine)
            {
                int end = Math.Min(tiling.Fine, parameters.Length - start);
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

    /// <summary>What each channel owes to the gradients of A and B, which copies share; added in the order of the channels at the end.</summary>
    private sealed class SharedGradients(DiagonalParameters parameters) : IDisposable
    {
        private readonly int _fields = 1 + parameters.BChannels;
        private readonly NativeBuffer _buffer = new(4L * parameters.Width * parameters.Modes * (1 + parameters.BChannels));

        public void Dispose() => _buffer.Dispose();

        /// <summary>Stores the gradient of C and the shares of channel h; returns the gradient of its step.</summary>
        public double Finish(int h, int modes, double* sums, float* dC)
        {
            double dt = parameters.StepOf(h), dStep = 0;
            for (int n = 0; n < parameters.Modes; n++)
            {
                ComplexPair pole = parameters.PoleOf(h, n);
                var mode = new HeldMode(dt, pole);
                ComplexPair held = dt * mode.Psi, dHeld = default, dZ = default;
                for (int field = 1; field < _fields; field++) Share(h, n, field) = default;
                for (int channel = 0; channel < parameters.Channels; channel++)
                {
                    double* sum = sums + 4L * modes * channel + n;
                    ComplexPair c = parameters.COf(channel, h, n), b = parameters.BOf(channel, h, n);
                    ComplexPair dE = new(2 * sum[0], -2 * sum[modes]), g1 = new(sum[2 * modes], sum[3 * modes]);
                    ComplexPair dCn = dE * (b * held).Conjugate;
                    long at = 2 * (parameters.OffsetC(channel, h) + n);
                    (dC[at], dC[at + 1]) = ((float)dCn.Re, (float)dCn.Im);
                    Share(h, n, parameters.BChannels == 1 ? 1 : 1 + channel) += dE * (c * held).Conjugate;
                    dHeld += dE * (c * b).Conjugate;
                    dZ += 2 * (c * b * held * g1).Conjugate;
                }
                // The held input (w - 1) / A has slope w in dt and dt^2 psi' in A; both are free of cancellation.
                dStep += (dHeld * mode.Power.Conjugate).Re + (dZ * pole.Conjugate).Re;
                ComplexPair dPole = dt * (dZ + dHeld * (dt * mode.Slope).Conjugate);

                // A = -exp(aReal) - i aImag, and Re A is its own derivative with respect to aReal.
                Share(h, n, 0) = new(dPole.Re * pole.Re, -dPole.Im);
            }
            return dStep;
        }

        public void Reduce(float* dAReal, float* dAImag, float* dB)
        {
            for (int s = 0; s < parameters.Copies; s++)
            {
                for (int n = 0; n < parameters.Modes; n++)
                {
                    long at = (long)s * parameters.Modes + n;
                    ComplexPair dA = Sum(s, n, 0);
                    (dAReal[at], dAImag[at]) = ((float)dA.Re, (float)dA.Im);
                    for (int channel = 0; channel < parameters.BChannels; channel++)
                    {
                        ComplexPair d = Sum(s, n, 1 + channel);
                        long pair = 2 * (parameters.OffsetB(channel, s) + n);
                        (dB[pair], dB[pair + 1]) = ((float)d.Re, (float)d.Im);
                    }
                }
            }
        }

        private ComplexPair Sum(int s, int n, int field)
        {
            ComplexPair sum = default;
            for (int h = s; h < parameters.Width; h += parameters.Copies) sum += Share(h, n, field);
            return sum;
        }

        private ref ComplexPair Share(int h, int n, int field) =>
            ref ((ComplexPair*)_buffer.Floats)[((long)h * parameters.Modes + n) * _fields + field];
    }
}

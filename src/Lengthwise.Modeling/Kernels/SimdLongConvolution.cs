using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Long convolution straight on [B, L, H]: a vector holds neighbouring channels, so nothing is transposed but the kernels.</summary>
/// <remarks>
/// Two rows of the batch form one complex signal z = a + i b; its convolution with a real kernel has theirs as its parts. D is
/// added to lag 0. In the backward pass, with Z and W the spectra of two input rows and of their two output gradients,
/// Re inverse(sum over pairs conj(Z) W) holds the kernels' gradients, and inverse(conj(K) W) the inputs'.
/// The gradient of D is that of lag 0.
/// </remarks>
internal static unsafe class SimdLongConvolution<T> where T : unmanaged, ILanes<T>
{
    /// <summary>y = u convolved with the kernels, plus D u.</summary>
    public static void Forward(ConvolutionShape shape, float* u, float* kernel, float* D, float* y)
    {
        long signal = shape.Plan.Points * 2L * T.Count;
        int slots = KernelThreads.SlotsFor(shape.Items, shape.Work);
        long perSlot = (shape.Together + 1) * signal + PairStaging<T>.Floats(shape);
        using var scratch = new NativeBuffer(slots * perSlot);

        KernelThreads.For(shape.Items, slots, (from, to, slot) =>
        {
            float* spectra = scratch.Floats + slot * perSlot;
            float* x = spectra + shape.Together * signal;
            var staging = new PairStaging<T>(shape, x + signal);
            for (int item = from, count; item < to; item += count)
            {
                (int block, int chunk, count) = shape.GroupAt(item, to);
                for (int i = 0; i < count; i++) KernelSpectrum(shape, kernel, D, block + i, spectra + i * signal);
                (int first, int end) = shape.PairsOf(chunk);
                for (int pair = first; pair < end; pair++)
                {
                    for (int i = 0; i < count; i++)
                    {
                        FourierEdges<T>.Read(staging.Input(u, pair, block + i), shape.Length, x, shape.Plan);
                        ConvolveBlocks(shape, x, spectra + i * signal);
                        RowPair output = staging.Output(y, pair, block + i);
                        FourierEdges<T>.Write(x, output, shape.Length, shape.Plan);
                        staging.Finish(output, y, pair, block + i);
                    }
                }
            }
        });
    }

    /// <summary>Gradients of the input, the kernels and the skip from that of the output, <paramref name="dy"/>.</summary>
    public static void Backward(
        ConvolutionShape shape, float* u, float* kernel, float* D, float* dy, float* du, float* dKernel, float* dD)
    {
        long signal = shape.Plan.Points * 2L * T.Count;
        int slots = KernelThreads.SlotsFor(shape.Items, 3 * shape.Work);
        long perSlot = 2 * (shape.Together + 1) * signal + 2 * PairStaging<T>.Floats(shape);
        long kernels = (long)shape.Channels * shape.Width * shape.Length;
        using var scratch = new NativeBuffer(slots * perSlot);
        using var parts = new NativeBuffer(shape.Chunks > 1 ? shape.Chunks * kernels : 0);
        float* partial = shape.Chunks > 1 ? parts.Floats : dKernel;

        KernelThreads.For(shape.Items, slots, (from, to, slot) =>
        {
            float* spectra = scratch.Floats + slot * perSlot;
            float* gradients = spectra + shape.Together * signal;
            float* x = gradients + shape.Together * signal;
            float* w = x + signal;
            var staging = new PairStaging<T>(shape, w + signal);
            var stagingW = new PairStaging<T>(shape, w + signal + PairStaging<T>.Floats(shape));
            for (int item = from, count; item < to; item += count)
            {
                (int block, int chunk, count) = shape.GroupAt(item, to);
                for (int i = 0; i < count; i++) KernelSpectrum(shape, kernel, D, block + i, spectra + i * signal);
                NativeMemory.Clear(gradients, (nuint)(count * signal) * sizeof(float));
                (int first, int end) = shape.PairsOf(chunk);
                for (int pair = first; pair < end; pair++)
                {
                    for (int i = 0; i < count; i++)
                    {
                        FourierEdges<T>.Read(staging.Input(u, pair, block + i), shape.Length, x, shape.Plan);
                        FourierEdges<T>.Read(stagingW.Input(dy, pair, block + i), shape.Length, w, shape.Plan);
                        CorrelateBlocks(shape, x, w, spectra + i * signal, gradients + i * signal);
                        RowPair output = staging.Output(du, pair, block + i);
                        FourierEdges<T>.Write(w, output, shape.Length, shape.Plan);
                        staging.Finish(output, du, pair, block + i);
                    }
                }
                for (int i = 0; i < count; i++)
                {
                    FourierEdges<T>.InverseWhole(gradients + i * signal, shape.Plan);
                    ScatterKernels(shape, gradients + i * signal, block + i, partial + chunk * kernels);
                }
            }
        });

        if (shape.Chunks > 1) SumInOrder(partial, shape.Chunks, kernels, dKernel);
        for (int h = 0; h < shape.Width; h++) dD[h] = dKernel[(long)h * shape.Length];
    }

    private static void ConvolveBlocks(ConvolutionShape shape, float* x, float* spectrum)
    {
        int size = FourierEdges<T>.BlockSize(shape.Plan);
        for (int start = 0; start < shape.Plan.Points; start += size)
            FourierBlocks<T>.Convolve(x + start * 2L * T.Count, spectrum + start * 2L * T.Count, size, shape.Plan);
    }

    private static void CorrelateBlocks(ConvolutionShape shape, float* x, float* w, float* spectrum, float* gradient)
    {
        int size = FourierEdges<T>.BlockSize(shape.Plan);
        for (int start = 0; start < shape.Plan.Points; start += size)
        {
            long at = start * 2L * T.Count;
            FourierBlocks<T>.Correlate(x + at, w + at, spectrum + at, gradient + at, size, shape.Plan);
        }
    }

    /// <summary>Spectrum of a block's kernels over N: K0 and D at lags 0 … L-1, K1 at lags -1 … -(L-1), which wrap around.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void KernelSpectrum(ConvolutionShape shape, float* kernel, float* D, int block, float* spectrum)
    {
        int points = shape.Plan.Points, length = shape.Length;
        float scale = 1f / points;
        NativeMemory.Clear(spectrum, (nuint)points * 2 * (nuint)T.Count * sizeof(float));
        int first = block * T.Count, lanes = Math.Min(T.Count, shape.Width - first);
        for (int lane = 0; lane < lanes; lane++)
        {
            float* k0 = kernel + (long)(first + lane) * length;
            for (int l = 0; l < length; l++) spectrum[l * 2L * T.Count + lane] = k0[l] * scale;
            spectrum[lane] = (k0[0] + D[first + lane]) * scale;
            if (shape.Channels == 1) continue;
            float* k1 = k0 + (long)shape.Width * length;
            for (int l = 0; l < length - 1; l++) spectrum[(points - 1 - l) * 2L * T.Count + lane] = k1[l] * scale;
        }
        FourierEdges<T>.ForwardWhole(spectrum, shape.Plan);
    }

    /// <summary>Stores the lags of a correlation where their kernels' gradients belong; the last lag of K1 reaches nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScatterKernels(ConvolutionShape shape, float* correlation, int block, float* dKernel)
    {
        int points = shape.Plan.Points, length = shape.Length;
        float scale = 1f / points;
        int first = block * T.Count, lanes = Math.Min(T.Count, shape.Width - first);
        for (int lane = 0; lane < lanes; lane++)
        {
            float* k0 = dKernel + (long)(first + lane) * length;
            for (int l = 0; l < length; l++) k0[l] = correlation[l * 2L * T.Count + lane] * scale;
            if (shape.Channels == 1) continue;
            float* k1 = k0 + (long)shape.Width * length;
            for (int l = 0; l < length - 1; l++) k1[l] = correlation[(points - 1 - l) * 2L * T.Count + lane] * scale;
            k1[length - 1] = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumInOrder(float* parts, int count, long size, float* sum)
    {
        for (long i = 0; i < size; i++)
        {
            float total = parts[i];
            for (int part = 1; part < count; part++) total += parts[part * size + i];
            sum[i] = total;
        }
    }
}

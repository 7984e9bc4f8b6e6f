using System.Runtime.CompilerServices;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Rows and width of a layer norm, and what is added to variances.</summary>
internal readonly record struct LayerNormShape(int Rows, int Width, float Epsilon)
{
    /// <summary>Blocks of rows.</summary>
    public int Blocks => BlockSums.BlocksOf(Rows);

    /// <summary>How many ranges the blocks are split into.</summary>
    public int Slots => KernelThreads.SlotsFor(Blocks, 8L * Rows * Width);
}

/// <summary>y = (x - mean) / sqrt(variance + epsilon) weight + bias over each row, and the way back in one pass over x and dy.</summary>
/// <remarks>
/// Mean and variance are taken around a first mean, so that large means cost no digits. The way back adds what a residual carries to dx in the same
/// pass. Gradients of weight and bias are <see cref="BlockSums"/>.
/// </remarks>
internal static unsafe class SimdLayerNorm<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Fills y and, if it is not null, statistics [rows, 2]: mean and 1 / deviation.</summary>
    public static void Forward(LayerNormShape shape, float* x, float* weight, float* bias, float* y, float* statistics)
    {
        KernelThreads.For(shape.Rows, shape.Slots, (from, to, _) =>
        {
            for (int row = from; row < to; row++)
            {
                long begin = (long)row * shape.Width;
                (float mean, float scale) = Moments(x + begin, shape.Width, shape.Epsilon);
                Normalise(x + begin, shape.Width, mean, scale, weight, bias, y + begin);
                if (statistics != null) (statistics[2L * row], statistics[2L * row + 1]) = (mean, scale);
            }
        });
    }

    /// <summary>Fills dx, dWeight and dBias; adds <paramref name="skip"/> to dx if it is not null.</summary>
    public static void Backward(
        LayerNormShape shape, float* x, float* weight, float* statistics, float* dy, float* skip, float* dx, float* dWeight, float* dBias)
    {
        int width = shape.Width;
        using var sums = new BlockSums(2 * width, shape.Slots);
        BlockSums all = sums;
        KernelThreads.For(shape.Blocks, shape.Slots, (from, to, slot) =>
        {
            for (int block = from; block < to; block++)
            {
                float* both = all.Begin(slot);
                int end = Math.Min(shape.Rows, (block + 1) * BlockSums.Rows);
                for (int row = block * BlockSums.Rows; row < end; row++)
                {
                    long begin = (long)row * width;
                    Gradient(
                        x + begin, dy + begin, skip == null ? null : skip + begin, weight, width, statistics[2L * row], statistics[2L * row + 1], both, both + width, dx + begin);
                }
                all.End(slot);
            }
        });
        sums.Put(0, width, dWeight);
        sums.Put(width, width, dBias);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (float Mean, float Scale) Moments(float* x, int width, float epsilon)
    {
        T sum = T.Broadcast(0);
        float rest = 0;
        int i = 0;
        for (; i <= width - T.Count; i += T.Count) sum += T.Load(x + i);
        for (; i < width; i++) rest += x[i];
        float first = (T.Sum(sum) + rest) / width;

        T firsts = T.Broadcast(first), shifts = T.Broadcast(0), squares = shifts;
        float shift = 0, square = 0;
        for (i = 0; i <= width - T.Count; i += T.Count)
        {
            T distance = T.Load(x + i) - firsts;
            shifts += distance;
            squares = T.MultiplyAdd(distance, distance, squares);
        }
        for (; i < width; i++)
        {
            float distance = x[i] - first;
            shift += distance;
            square += distance * distance;
        }
        float off = (T.Sum(shifts) + shift) / width;
        float variance = (T.Sum(squares) + square) / width - off * off;
        return (first + off, 1 / MathF.Sqrt(MathF.Max(variance, 0) + epsilon));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Normalise(float* x, int width, float mean, float scale, float* weight, float* bias, float* y)
    {
        T means = T.Broadcast(mean), scales = T.Broadcast(scale);
        int i = 0;
        for (; i <= width - T.Count; i += T.Count) T.Store(y + i, T.MultiplyAdd((T.Load(x + i) - means) * scales, T.Load(weight + i), T.Load(bias + i)));
        for (; i < width; i++) y[i] = (x[i] - mean) * scale * weight[i] + bias[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gradient(
        float* x, float* dy, float* skip, float* weight, int width, float mean, float scale, float* dWeight, float* dBias, float* dx)
    {
        T means = T.Broadcast(mean), scales = T.Broadcast(scale), sums = T.Broadcast(0), products = sums;
        float sum = 0, product = 0;
        int i = 0;
        for (; i <= width - T.Count; i += T.Count)
        {
            T received = T.Load(dy + i), standard = (T.Load(x + i) - means) * scales, weighted = received * T.Load(weight + i);
            sums += weighted;
            products = T.MultiplyAdd(weighted, standard, products);
            T.Store(dWeight + i, T.MultiplyAdd(received, standard, T.Load(dWeight + i)));
            T.Store(dBias + i, T.Load(dBias + i) + received);
        }
        for (; i < width; i++)
        {
            float standard = (x[i] - mean) * scale, weighted = dy[i] * weight[i];
            sum += weighted;
            product += weighted * standard;
            dWeight[i] += dy[i] * standard;
            dBias[i] += dy[i];
        }
        float level = (T.Sum(sums) + sum) / width, slope = (T.Sum(products) + product) / width;

        T levels = T.Broadcast(level), slopes = T.Broadcast(slope);
        for (i = 0; i <= width - T.Count; i += T.Count)
        {
            T standard = (T.Load(x + i) - means) * scales;
            T gradient = T.MultiplySubtract(slopes, standard, T.Load(dy + i) * T.Load(weight + i) - levels) * scales;
            T.Store(dx + i, skip == null ? gradient : gradient + T.Load(skip + i));
        }
        for (; i < width; i++) dx[i] = (dy[i] * weight[i] - level - slope * ((x[i] - mean) * scale)) * scale + (skip == null ? 0 : skip[i]);
    }
}

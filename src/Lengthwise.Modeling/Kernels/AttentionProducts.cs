using System.Runtime.CompilerServices;

namespace Lengthwise.Modeling.Kernels;

/// <summary>The two products of attention whose narrow side is a head: weights by rows, and transposed weights by rows.</summary>
internal static unsafe class AttentionProducts<T> where T : unmanaged, ILanes<T>
{
    /// <summary>product [16, width] = weights [16, columns] times rows [columns, width]; width in whole vectors.</summary>
    public static void RowsTimes(float* weights, int columns, float* rows, int width, float* product)
    {
        for (int r = 0; r < AttentionShape.Rows; r += 8)
            for (int c = 0; c < width; c += T.Count)
                EightRows(weights + (long)r * columns, columns, rows + c, width, product + (long)r * width + c);
    }

    /// <summary>sums [columns, width] += transposed weights [16, columns] times rows [16, width].</summary>
    public static void AddColumnsTimes(float* weights, int columns, float* rows, int width, float* sums)
    {
        for (int j = 0; j < columns; j += AttentionShape.KeyStep)
            for (int c = 0; c < width; c += T.Count)
                EightColumns(weights + j, columns, rows + c, width, sums + (long)j * width + c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightRows(float* weights, int columns, float* rows, int width, float* product)
    {
        float* w1 = weights + columns, w2 = w1 + columns, w3 = w2 + columns, w4 = w3 + columns, w5 = w4 + columns, w6 = w5 + columns, w7 = w6 + columns;
        T s0 = T.Broadcast(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
        for (int j = 0; j < columns; j++, rows += width)
        {
            T x = T.Load(rows);
            s0 = T.MultiplyAdd(T.Broadcast(weights[j]), x, s0);
            s1 = T.MultiplyAdd(T.Broadcast(w1[j]), x, s1);
            s2 = T.MultiplyAdd(T.Broadcast(w2[j]), x, s2);
            s3 = T.MultiplyAdd(T.Broadcast(w3[j]), x, s3);
            s4 = T.MultiplyAdd(T.Broadcast(w4[j]), x, s4);
            s5 = T.MultiplyAdd(T.Broadcast(w5[j]), x, s5);
            s6 = T.MultiplyAdd(T.Broadcast(w6[j]), x, s6);
            s7 = T.MultiplyAdd(T.Broadcast(w7[j]), x, s7);
        }
        T.Store(product, s0);
        T.Store(product + width, s1);
        T.Store(product + 2 * width, s2);
        T.Store(product + 3 * width, s3);
        T.Store(product + 4 * width, s4);
        T.Store(product + 5 * width, s5);
        T.Store(product + 6 * width, s6);
        T.Store(product + 7 * width, s7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightColumns(float* weights, int columns, float* rows, int width, float* sums)
    {
        T s0 = T.Load(sums), s1 = T.Load(sums + width), s2 = T.Load(sums + 2 * width), s3 = T.Load(sums + 3 * width);
        T s4 = T.Load(sums + 4 * width), s5 = T.Load(sums + 5 * width), s6 = T.Load(sums + 6 * width), s7 = T.Load(sums + 7 * width);
        for (int r = 0; r < AttentionShape.Rows; r++, weights += columns, rows += width)
        {
            T x = T.Load(rows);
            s0 = T.MultiplyAdd(T.Broadcast(weights[0]), x, s0);
            s1 = T.MultiplyAdd(T.Broadcast(weights[1]), x, s1);
            s2 = T.MultiplyAdd(T.Broadcast(weights[2]), x, s2);
            s3 = T.MultiplyAdd(T.Broadcast(weights[3]), x, s3);
            s4 = T.MultiplyAdd(T.Broadcast(weights[4]), x, s4);
            s5 = T.MultiplyAdd(T.Broadcast(weights[5]), x, s5);
            s6 = T.MultiplyAdd(T.Broadcast(weights[6]), x, s6);
            s7 = T.MultiplyAdd(T.Broadcast(weights[7]), x, s7);
        }
        T.Store(sums, s0);
        T.Store(sums + width, s1);
        T.Store(sums + 2 * width, s2);
        T.Store(sums + 3 * width, s3);
        T.Store(sums + 4 * width, s4);
        T.Store(sums + 5 * width, s5);
        T.Store(sums + 6 * width, s6);
        T.Store(sums + 7 * width, s7);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Exact softmax attention straight on [B, L, D] with heads side by side; nothing of size L x L is stored.</summary>
/// <remarks>
/// Sixteen queries at a time: their scores against all keys are one thin matrix product, then softmax, then a product with the
/// values. The forward pass keeps the logarithm of each row's sum, from which the backward pass recomputes the weights P:
/// dV = P^T dO, dS = P (dO V^T - rowsum(dO O)) scale, dQ = dS K, dK = dS^T Q (Dao et al. 2022, arXiv:2205.14135, appendix B).
/// One head of one sequence belongs to one thread, so nothing is added across threads.
/// </remarks>
internal static unsafe class SimdAttention<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Output and, where wanted, the logarithm of each row's sum of exponentials.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="q">[B, L, D].</param>
    /// <param name="k">[B, L, D].</param>
    /// <param name="v">[B, L, D].</param>
    /// <param name="lengths">Valid steps per row, each at least 1; null when all are.</param>
    /// <param name="y">[B, L, D]; zero at padded queries.</param>
    /// <param name="logSums">[B, heads, L], or null.</param>
    public static void Forward(AttentionShape shape, float* q, float* k, float* v, long* lengths, float* y, float* logSums)
    {
        int items = shape.Batch * shape.Heads, slots = KernelThreads.SlotsFor(items, shape.Work);
        using var scratch = new NativeBuffer(slots * AttentionScratch.Floats(shape, isBackward: false));
        KernelThreads.For(items, slots, (from, to, slot) =>
        {
            var s = new AttentionScratch(scratch.Floats, slot, shape, isBackward: false);
            for (int item = from; item < to; item++)
            {
                int keys = KeysOf(shape, lengths, item);
                long at = Offset(shape, item);
                AttentionPacking<T>.Panels(shape, k + at, keys, s.KeyPanels);
                AttentionPacking<T>.Rows(shape, v + at, keys, s.Values);
                float* sums = logSums is null ? null : logSums + (long)item * shape.Length;
                for (int first = 0; first < keys; first += AttentionShape.Rows)
                    ForwardBlock(shape, s, q + at, first, keys, y + at, sums);
                AttentionPacking<T>.ClearRows(shape, y + at, keys);
            }
        });
    }

    /// <summary>Gradients of queries, keys and values.</summary>
    public static void Backward(
        AttentionShape shape, float* q, float* k, float* v, long* lengths, float* y, float* logSums, float* dy, float* dq, float* dk, float* dv)
    {
        int items = shape.Batch * shape.Heads, slots = KernelThreads.SlotsFor(items, 3 * shape.Work);
        using var scratch = new NativeBuffer(slots * AttentionScratch.Floats(shape, isBackward: true));
        KernelThreads.For(items, slots, (from, to, slot) =>
        {
            var s = new AttentionScratch(scratch.Floats, slot, shape, isBackward: true);
            for (int item = from; item < to; item++)
            {
                int keys = KeysOf(shape, lengths, item);
                long at = Offset(shape, item);
                AttentionPacking<T>.Panels(shape, k + at, keys, s.KeyPanels);
                AttentionPacking<T>.Panels(shape, v + at, keys, s.ValuePanels);
                AttentionPacking<T>.Rows(shape, k + at, keys, s.Keys);
                nuint gradientBytes = (nuint)shape.PaddedLength * (nuint)shape.PaddedHead * sizeof(float);
                NativeMemory.Clear(s.KeyGradients, gradientBytes);
                NativeMemory.Clear(s.ValueGradients, gradientBytes);
                float* sums = logSums + (long)item * shape.Length;
                for (int first = 0; first < keys; first += AttentionShape.Rows)
                    BackwardBlock(shape, s, q + at, y + at, dy + at, sums, first, keys, dq + at);
                AttentionPacking<T>.Unpack(shape, s.KeyGradients, keys, dk + at);
                AttentionPacking<T>.Unpack(shape, s.ValueGradients, keys, dv + at);
                AttentionPacking<T>.ClearRows(shape, dq + at, keys);
                AttentionPacking<T>.ClearRows(shape, dk + at, keys);
                AttentionPacking<T>.ClearRows(shape, dv + at, keys);
            }
        });
    }

    private static int KeysOf(AttentionShape shape, long* lengths, int item) =>
        lengths is null ? shape.Length : (int)Math.Clamp(lengths[item / shape.Heads], 1, shape.Length);

    private static long Offset(AttentionShape shape, int item) =>
        (long)(item / shape.Heads) * shape.Length * shape.Width + (long)(item % shape.Heads) * shape.HeadWidth;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardBlock(AttentionShape shape, AttentionScratch s, float* q, int first, int keys, float* y, float* logSums)
    {
        int rows = Math.Min(AttentionShape.Rows, keys - first), columns = shape.ColumnsOf(first, keys);
        AttentionPacking<T>.Block(shape, q, first, rows, shape.Scale, s.Queries, shape.HeadWidth);
        ThinProduct<T>.Multiply(s.Queries, AttentionShape.Rows, shape.HeadWidth, s.KeyPanels, columns, s.Weights);
        for (int r = 0; r < rows; r++)
        {
            float logSum = Softmax(s.Weights + (long)r * columns, shape.KeysOf(first + r, keys), columns, out float inverse);
            s.Inverses[r] = inverse;
            if (logSums is not null) logSums[first + r] = logSum;
        }
        AttentionProducts<T>.RowsTimes(s.Weights, columns, s.Values, shape.PaddedHead, s.Output);
        for (int r = 0; r < rows; r++)
            AttentionPacking<T>.Scale(s.Output + r * shape.PaddedHead, s.Inverses[r], shape.HeadWidth, y + (long)(first + r) * shape.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BackwardBlock(
        AttentionShape shape, AttentionScratch s, float* q, float* y, float* dy, float* logSums, int first, int keys, float* dq)
    {
        int rows = Math.Min(AttentionShape.Rows, keys - first), columns = shape.ColumnsOf(first, keys), head = shape.HeadWidth;
        AttentionPacking<T>.Block(shape, q, first, rows, shape.Scale, s.Queries, head);
        ThinProduct<T>.Multiply(s.Queries, AttentionShape.Rows, head, s.KeyPanels, columns, s.Weights);
        AttentionPacking<T>.Block(shape, dy, first, rows, 1, s.OutputGradients, head);
        ThinProduct<T>.Multiply(s.OutputGradients, AttentionShape.Rows, head, s.ValuePanels, columns, s.ScoreGradients);
        for (int r = 0; r < AttentionShape.Rows; r++)
        {
            long row = (long)r * columns;
            float delta = r < rows ? AttentionPacking<T>.Dot(s.OutputGradients + r * head, y + (long)(first + r) * shape.Width, head) : 0;
            int seen = r < rows ? shape.KeysOf(first + r, keys) : 0;
            WeightsAndGradients(s.Weights + row, s.ScoreGradients + row, seen, columns, seen > 0 ? logSums[first + r] : 0, delta);
        }

        AttentionProducts<T>.RowsTimes(s.ScoreGradients, columns, s.Keys, shape.PaddedHead, s.Output);
        for (int r = 0; r < rows; r++)
            AttentionPacking<T>.Scale(s.Output + r * shape.PaddedHead, shape.Scale, head, dq + (long)(first + r) * shape.Width);
        AttentionPacking<T>.Block(shape, dy, first, rows, 1, s.Output, shape.PaddedHead);
        AttentionProducts<T>.AddColumnsTimes(s.Weights, columns, s.Output, shape.PaddedHead, s.ValueGradients);
        AttentionPacking<T>.Block(shape, q, first, rows, shape.Scale, s.Output, shape.PaddedHead);
        AttentionProducts<T>.AddColumnsTimes(s.ScoreGradients, columns, s.Output, shape.PaddedHead, s.KeyGradients);
    }

    /// <summary>Turns scores into exp(score - maximum), zero behind the last key; returns the logarithm of the sum of exponentials.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Softmax(float* row, int keys, int columns, out float inverse)
    {
        int whole = keys / T.Count * T.Count;
        T top = T.Broadcast(float.NegativeInfinity);
        for (int j = 0; j < whole; j += T.Count) top = T.Max(top, T.Load(row + j));
        float maximum = T.Largest(top);
        for (int j = whole; j < keys; j++) maximum = MathF.Max(maximum, row[j]);

        // Scores behind the last key are the products of zero panels; their exponentials are overwritten before they are summed.
        T shift = T.Broadcast(maximum), sum = T.Broadcast(0);
        for (int j = 0; j < columns; j += T.Count) T.Store(row + j, Exponential.Of(T.Load(row + j) - shift));
        for (int j = keys; j < columns; j++) row[j] = 0;
        for (int j = 0; j < columns; j += T.Count) sum += T.Load(row + j);
        float total = T.Sum(sum);
        inverse = 1 / total;
        return maximum + MathF.Log(total);
    }

    /// <summary>From scores and dO V^T to weights P and score gradients P (dO V^T - delta), both zero behind the last key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WeightsAndGradients(float* scores, float* gradients, int keys, int columns, float logSum, float delta)
    {
        T shift = T.Broadcast(logSum), mean = T.Broadcast(delta);
        int end = (keys + T.Count - 1) / T.Count * T.Count;
        for (int j = 0; j < end; j += T.Count)
        {
            T weight = Exponential.Of(T.Load(scores + j) - shift);
            T.Store(scores + j, weight);
            T.Store(gradients + j, weight * (T.Load(gradients + j) - mean));
        }
        for (int j = keys; j < columns; j++) (scores[j], gradients[j]) = (0, 0);
    }
}

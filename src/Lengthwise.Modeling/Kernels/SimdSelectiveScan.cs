using System.Runtime.CompilerServices;

namespace Lengthwise.Modeling.Kernels;

/// <summary>The selective scan step by step, neighbouring channels in a vector.</summary>
/// <remarks>
/// With r_t the gradient of h_t, counting all that follows: r_t = C_t dy_t + exp(dt_{t+1} A) r_{t+1}, and
///   dx_t = dt_t Σ r_t B_t   d dt_t = Σ r_t (A exp(dt_t A) h_{t-1} + x_t B_t)   dA = Σ r_t dt_t exp(dt_t A) h_{t-1}
///   dB_t = Σ r_t dt_t x_t   dC_t = Σ dy_t h_t, these two over channels.
/// States of a chunk are computed again from the one kept at its start. Vectors take the channels as far as they fill, single lanes the
/// rest, with the same arithmetic.
/// </remarks>
internal static unsafe class SimdSelectiveScan<T> where T : unmanaged, ILanes<T>
{
    /// <summary>y [B, L, E]; states at the start of each chunk go to <paramref name="kept"/> unless it is null.</summary>
    public static void Forward(SelectiveShape shape, SelectiveInputs at, float* y, float* kept)
    {
        int slots = KernelThreads.SlotsFor(shape.Items, shape.Work);
        KernelThreads.For(shape.Items, slots, (from, to, _) =>
        {
            using var state = new NativeBuffer((long)shape.States * T.Count);
            for (int item = from; item < to; item++)
            {
                (int row, int first, int count) = shape.Part(item);
                int e = 0;
                for (; e + T.Count <= count; e += T.Count) SelectiveLanes<T>.Forward(shape, at, y, kept, row, first + e, state.Floats);
                for (; e < count; e++) SelectiveLanes<Lanes32>.Forward(shape, at, y, kept, row, first + e, state.Floats);
            }
        });
    }

    /// <summary>All gradients, from the kept states.</summary>
    public static void Backward(SelectiveShape shape, SelectiveInputs at, float* kept, float* dy, SelectiveGradients to)
    {
        int slots = KernelThreads.SlotsFor(shape.Items, 3 * shape.Work);
        KernelThreads.For(shape.Items, slots, (from, until, _) =>
        {
            // The states before, at and behind every step of a chunk, and what is carried back.
            using var scratch = new NativeBuffer((SelectiveShape.Chunk + 2L) * shape.States * T.Count);
            for (int item = from; item < until; item++)
            {
                (int row, int first, int count) = shape.Part(item);
                long maps = (long)item * shape.Length * shape.States;
                int e = 0;
                for (; e + T.Count <= count; e += T.Count) SelectiveLanes<T>.Backward(shape, at, kept, dy, to, row, first + e, maps, scratch.Floats);
                for (; e < count; e++) SelectiveLanes<Lanes32>.Backward(shape, at, kept, dy, to, row, first + e, maps, scratch.Floats);
            }
        });
    }
}

/// <summary>The scan of one vector of channels of one row.</summary>
internal static unsafe class SelectiveLanes<T> where T : unmanaged, ILanes<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(SelectiveShape shape, SelectiveInputs at, float* y, float* kept, int row, int e, float* h)
    {
        (int length, int width, int states) = (shape.Length, shape.Width, shape.States);
        for (int n = 0; n < states; n++) T.Store(h + n * T.Count, T.Broadcast(0));
        for (int t = 0; t < length; t++)
        {
            if (kept is not null && t % SelectiveShape.Chunk == 0) Keep(kept + shape.Kept(row, t / SelectiveShape.Chunk) + e, h, states, width);
            long step = (long)row * length + t;
            T.Store(y + step * width + e, Advance(at, step, e, width, states, h, h));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(
        SelectiveShape shape, SelectiveInputs at, float* kept, float* dy, SelectiveGradients to, int row, int e, long maps, float* scratch)
    {
        (int length, int width, int states) = (shape.Length, shape.Width, shape.States);
        int plane = states * T.Count;
        float* history = scratch + plane;
        for (int n = 0; n < states; n++) T.Store(scratch + n * T.Count, T.Broadcast(0));
        for (int chunk = shape.Chunks - 1; chunk >= 0; chunk--)
        {
            int first = chunk * SelectiveShape.Chunk, steps = Math.Min(SelectiveShape.Chunk, length - first);
            float* start = kept + shape.Kept(row, chunk) + e;
            for (int n = 0; n < states; n++) T.Store(history + n * T.Count, T.Load(start + (long)n * width));
            for (int i = 0; i < steps; i++)
                _ = Advance(at, (long)row * length + first + i, e, width, states, history + i * plane, history + (i + 1) * plane);
            for (int i = steps - 1; i >= 0; i--)
                Return(at, to, dy, (long)row * length + first + i, e, width, states, maps + (long)(first + i) * states, history + i * plane, scratch, (long)row * states * width + e);
        }
    }

    /// <summary>One step: the next states, which may take the place of the ones before, and the output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Advance(SelectiveInputs at, long step, int e, int width, int states, float* before, float* after)
    {
        T dt = T.Load(at.Dt + step * width + e), input = dt * T.Load(at.X + step * width + e), y = T.Broadcast(0);
        float* a = at.A + e, b = at.B + step * states, c = at.C + step * states;
        for (int n = 0; n < states; n++)
        {
            T decay = Exponential.Of(dt * T.Load(a + (long)n * width));
            T state = T.MultiplyAdd(decay, T.Load(before + n * T.Count), input * T.Broadcast(b[n]));
            T.Store(after + n * T.Count, state);
            y = T.MultiplyAdd(T.Broadcast(c[n]), state, y);
        }
        return y;
    }

    /// <summary>One step back: <paramref name="carried"/> is exp(dt A) r of the step behind and becomes that of this one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Return(
        SelectiveInputs at, SelectiveGradients to, float* dy, long step, int e, int width, int states, long maps, float* before, float* carried, long rates)
    {
        T g = T.Load(dy + step * width + e), dt = T.Load(at.Dt + step * width + e), x = T.Load(at.X + step * width + e);
        T input = dt * x, throughMaps = T.Broadcast(0), throughRates = T.Broadcast(0);
        float* a = at.A + e, b = at.B + step * states, c = at.C + step * states, after = before + states * T.Count;
        for (int n = 0; n < states; n++)
        {
            T rate = T.Load(a + (long)n * width), decay = Exponential.Of(dt * rate);
            T r = T.MultiplyAdd(T.Broadcast(c[n]), g, T.Load(carried + n * T.Count));
            T back = r * decay, stretched = back * T.Load(before + n * T.Count);
            to.C[maps + n] += T.Sum(g * T.Load(after + n * T.Count));
            to.B[maps + n] += T.Sum(r * input);
            throughMaps = T.MultiplyAdd(r, T.Broadcast(b[n]), throughMaps);
            throughRates = T.MultiplyAdd(stretched, rate, throughRates);
            float* dA = to.A + rates + (long)n * width;
            T.Store(dA, T.MultiplyAdd(stretched, dt, T.Load(dA)));
            T.Store(carried + n * T.Count, back);
        }
        T.Store(to.X + step * width + e, throughMaps * dt);
        T.Store(to.Dt + step * width + e, T.MultiplyAdd(throughMaps, x, throughRates));
    }

    private static void Keep(float* kept, float* h, int states, int width)
    {
        for (int n = 0; n < states; n++) T.Store(kept + (long)n * width, T.Load(h + n * T.Count));
    }
}

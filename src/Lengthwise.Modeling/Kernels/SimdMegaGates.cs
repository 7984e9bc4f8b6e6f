using System.Runtime.CompilerServices;
using Lengthwise.Modeling.Kernels.Gemm;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Rows, D, Z and V of <see cref="MegaGates"/>.</summary>
internal readonly record struct GateShape(int Rows, int Width, int Z, int V)
{
    /// <summary>Values of a row of the map.</summary>
    public int Mapped => 2 * Width + Z + V;

    /// <summary>How many ranges the blocks of rows are split into.</summary>
    public int Slots => KernelThreads.SlotsFor(BlockSums.BlocksOf(Rows), 16L * Rows * Mapped);
}

/// <summary>The parts, or their gradients.</summary>
internal readonly unsafe struct GatePointers(float* phi, float* r, float* hx, float* q, float* k)
{
    public readonly float* Phi = phi, R = r, Hx = hx, Q = q, K = k;
}

/// <summary>Row by row through <see cref="MegaGates"/> and back; what is left behind the last whole vector is computed by itself.</summary>
internal static unsafe class SimdMegaGates<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Fills the parts.</summary>
    public static void Forward(GateShape shape, float* map, float* gamma, float* beta, GatePointers parts)
    {
        var (width, z, v) = (shape.Width, shape.Z, shape.V);
        KernelThreads.For(shape.Rows, shape.Slots, (from, to, _) =>
        {
            for (long row = from; row < to; row++)
            {
                float* a = map + row * shape.Mapped, b = a + width, c = b + z, d = c + v;
                Sigmoids<Lanes32>(a, parts.Phi + row * width, Sigmoids<T>(a, parts.Phi + row * width, 0, width), width);
                Silus<Lanes32>(c, parts.R + row * v, Silus<T>(c, parts.R + row * v, 0, v), v);
                new ReadOnlySpan<float>(d, width).CopyTo(new Span<float>(parts.Hx + row * width, width));
                float* q = parts.Q + row * z, k = parts.K + row * z;
                Pairs<Lanes32>(b, gamma, beta, z, q, k, Pairs<T>(b, gamma, beta, z, q, k, 0));
            }
        });
    }

    /// <summary>Fills the gradients of the map, gamma [2, Z] and beta [2, Z] from those of the parts.</summary>
    public static void Backward(GateShape shape, float* map, float* gamma, GatePointers received, float* dMap, float* dGamma, float* dBeta)
    {
        var (width, z, v) = (shape.Width, shape.Z, shape.V);
        using var sums = new BlockSums(4 * z, shape.Slots);
        BlockSums all = sums;
        KernelThreads.For(BlockSums.BlocksOf(shape.Rows), shape.Slots, (from, to, slot) =>
        {
            for (int block = from; block < to; block++)
            {
                float* four = all.Begin(slot);
                int end = Math.Min(shape.Rows, (block + 1) * BlockSums.Rows);
                for (long row = block * BlockSums.Rows; row < end; row++)
                {
                    float* a = map + row * shape.Mapped, da = dMap + row * shape.Mapped, b = a + width, db = da + width, c = b + z, dc = db + z;
                    float* dPhi = received.Phi + row * width, dR = received.R + row * v;
                    SigmoidSlopes<Lanes32>(a, dPhi, da, SigmoidSlopes<T>(a, dPhi, da, 0, width), width);
                    SiluSlopes<Lanes32>(c, dR, dc, SiluSlopes<T>(c, dR, dc, 0, v), v);
                    new ReadOnlySpan<float>(received.Hx + row * width, width).CopyTo(new Span<float>(dc + v, width));
                    float* dq = received.Q + row * z, dk = received.K + row * z;
                    PairSlopes<Lanes32>(b, gamma, z, dq, dk, db, four, PairSlopes<T>(b, gamma, z, dq, dk, db, four, 0));
                }
                all.End(slot);
            }
        });
        sums.Put(0, 2 * z, dGamma);
        sums.Put(2 * z, 2 * z, dBeta);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Sigmoids<TLanes>(float* x, float* y, int i, int count) where TLanes : unmanaged, ILanes<TLanes>
    {
        for (; i <= count - TLanes.Count; i += TLanes.Count) TLanes.Store(y + i, Activations<TLanes>.Sigmoid(TLanes.Load(x + i)));
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int SigmoidSlopes<TLanes>(float* x, float* dy, float* dx, int i, int count) where TLanes : unmanaged, ILanes<TLanes>
    {
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes open = Activations<TLanes>.Sigmoid(TLanes.Load(x + i), out TLanes rest);
            TLanes.Store(dx + i, TLanes.Load(dy + i) * open * rest);
        }
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Silus<TLanes>(float* x, float* y, int i, int count) where TLanes : unmanaged, ILanes<TLanes>
    {
        for (; i <= count - TLanes.Count; i += TLanes.Count) TLanes.Store(y + i, Activations<TLanes>.Silu(TLanes.Load(x + i)));
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int SiluSlopes<TLanes>(float* x, float* dy, float* dx, int i, int count) where TLanes : unmanaged, ILanes<TLanes>
    {
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            _ = Activations<TLanes>.Silu(TLanes.Load(x + i), out TLanes slope);
            TLanes.Store(dx + i, TLanes.Load(dy + i) * slope);
        }
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Pairs<TLanes>(float* x, float* gamma, float* beta, int z, float* q, float* k, int i) where TLanes : unmanaged, ILanes<TLanes>
    {
        for (; i <= z - TLanes.Count; i += TLanes.Count)
        {
            TLanes s = Activations<TLanes>.Silu(TLanes.Load(x + i));
            TLanes.Store(q + i, TLanes.MultiplyAdd(s, TLanes.Load(gamma + i), TLanes.Load(beta + i)));
            TLanes.Store(k + i, TLanes.MultiplyAdd(s, TLanes.Load(gamma + z + i), TLanes.Load(beta + z + i)));
        }
        return i;
    }

    /// <summary>The gradient of b, and sums of those of gamma_0, gamma_1, beta_0 and beta_1, Z each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int PairSlopes<TLanes>(float* x, float* gamma, int z, float* dq, float* dk, float* dx, float* sums, int i) where TLanes : unmanaged, ILanes<TLanes>
    {
        for (; i <= z - TLanes.Count; i += TLanes.Count)
        {
            TLanes query = TLanes.Load(dq + i), key = TLanes.Load(dk + i), s = Activations<TLanes>.Silu(TLanes.Load(x + i), out TLanes slope);
            TLanes.Store(dx + i, TLanes.MultiplyAdd(query, TLanes.Load(gamma + i), key * TLanes.Load(gamma + z + i)) * slope);
            float* at = sums + i;
            TLanes.Store(at, TLanes.MultiplyAdd(query, s, TLanes.Load(at)));
            TLanes.Store(at + z, TLanes.MultiplyAdd(key, s, TLanes.Load(at + z)));
            TLanes.Store(at + 2 * z, TLanes.Load(at + 2 * z) + query);
            TLanes.Store(at + 3 * z, TLanes.Load(at + 3 * z) + key);
        }
        return i;
    }
}

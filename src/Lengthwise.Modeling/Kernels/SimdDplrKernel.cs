using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lengthwise.Modeling.Kernels;

/// <summary>The transform of S4's kernels at the nodes and its gradients, channel by channel and block of nodes by block of nodes.</summary>
/// <remarks>
/// Formulas and letters are those of <see cref="DplrKernel"/> and <see cref="CauchySums"/>: of the rows r [H, R, N], the first half counts i s
/// times, the second c times. Everything runs in double, from g to the Woodbury identity, while a block is in the cache; the backward pass
/// computes it again, so that memory beyond inputs and outputs is O(L + N) a thread. With d the gradient of a sum, what a mode
/// receives from 1/g is t = -conj(sum of r d) g².
/// </remarks>
internal static unsafe class SimdDplrKernel<T> where T : unmanaged, IDoubleLanes<T>
{
    private const int Block = DplrShape.Block, Line = CauchyBlock<T>.Line;

    /// <summary>K^ [channels, H, F, 2] from rows [H, R, N] and poles re, im [H, N].</summary>
    public static void Forward(DplrShape shape, double* rows, double* re, double* im, double* response)
    {
        using var nodes = new CauchyNodes(shape);
        int slots = KernelThreads.SlotsFor(shape.Width, shape.Work);
        KernelThreads.For(shape.Width, slots, (from, to, _) =>
        {
            using var scratch = new NativeBuffer(2L * Line * (shape.Modes + shape.Rows + shape.Channels));
            double* g = (double*)scratch.Floats, sums = g + (long)shape.Modes * Line, values = sums + (long)shape.Rows * Line;
            for (int h = from; h < to; h++)
            {
                for (int block = 0; block < shape.Blocks; block++)
                {
                    CauchyBlock<T>.Fill(re + (long)h * shape.Modes, im + (long)h * shape.Modes, shape.Modes, nodes, block, g);
                    CauchyBlock<T>.Multiply(rows + (long)h * shape.Rows * shape.Modes, shape.Rows, shape.Modes, g, sums);
                    Respond(shape, nodes, block, sums, values);
                    for (int channel = 0; channel < shape.Channels; channel++)
                        Interleave(values + channel * Line, At(shape, response, channel, h, block), ValidNodes(shape, block));
                }
            }
        });
    }

    /// <summary>Gradients of the rows and poles from that of the response; each has the shape of what it belongs to.</summary>
    public static void Backward(
        DplrShape shape, double* rows, double* re, double* im, double* dResponse, double* dRows, double* dRe, double* dIm)
    {
        using var nodes = new CauchyNodes(shape);
        int slots = KernelThreads.SlotsFor(shape.Width, 3 * shape.Work), modes = shape.PaddedModes;
        long lanes = (long)(shape.Rows + 2) * modes * T.Count;
        KernelThreads.For(shape.Width, slots, (from, to, _) =>
        {
            using var scratch = new NativeBuffer(2 * (Line * (2L * modes + 2 * shape.Rows + shape.Channels) + lanes + (long)shape.Rows * modes));
            double* g = (double*)scratch.Floats, received = g + (long)modes * Line;
            double* sums = received + (long)modes * Line, dSums = sums + (long)shape.Rows * Line, values = dSums + (long)shape.Rows * Line;
            double* rowSums = values + shape.Channels * Line, poleSums = rowSums + (long)shape.Rows * modes * T.Count;
            double* turned = rowSums + lanes;
            // Padded modes stay zero.
            NativeMemory.Clear(g, (nuint)((long)modes * Line) * sizeof(double));
            NativeMemory.Clear(turned, (nuint)((long)shape.Rows * modes) * sizeof(double));
            for (int h = from; h < to; h++)
            {
                double* own = rows + (long)h * shape.Rows * shape.Modes;
                double* ownRe = re + (long)h * shape.Modes, ownIm = im + (long)h * shape.Modes;
                for (int n = 0; n < shape.Modes; n++)
                    for (int r = 0; r < shape.Rows; r++) turned[n * shape.Rows + r] = own[r * shape.Modes + n];
                NativeMemory.Clear(rowSums, (nuint)lanes * sizeof(double));
                for (int block = 0; block < shape.Blocks; block++)
                {
                    CauchyBlock<T>.Fill(ownRe, ownIm, shape.Modes, nodes, block, g);
                    CauchyBlock<T>.Multiply(own, shape.Rows, shape.Modes, g, sums);
                    for (int channel = 0; channel < shape.Channels; channel++)
                        Separate(At(shape, dResponse, channel, h, block), values + channel * Line, ValidNodes(shape, block));
                    RespondBack(shape, nodes, block, sums, values, dSums);
                    CauchyBlock<T>.Contract(dSums, shape.Rows, g, modes, rowSums);
                    CauchyBlock<T>.Multiply(turned, modes, shape.Rows, dSums, received);
                    SumOverNodes(shape, nodes, block, g, received, poleSums);
                }
                for (long i = 0; i < (long)shape.Rows * shape.Modes; i++)
                    dRows[h * (long)shape.Rows * shape.Modes + i] = T.Sum(T.Load(rowSums + (i / shape.Modes * modes + i % shape.Modes) * T.Count));
                for (int n = 0; n < shape.Modes; n++)
                {
                    double ofSquare = 2 * T.Sum(T.Load(poleSums + (long)n * T.Count)), ofCross = 4 * T.Sum(T.Load(poleSums + (long)(modes + n) * T.Count));
                    dRe[(long)h * shape.Modes + n] = ofSquare * ownRe[n] + ofCross;
                    dIm[(long)h * shape.Modes + n] = ofSquare * ownIm[n];
                }
            }
        });
    }

    /// <summary>From sums over g, [R, Line], to the response of each kernel, [channels, Line].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Respond(DplrShape shape, CauchyNodes nodes, int block, double* sums, double* values)
    {
        for (int j = 0; j < Block; j += T.Count)
        {
            T c = T.Load(nodes.Cos + block * Block + j), s = T.Load(nodes.Sin + block * Block + j);
            ComplexLanes<T> q = Correction(shape, sums + j, c, s, out _), turn = new(c, s);
            for (int channel = 0; channel < shape.Channels; channel++)
            {
                ComplexLanes<T> cb = Transfer(shape, sums + j, channel, c, s), cp = Transfer(shape, sums + j, shape.Channels + channel, c, s);
                ComplexLanes<T>.Store(values + channel * Line + j, values + channel * Line + Block + j, turn * (cb - cp * q));
            }
        }
    }

    /// <summary>Gradients of the sums from those of the responses.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RespondBack(DplrShape shape, CauchyNodes nodes, int block, double* sums, double* values, double* dSums)
    {
        int pb = 2 * shape.Channels, pp = pb + 1;
        for (int j = 0; j < Block; j += T.Count)
        {
            T c = T.Load(nodes.Cos + block * Block + j), s = T.Load(nodes.Sin + block * Block + j);
            ComplexLanes<T> q = Correction(shape, sums + j, c, s, out ComplexLanes<T> inverse), turnBack = new ComplexLanes<T>(c, s).Conjugate;
            ComplexLanes<T> negatedDq = new(T.Broadcast(0), T.Broadcast(0));
            for (int channel = 0; channel < shape.Channels; channel++)
            {
                ComplexLanes<T> cp = Transfer(shape, sums + j, shape.Channels + channel, c, s);
                ComplexLanes<T> dcb = turnBack * ComplexLanes<T>.Load(values + channel * Line + j, values + channel * Line + Block + j);
                TransferBack(shape, dSums + j, channel, c, s, dcb);
                TransferBack(shape, dSums + j, shape.Channels + channel, c, s, -(dcb * q.Conjugate));
                negatedDq += dcb * cp.Conjugate;
            }
            ComplexLanes<T> dpb = -(c * (negatedDq * inverse.Conjugate));
            TransferBack(shape, dSums + j, pb, c, s, dpb);
            TransferBack(shape, dSums + j, pp, c, s, -(dpb * q.Conjugate));
        }
    }

    /// <summary>q = c S_PB / (1 + c S_PP), and the inverse of the denominator.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ComplexLanes<T> Correction(DplrShape shape, double* sums, T c, T s, out ComplexLanes<T> inverse)
    {
        ComplexLanes<T> pb = Transfer(shape, sums, 2 * shape.Channels, c, s), pp = Transfer(shape, sums, 2 * shape.Channels + 1, c, s);
        inverse = ComplexLanes<T>.Inverse(new(T.MultiplyAdd(c, pp.Re, T.Broadcast(1)), c * pp.Im));
        return c * (pb * inverse);
    }

    /// <summary>S = i s times a sum of the first half plus c times its partner.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ComplexLanes<T> Transfer(DplrShape shape, double* sums, int sum, T c, T s)
    {
        double* first = sums + (long)sum * Line, second = first + (long)shape.Sums * Line;
        return new(c * T.Load(second) - s * T.Load(first + Block), T.MultiplyAdd(c, T.Load(second + Block), s * T.Load(first)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransferBack(DplrShape shape, double* dSums, int sum, T c, T s, ComplexLanes<T> d)
    {
        double* first = dSums + (long)sum * Line, second = first + (long)shape.Sums * Line;
        T.Store(first, s * d.Im);
        T.Store(first + Block, T.Broadcast(0) - s * d.Re);
        T.Store(second, c * d.Re);
        T.Store(second + Block, c * d.Im);
    }

    /// <summary>Adds what each mode's t gives over the block: sums of Re t cos², then of Im t sin cos, [2, modes] of lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumOverNodes(DplrShape shape, CauchyNodes nodes, int block, double* g, double* received, double* sums)
    {
        double* cosCos = nodes.CosCos + block * Block, sinCos = nodes.SinCos + block * Block;
        double* ofSquare = sums, ofCross = sums + (long)shape.PaddedModes * T.Count;
        for (int n = 0; n < shape.Modes; n++, g += Line, received += Line, ofSquare += T.Count, ofCross += T.Count)
        {
            T square = T.Load(ofSquare), cross = T.Load(ofCross);
            for (int j = 0; j < Block; j += T.Count)
            {
                T gRe = T.Load(g + j), gIm = T.Load(g + Block + j), re = T.Load(received + j), im = T.Load(received + Block + j);
                T squareRe = (gRe - gIm) * (gRe + gIm), squareIm = (gRe + gRe) * gIm;
                square = square - T.Load(cosCos + j) * T.MultiplyAdd(re, squareRe, im * squareIm);
                cross = T.MultiplyAdd(T.Load(sinCos + j), im * squareRe - re * squareIm, cross);
            }
            T.Store(ofSquare, square);
            T.Store(ofCross, cross);
        }
    }

    private static int ValidNodes(DplrShape shape, int block) => Math.Min(Block, shape.Nodes - block * Block);

    private static double* At(DplrShape shape, double* response, int channel, int h, int block) =>
        response + 2 * (((long)channel * shape.Width + h) * shape.Nodes + block * Block);

    /// <summary>A line as pairs of real and imaginary part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Interleave(double* line, double* pairs, int count)
    {
        for (int j = 0; j < count; j++) (pairs[2 * j], pairs[2 * j + 1]) = (line[j], line[Block + j]);
    }

    /// <summary>Pairs as a line, zero from <paramref name="count"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Separate(double* pairs, double* line, int count)
    {
        new Span<double>(line, Line).Clear();
        for (int j = 0; j < count; j++) (line[j], line[Block + j]) = (pairs[2 * j], pairs[2 * j + 1]);
    }
}

using System.Runtime.CompilerServices;

namespace Lengthwise.Modeling.Kernels;

/// <summary>
/// The sums of <see cref="CauchySums"/> over one block of nodes, in double: values at a block's nodes are a line of real parts, then one of
/// imaginary parts.
/// </summary>
internal static unsafe class CauchyBlock<T> where T : unmanaged, IDoubleLanes<T>
{
    /// <summary>Real and imaginary parts of a block.</summary>
    public const int Line = 2 * DplrShape.Block;

    /// <summary>g of every mode at the block's nodes, [modes, Line].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(double* re, double* im, int modes, CauchyNodes nodes, int block, double* g)
    {
        double* cos = nodes.Cos + block * DplrShape.Block, twoSin = nodes.TwoSin + block * DplrShape.Block;
        double* sinCos = nodes.SinCos + block * DplrShape.Block;
        T one = T.Broadcast(1);
        for (int n = 0; n < modes; n++, g += Line)
        {
            T size = T.Broadcast(Math.Sqrt(re[n] * re[n] + im[n] * im[n])), fourRe = T.Broadcast(4 * re[n]);
            for (int j = 0; j < DplrShape.Block; j += T.Count)
            {
                // c² |u|² - 4 s² as a product, which keeps its digits where the two nearly cancel.
                T own = T.Load(cos + j) * size, other = T.Load(twoSin + j);
                T below = (own - other) * (own + other), negated = T.Load(sinCos + j) * fourRe;
                T inverse = one / T.MultiplyAdd(below, below, negated * negated);
                T.Store(g + j, below * inverse);
                T.Store(g + DplrShape.Block + j, negated * inverse);
            }
        }
    }

    /// <summary>product [R, Line] = rows [R, depth] times lines [depth, Line]; R is a multiple of four.</summary>
    public static void Multiply(double* rows, int count, int depth, double* lines, double* product)
    {
        for (int r = 0; r < count; r += 4)
            for (int j = 0; j < Line; j += 2 * T.Count)
                Tile(rows + (long)r * depth, depth, lines + j, product + (long)r * Line + j);
    }

    /// <summary>sums [R, N] of lanes += left [R, Line] times right [N, Line] transposed; R and N are multiples of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Contract(double* left, int rows, double* right, int modes, double* sums)
    {
        for (int r = 0; r < rows; r += 4)
        {
            double* l0 = left + (long)r * Line, l1 = l0 + Line, l2 = l1 + Line, l3 = l2 + Line;
            for (int n = 0; n < modes; n += 2)
            {
                double* r0 = right + (long)n * Line, r1 = r0 + Line;
                double* s0 = sums + ((long)r * modes + n) * T.Count, s1 = s0 + (long)modes * T.Count;
                double* s2 = s1 + (long)modes * T.Count, s3 = s2 + (long)modes * T.Count;
                T s00 = T.Load(s0), s01 = T.Load(s0 + T.Count), s10 = T.Load(s1), s11 = T.Load(s1 + T.Count);
                T s20 = T.Load(s2), s21 = T.Load(s2 + T.Count), s30 = T.Load(s3), s31 = T.Load(s3 + T.Count);
                for (int j = 0; j < Line; j += T.Count)
                {
                    T first = T.Load(r0 + j), second = T.Load(r1 + j), factor = T.Load(l0 + j);
                    s00 = T.MultiplyAdd(factor, first, s00);
                    s01 = T.MultiplyAdd(factor, second, s01);
                    factor = T.Load(l1 + j);
                    s10 = T.MultiplyAdd(factor, first, s10);
                    s11 = T.MultiplyAdd(factor, second, s11);
                    factor = T.Load(l2 + j);
                    s20 = T.MultiplyAdd(factor, first, s20);
                    s21 = T.MultiplyAdd(factor, second, s21);
                    factor = T.Load(l3 + j);
                    s30 = T.MultiplyAdd(factor, first, s30);
                    s31 = T.MultiplyAdd(factor, second, s31);
                }
                Put(s0, s00, s01);
                Put(s1, s10, s11);
                Put(s2, s20, s21);
                Put(s3, s30, s31);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(double* rows, int depth, double* lines, double* product)
    {
        double* row1 = rows + depth, row2 = row1 + depth, row3 = row2 + depth;
        T s00 = T.Broadcast(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
        for (int k = 0; k < depth; k++, lines += Line)
        {
            T left = T.Load(lines), right = T.Load(lines + T.Count);
            T factor = T.Broadcast(rows[k]);
            s00 = T.MultiplyAdd(factor, left, s00);
            s01 = T.MultiplyAdd(factor, right, s01);
            factor = T.Broadcast(row1[k]);
            s10 = T.MultiplyAdd(factor, left, s10);
            s11 = T.MultiplyAdd(factor, right, s11);
            factor = T.Broadcast(row2[k]);
            s20 = T.MultiplyAdd(factor, left, s20);
            s21 = T.MultiplyAdd(factor, right, s21);
            factor = T.Broadcast(row3[k]);
            s30 = T.MultiplyAdd(factor, left, s30);
            s31 = T.MultiplyAdd(factor, right, s31);
        }
        Put(product, s00, s01);
        Put(product + Line, s10, s11);
        Put(product + 2 * Line, s20, s21);
        Put(product + 3 * Line, s30, s31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(double* target, T left, T right)
    {
        T.Store(target, left);
        T.Store(target + T.Count, right);
    }
}

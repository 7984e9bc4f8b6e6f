using System.Runtime.CompilerServices;

namespace Lengthwise.Modeling.Kernels;

/// <summary>The one matrix product of attention: C = A B or C + A B, single elements of A against vectors of B.</summary>
/// <remarks>
/// A is read through two strides, so that it may stand transposed; B and C are rows of whole vectors. All six products of a forward and a backward
/// pass have this form when queries are the lanes: neither keys nor values have to be transposed, and softmax is lane by lane.
/// Eight rows by two vectors stay in registers with 512 bits, four by two with less (AVX2 has sixteen registers).
/// </remarks>
internal static unsafe class AttentionProduct<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Rows of C that are computed together; row counts are multiples of it.</summary>
    public static int RowStep => T.Count == 16 ? 8 : 4;

    /// <summary>c [rows, columns] = a [rows, depth] b [depth, columns], added to c if asked for.</summary>
    /// <param name="a">First element of a.</param>
    /// <param name="aRow">Floats between rows of a.</param>
    /// <param name="aStep">Floats between columns of a.</param>
    /// <param name="depth">Terms of each sum.</param>
    /// <param name="b">First element of b.</param>
    /// <param name="bRow">Floats between rows of b.</param>
    /// <param name="c">First element of c.</param>
    /// <param name="cRow">Floats between rows of c.</param>
    /// <param name="rows">A multiple of <see cref="RowStep"/>.</param>
    /// <param name="columns">Whole vectors.</param>
    /// <param name="adds">Whether to add to what c holds.</param>
    public static void Multiply(
        float* a, nint aRow, nint aStep, int depth, float* b, nint bRow, float* c, nint cRow, int rows, int columns, bool adds)
    {
        int pairs = columns / (2 * T.Count) * (2 * T.Count), r = 0;
        if (T.Count == 16 && pairs == 0)
            for (; r <= rows - 2 * RowStep; r += 2 * RowStep, a += 2 * RowStep * aRow, c += 2 * RowStep * cRow)
                SixteenByOne(a, aRow, aStep, depth, b, bRow, c, cRow, adds);
        for (; r < rows; r += RowStep, a += RowStep * aRow, c += RowStep * cRow)
        {
            int n = 0;
            for (; n <= columns - 2 * T.Count; n += 2 * T.Count)
                if (T.Count == 16) EightByTwo(a, aRow, aStep, depth, b + n, bRow, c + n, cRow, adds);
                else FourByTwo(a, aRow, aStep, depth, b + n, bRow, c + n, cRow, adds);
            if (n == columns) continue;
            if (T.Count == 16) EightByOne(a, aRow, aStep, depth, b + n, bRow, c + n, cRow, adds);
            else FourByOne(a, aRow, aStep, depth, b + n, bRow, c + n, cRow, adds);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightByTwo(float* a, nint aRow, nint aStep, int depth, float* b, nint bRow, float* c, nint cRow, bool adds)
    {
        T s00 = T.Broadcast(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
        T s40 = s00, s41 = s00, s50 = s00, s51 = s00, s60 = s00, s61 = s00, s70 = s00, s71 = s00;
        nint two = 2 * aRow, three = 3 * aRow;
        float* low = a + 4 * aRow;
        for (int k = 0; k < depth; k++)
        {
            T left = T.Load(b), right = T.Load(b + T.Count);
            T x = T.Broadcast(a[0]);
            s00 = T.MultiplyAdd(x, left, s00);
            s01 = T.MultiplyAdd(x, right, s01);
            x = T.Broadcast(a[aRow]);
            s10 = T.MultiplyAdd(x, left, s10);
            s11 = T.MultiplyAdd(x, right, s11);
            x = T.Broadcast(a[two]);
            s20 = T.MultiplyAdd(x, left, s20);
            s21 = T.MultiplyAdd(x, right, s21);
            x = T.Broadcast(a[three]);
            s30 = T.MultiplyAdd(x, left, s30);
            s31 = T.MultiplyAdd(x, right, s31);
            x = T.Broadcast(low[0]);
            s40 = T.MultiplyAdd(x, left, s40);
            s41 = T.MultiplyAdd(x, right, s41);
            x = T.Broadcast(low[aRow]);
            s50 = T.MultiplyAdd(x, left, s50);
            s51 = T.MultiplyAdd(x, right, s51);
            x = T.Broadcast(low[two]);
            s60 = T.MultiplyAdd(x, left, s60);
            s61 = T.MultiplyAdd(x, right, s61);
            x = T.Broadcast(low[three]);
            s70 = T.MultiplyAdd(x, left, s70);
            s71 = T.MultiplyAdd(x, right, s71);
            a += aStep;
            low += aStep;
            b += bRow;
        }
        PutFour(c, cRow, s00, s10, s20, s30, adds);
        PutFour(c + T.Count, cRow, s01, s11, s21, s31, adds);
        PutFour(c + 4 * cRow, cRow, s40, s50, s60, s70, adds);
        PutFour(c + 4 * cRow + T.Count, cRow, s41, s51, s61, s71, adds);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourByTwo(float* a, nint aRow, nint aStep, int depth, float* b, nint bRow, float* c, nint cRow, bool adds)
    {
        T s00 = T.Broadcast(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
        nint two = 2 * aRow, three = 3 * aRow;
        for (int k = 0; k < depth; k++)
        {
            T left = T.Load(b), right = T.Load(b + T.Count);
            T x = T.Broadcast(a[0]);
            s00 = T.MultiplyAdd(x, left, s00);
            s01 = T.MultiplyAdd(x, right, s01);
            x = T.Broadcast(a[aRow]);
            s10 = T.MultiplyAdd(x, left, s10);
            s11 = T.MultiplyAdd(x, right, s11);
            x = T.Broadcast(a[two]);
            s20 = T.MultiplyAdd(x, left, s20);
            s21 = T.MultiplyAdd(x, right, s21);
            x = T.Broadcast(a[three]);
            s30 = T.MultiplyAdd(x, left, s30);
            s31 = T.MultiplyAdd(x, right, s31);
            a += aStep;
            b += bRow;
        }
        PutFour(c, cRow, s00, s10, s20, s30, adds);
        PutFour(c + T.Count, cRow, s01, s11, s21, s31, adds);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SixteenByOne(float* a, nint aRow, nint aStep, int depth, float* b, nint bRow, float* c, nint cRow, bool adds)
    {
        T s0 = T.Broadcast(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
        T s8 = s0, s9 = s0, sA = s0, sB = s0, sC = s0, sD = s0, sE = s0, sF = s0;
        nint two = 2 * aRow, three = 3 * aRow;
        float* a4 = a + 4 * aRow, a8 = a4 + 4 * aRow, aC = a8 + 4 * aRow;
        for (int k = 0; k < depth; k++)
        {
            T x = T.Load(b);
            s0 = T.MultiplyAdd(T.Broadcast(a[0]), x, s0);
            s1 = T.MultiplyAdd(T.Broadcast(a[aRow]), x, s1);
            s2 = T.MultiplyAdd(T.Broadcast(a[two]), x, s2);
            s3 = T.MultiplyAdd(T.Broadcast(a[three]), x, s3);
            s4 = T.MultiplyAdd(T.Broadcast(a4[0]), x, s4);
            s5 = T.MultiplyAdd(T.Broadcast(a4[aRow]), x, s5);
            s6 = T.MultiplyAdd(T.Broadcast(a4[two]), x, s6);
            s7 = T.MultiplyAdd(T.Broadcast(a4[three]), x, s7);
            s8 = T.MultiplyAdd(T.Broadcast(a8[0]), x, s8);
            s9 = T.MultiplyAdd(T.Broadcast(a8[aRow]), x, s9);
            sA = T.MultiplyAdd(T.Broadcast(a8[two]), x, sA);
            sB = T.MultiplyAdd(T.Broadcast(a8[three]), x, sB);
            sC = T.MultiplyAdd(T.Broadcast(aC[0]), x, sC);
            sD = T.MultiplyAdd(T.Broadcast(aC[aRow]), x, sD);
            sE = T.MultiplyAdd(T.Broadcast(aC[two]), x, sE);
            sF = T.MultiplyAdd(T.Broadcast(aC[three]), x, sF);
            a += aStep;
            a4 += aStep;
            a8 += aStep;
            aC += aStep;
            b += bRow;
        }
        PutFour(c, cRow, s0, s1, s2, s3, adds);
        PutFour(c + 4 * cRow, cRow, s4, s5, s6, s7, adds);
        PutFour(c + 8 * cRow, cRow, s8, s9, sA, sB, adds);
        PutFour(c + 12 * cRow, cRow, sC, sD, sE, sF, adds);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightByOne(float* a, nint aRow, nint aStep, int depth, float* b, nint bRow, float* c, nint cRow, bool adds)
    {
        T s0 = T.Broadcast(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
        nint two = 2 * aRow, three = 3 * aRow;
        float* low = a + 4 * aRow;
        for (int k = 0; k < depth; k++)
        {
            T x = T.Load(b);
            s0 = T.MultiplyAdd(T.Broadcast(a[0]), x, s0);
            s1 = T.MultiplyAdd(T.Broadcast(a[aRow]), x, s1);
            s2 = T.MultiplyAdd(T.Broadcast(a[two]), x, s2);
            s3 = T.MultiplyAdd(T.Broadcast(a[three]), x, s3);
            s4 = T.MultiplyAdd(T.Broadcast(low[0]), x, s4);
            s5 = T.MultiplyAdd(T.Broadcast(low[aRow]), x, s5);
            s6 = T.MultiplyAdd(T.Broadcast(low[two]), x, s6);
            s7 = T.MultiplyAdd(T.Broadcast(low[three]), x, s7);
            a += aStep;
            low += aStep;
            b += bRow;
        }
        PutFour(c, cRow, s0, s1, s2, s3, adds);
        PutFour(c + 4 * cRow, cRow, s4, s5, s6, s7, adds);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourByOne(float* a, nint aRow, nint aStep, int depth, float* b, nint bRow, float* c, nint cRow, bool adds)
    {
        T s0 = T.Broadcast(0), s1 = s0, s2 = s0, s3 = s0;
        nint two = 2 * aRow, three = 3 * aRow;
        for (int k = 0; k < depth; k++)
        {
            T x = T.Load(b);
            s0 = T.MultiplyAdd(T.Broadcast(a[0]), x, s0);
            s1 = T.MultiplyAdd(T.Broadcast(a[aRow]), x, s1);
            s2 = T.MultiplyAdd(T.Broadcast(a[two]), x, s2);
            s3 = T.MultiplyAdd(T.Broadcast(a[three]), x, s3);
            a += aStep;
            b += bRow;
        }
        PutFour(c, cRow, s0, s1, s2, s3, adds);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PutFour(float* c, nint cRow, T sum0, T sum1, T sum2, T sum3, bool adds)
    {
        if (adds)
        {
            sum0 += T.Load(c);
            sum1 += T.Load(c + cRow);
            sum2 += T.Load(c + 2 * cRow);
            sum3 += T.Load(c + 3 * cRow);
        }
        T.Store(c, sum0);
        T.Store(c + cRow, sum1);
        T.Store(c + 2 * cRow, sum2);
        T.Store(c + 3 * cRow, sum3);
    }
}

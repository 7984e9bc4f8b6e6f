using System.Runtime.CompilerServices;

namespace Lengthwise.Modeling.Kernels.Gemm;

/// <summary>The innermost loops of the matrix products: a few rows by two vectors, whose sums stay in registers.</summary>
/// <remarks>
/// Eight rows and two vectors are sixteen sums, enough to hide the latency of two fused multiplications a cycle; with AVX2's sixteen registers
/// four rows are. Factors are read at constant distances (<see cref="RowBlock.Stride"/>), which leaves the addresses to the instructions.
/// </remarks>
internal static unsafe class ProductTile<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Rows of a tile.</summary>
    public static int Rows => T.Count >= 16 ? 8 : 4;

    /// <summary>Columns of a tile.</summary>
    public static int Columns => 2 * T.Count;

    /// <summary>product[r, c] = (or += with <paramref name="add"/>) sum over k of rows[r, k] panel[k, c].</summary>
    /// <param name="rows">A row of a <see cref="RowBlock"/>, at the first k.</param>
    /// <param name="panel">[depth, <see cref="Columns"/>].</param>
    /// <param name="depth">Terms of each sum.</param>
    /// <param name="product">Whole vectors.</param>
    /// <param name="stride">Floats from row to row of the product.</param>
    /// <param name="add">Whether the product is added to.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RowsTimes(float* rows, float* panel, int depth, float* product, int stride, bool add)
    {
        if (T.Count >= 16) EightRows(rows, panel, depth, product, stride, add);
        else FourRows(rows, panel, depth, product, stride, add);
    }

    /// <summary>product[r, c] += sum over k of columns[k, r] panel[k, c], both read at <see cref="RowBlock.Stride"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddColumnsTimes(float* columns, float* panel, int depth, float* product, int stride)
    {
        if (T.Count >= 16) EightColumns(columns, panel, depth, product, stride);
        else FourColumns(columns, panel, depth, product, stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightRows(float* rows, float* panel, int depth, float* product, int stride, bool add)
    {
        T s00 = T.Broadcast(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00, s40 = s00, s41 = s00, s50 = s00, s51 = s00, s60 = s00, s61 = s00, s70 = s00, s71 = s00;
        for (int k = 0; k < depth; k++, panel += 2 * T.Count, rows++)
        {
            T left = T.Load(panel), right = T.Load(panel + T.Count);
            T factor = T.Broadcast(*rows);
            s00 = T.MultiplyAdd(factor, left, s00);
            s01 = T.MultiplyAdd(factor, right, s01);
            factor = T.Broadcast(rows[RowBlock.Stride]);
            s10 = T.MultiplyAdd(factor, left, s10);
            s11 = T.MultiplyAdd(factor, right, s11);
            factor = T.Broadcast(rows[2 * RowBlock.Stride]);
            s20 = T.MultiplyAdd(factor, left, s20);
            s21 = T.MultiplyAdd(factor, right, s21);
            factor = T.Broadcast(rows[3 * RowBlock.Stride]);
            s30 = T.MultiplyAdd(factor, left, s30);
            s31 = T.MultiplyAdd(factor, right, s31);
            factor = T.Broadcast(rows[4 * RowBlock.Stride]);
            s40 = T.MultiplyAdd(factor, left, s40);
            s41 = T.MultiplyAdd(factor, right, s41);
            factor = T.Broadcast(rows[5 * RowBlock.Stride]);
            s50 = T.MultiplyAdd(factor, left, s50);
            s51 = T.MultiplyAdd(factor, right, s51);
            factor = T.Broadcast(rows[6 * RowBlock.Stride]);
            s60 = T.MultiplyAdd(factor, left, s60);
            s61 = T.MultiplyAdd(factor, right, s61);
            factor = T.Broadcast(rows[7 * RowBlock.Stride]);
            s70 = T.MultiplyAdd(factor, left, s70);
            s71 = T.MultiplyAdd(factor, right, s71);
        }
        Put(product, s00, s01, add);
        Put(product + stride, s10, s11, add);
        Put(product + 2 * stride, s20, s21, add);
        Put(product + 3 * stride, s30, s31, add);
        Put(product + 4 * stride, s40, s41, add);
        Put(product + 5 * stride, s50, s51, add);
        Put(product + 6 * stride, s60, s61, add);
        Put(product + 7 * stride, s70, s71, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRows(float* rows, float* panel, int depth, float* product, int stride, bool add)
    {
        T s00 = T.Broadcast(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
        for (int k = 0; k < depth; k++, panel += 2 * T.Count, rows++)
        {
            T left = T.Load(panel), right = T.Load(panel + T.Count);
            T factor = T.Broadcast(*rows);
            s00 = T.MultiplyAdd(factor, left, s00);
            s01 = T.MultiplyAdd(factor, right, s01);
            factor = T.Broadcast(rows[RowBlock.Stride]);
            s10 = T.MultiplyAdd(factor, left, s10);
            s11 = T.MultiplyAdd(factor, right, s11);
            factor = T.Broadcast(rows[2 * RowBlock.Stride]);
            s20 = T.MultiplyAdd(factor, left, s20);
            s21 = T.MultiplyAdd(factor, right, s21);
            factor = T.Broadcast(rows[3 * RowBlock.Stride]);
            s30 = T.MultiplyAdd(factor, left, s30);
            s31 = T.MultiplyAdd(factor, right, s31);
        }
        Put(product, s00, s01, add);
        Put(product + stride, s10, s11, add);
        Put(product + 2 * stride, s20, s21, add);
        Put(product + 3 * stride, s30, s31, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightColumns(float* columns, float* panel, int depth, float* product, int stride)
    {
        T s00 = T.Broadcast(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00, s40 = s00, s41 = s00, s50 = s00, s51 = s00, s60 = s00, s61 = s00, s70 = s00, s71 = s00;
        for (int k = 0; k < depth; k++, panel += RowBlock.Stride, columns += RowBlock.Stride)
        {
            T left = T.Load(panel), right = T.Load(panel + T.Count);
            T factor = T.Broadcast(*columns);
            s00 = T.MultiplyAdd(factor, left, s00);
            s01 = T.MultiplyAdd(factor, right, s01);
            factor = T.Broadcast(columns[1]);
            s10 = T.MultiplyAdd(factor, left, s10);
            s11 = T.MultiplyAdd(factor, right, s11);
            factor = T.Broadcast(columns[2]);
            s20 = T.MultiplyAdd(factor, left, s20);
            s21 = T.MultiplyAdd(factor, right, s21);
            factor = T.Broadcast(columns[3]);
            s30 = T.MultiplyAdd(factor, left, s30);
            s31 = T.MultiplyAdd(factor, right, s31);
            factor = T.Broadcast(columns[4]);
            s40 = T.MultiplyAdd(factor, left, s40);
            s41 = T.MultiplyAdd(factor, right, s41);
            factor = T.Broadcast(columns[5]);
            s50 = T.MultiplyAdd(factor, left, s50);
            s51 = T.MultiplyAdd(factor, right, s51);
            factor = T.Broadcast(columns[6]);
            s60 = T.MultiplyAdd(factor, left, s60);
            s61 = T.MultiplyAdd(factor, right, s61);
            factor = T.Broadcast(columns[7]);
            s70 = T.MultiplyAdd(factor, left, s70);
            s71 = T.MultiplyAdd(factor, right, s71);
        }
        Put(product, s00, s01, true);
        Put(product + stride, s10, s11, true);
        Put(product + 2 * stride, s20, s21, true);
        Put(product + 3 * stride, s30, s31, true);
        Put(product + 4 * stride, s40, s41, true);
        Put(product + 5 * stride, s50, s51, true);
        Put(product + 6 * stride, s60, s61, true);
        Put(product + 7 * stride, s70, s71, true);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourColumns(float* columns, float* panel, int depth, float* product, int stride)
    {
        T s00 = T.Broadcast(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
        for (int k = 0; k < depth; k++, panel += RowBlock.Stride, columns += RowBlock.Stride)
        {
            T left = T.Load(panel), right = T.Load(panel + T.Count);
            T factor = T.Broadcast(*columns);
            s00 = T.MultiplyAdd(factor, left, s00);
            s01 = T.MultiplyAdd(factor, right, s01);
            factor = T.Broadcast(columns[1]);
            s10 = T.MultiplyAdd(factor, left, s10);
            s11 = T.MultiplyAdd(factor, right, s11);
            factor = T.Broadcast(columns[2]);
            s20 = T.MultiplyAdd(factor, left, s20);
            s21 = T.MultiplyAdd(factor, right, s21);
            factor = T.Broadcast(columns[3]);
            s30 = T.MultiplyAdd(factor, left, s30);
            s31 = T.MultiplyAdd(factor, right, s31);
        }
        Put(product, s00, s01, true);
        Put(product + stride, s10, s11, true);
        Put(product + 2 * stride, s20, s21, true);
        Put(product + 3 * stride, s30, s31, true);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* target, T left, T right, bool add)
    {
        T.Store(target, add ? T.Load(target) + left : left);
        T.Store(target + T.Count, add ? T.Load(target + T.Count) + right : right);
    }
}

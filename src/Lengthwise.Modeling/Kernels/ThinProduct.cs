using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Product of two small matrices: rows [R, depth] by panels of two vectors' width.</summary>
/// <remarks>
/// Four rows by two vectors stay in registers: eight independent sums cover the latency of the fused multiplication, and three
/// registers more fit the sixteen of AVX2.
/// </remarks>
internal static unsafe class ThinProduct<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Rows that are computed together; row counts are padded to it.</summary>
    public const int RowStep = 4;

    /// <summary>Columns of a panel; column counts are padded to it.</summary>
    public static int Panel => 2 * T.Count;

    /// <summary>Writes elements (k, column) … (k, column + 3) into panels of that depth; the column is a multiple of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PutFour(float* panels, int depth, int k, int column, Vector128<float> values)
    {
        float* target = panels + (long)(column / Panel) * depth * Panel + (long)k * Panel + column % Panel;
        if (Panel >= 4)
        {
            values.Store(target);
            return;
        }
        Vector64.Store(values.GetLower(), target);
        Vector64.Store(values.GetUpper(), target + (long)depth * Panel);
    }

    /// <summary>product[r, c] = sum over k of rows[r, k] panels[k, c].</summary>
    /// <param name="rows">[R, depth], R a multiple of <see cref="RowStep"/>.</param>
    /// <param name="count">R.</param>
    /// <param name="depth">Terms of each sum.</param>
    /// <param name="panels">[columns / Panel, depth, Panel], filled by <see cref="PutFour"/>.</param>
    /// <param name="columns">A multiple of <see cref="Panel"/>.</param>
    /// <param name="product">[R, columns].</param>
    public static void Multiply(float* rows, int count, int depth, float* panels, int columns, float* product)
    {
        for (int column = 0; column < columns; column += Panel)
        {
            float* panel = panels + (long)column * depth;
            for (int r = 0; r < count; r += RowStep)
                Tile(rows + (long)r * depth, depth, panel, product + (long)r * columns + column, columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(float* rows, int depth, float* panel, float* product, int columns)
    {
        float* row1 = rows + depth;
        float* row2 = row1 + depth;
        float* row3 = row2 + depth;
        T s00 = T.Broadcast(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
        for (int k = 0; k < depth; k++, panel += 2 * T.Count)
        {
            T left = T.Load(panel), right = T.Load(panel + T.Count);
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
        Put(product + columns, s10, s11);
        Put(product + 2 * columns, s20, s21);
        Put(product + 3 * columns, s30, s31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* target, T left, T right)
    {
        T.Store(target, left);
        T.Store(target + T.Count, right);
    }
}

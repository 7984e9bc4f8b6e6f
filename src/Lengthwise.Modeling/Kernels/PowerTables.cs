using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Successive powers of complex numbers, advanced in double four at a time and stored as floats.</summary>
/// <remarks>
/// Parts below the normal range of floats become zero, in the tables and in the recurrences: denormals are slow, and a decayed
/// mode stays decayed. NaN stays NaN.
/// </remarks>
internal static unsafe class PowerTables
{
    /// <summary>Numbers that are advanced together; mode counts are padded to it.</summary>
    public const int Step = 4;

    private const double Negligible = 1e-37;

    /// <summary>Row k of a table in panels: the powers 0 … count - 1 of w, real parts in row k, imaginary parts in row k + depth / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AlongPowers<T>(ComplexPair w, int count, float* panels, int depth, int k) where T : unmanaged, ILanes<T>
    {
        ComplexPair w2 = w * w, w3 = w2 * w, w4 = w2 * w2;
        var (r, i) = (Vector256.Create(1, w.Re, w2.Re, w3.Re), Vector256.Create(0, w.Im, w2.Im, w3.Im));
        var (stepR, stepI) = (Vector256.Create(w4.Re), Vector256.Create(w4.Im));
        for (int q = 0; q < count; q += Step)
        {
            ThinProduct<T>.PutFour(panels, depth, k, q, Narrow(r));
            ThinProduct<T>.PutFour(panels, depth, k + depth / 2, q, Narrow(i));
            Advance(ref r, ref i, stepR, stepI);
        }
    }

    /// <summary>Columns n … n + 3 of a table in panels: row k holds power k, real parts in column n, imaginary parts in column n + modes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AlongModes<T>(double* wRe, double* wIm, int count, float* panels, int n, int modes) where T : unmanaged, ILanes<T>
    {
        var (r, i) = (Vector256.Create(1.0), Vector256<double>.Zero);
        var (stepR, stepI) = (Vector256.Load(wRe + n), Vector256.Load(wIm + n));
        for (int k = 0; k < count; k++)
        {
            ThinProduct<T>.PutFour(panels, count, k, n, Narrow(r));
            ThinProduct<T>.PutFour(panels, count, k, modes + n, Narrow(i));
            Advance(ref r, ref i, stepR, stepI);
        }
    }

    /// <summary>Multiplies four states by four factors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Advance(ref Vector256<double> r, ref Vector256<double> i, Vector256<double> stepR, Vector256<double> stepI)
    {
        Vector256<double> nextR = Flush(Vector256.MultiplyAddEstimate(r, stepR, -(i * stepI)));
        i = Flush(Vector256.MultiplyAddEstimate(r, stepI, i * stepR));
        r = nextR;
    }

    /// <summary>Four doubles as floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Narrow(Vector256<double> value) => Vector128.Narrow(value.GetLower(), value.GetUpper());

    /// <summary>Four floats as doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Widen(float* source)
    {
        (Vector128<double> lower, Vector128<double> upper) = Vector128.Widen(Vector128.Load(source));
        return Vector256.Create(lower, upper);
    }

    // The comparison is false for NaN, which is then kept.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Flush(Vector256<double> value) =>
        Vector256.AndNot(value, Vector256.LessThan(Vector256.Abs(value), Vector256.Create(Negligible)));
}

using System.Runtime.CompilerServices;

namespace Lengthwise.Modeling.Kernels;

/// <summary>Complex numbers in double precision, one in each lane.</summary>
internal readonly unsafe struct ComplexLanes<T>(T re, T im) where T : unmanaged, IDoubleLanes<T>
{
    public T Re { get; } = re;

    public T Im { get; } = im;

    public ComplexLanes<T> Conjugate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Re, T.Broadcast(0) - Im);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Load(double* re, double* im) => new(T.Load(re), T.Load(im));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(double* re, double* im, ComplexLanes<T> value)
    {
        T.Store(re, value.Re);
        T.Store(im, value.Im);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> operator +(ComplexLanes<T> a, ComplexLanes<T> b) => new(a.Re + b.Re, a.Im + b.Im);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> operator -(ComplexLanes<T> a, ComplexLanes<T> b) => new(a.Re - b.Re, a.Im - b.Im);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> operator -(ComplexLanes<T> a) => new(T.Broadcast(0) - a.Re, T.Broadcast(0) - a.Im);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> operator *(ComplexLanes<T> a, ComplexLanes<T> b) =>
        new(a.Re * b.Re - a.Im * b.Im, T.MultiplyAdd(a.Re, b.Im, a.Im * b.Re));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> operator *(T a, ComplexLanes<T> b) => new(a * b.Re, a * b.Im);

    /// <summary>1 / a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Inverse(ComplexLanes<T> a)
    {
        T square = T.MultiplyAdd(a.Re, a.Re, a.Im * a.Im);
        return new(a.Re / square, (T.Broadcast(0) - a.Im) / square);
    }
}

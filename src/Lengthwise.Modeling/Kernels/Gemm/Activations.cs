using System.Runtime.CompilerServices;

namespace Lengthwise.Modeling.Kernels.Gemm;

/// <summary>GELU, SiLU and the sigmoid in every lane, with their slopes. NaN stays NaN.</summary>
/// <remarks>
/// Phi, the normal distribution function, behind |x| is exp(-x²/2) q(s), s = 0.35 |x| / (1 + 0.35 |x|), with a polynomial q whose relative error is below
/// 3.2e-8 for |x| up to 13.5 (own fit, least maximum over [0, 13.5]). GELU(x) = x Phi(x) then keeps its relative accuracy where 1 + erf(x / sqrt 2) would cancel.
/// </remarks>
internal static unsafe class Activations<T> where T : unmanaged, ILanes<T>
{
    private const float Density = 0.39894228040143268f;

    // 2 sqrt(2 / pi), and the weight of x³.
    private const float TwoRoots = 1.5957691216057308f, Cubic = 0.044715f;

    /// <summary>x Phi(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gelu(T x)
    {
        T size = T.Max(T.Broadcast(0) - x, x);
        return T.MultiplySubtract(size, Behind(size, Bell(x)), T.Max(T.Broadcast(0), x));
    }

    /// <summary>x Phi(x) and its derivative, Phi(x) + x phi(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gelu(T x, out T slope)
    {
        T size = T.Max(T.Broadcast(0) - x, x), bell = Bell(x), behind = Behind(size, bell);
        T below = T.WhereNegative(x, behind, T.Broadcast(1) - behind);
        slope = T.MultiplyAdd(x * T.Broadcast(Density), bell, below);
        return T.MultiplySubtract(size, behind, T.Max(T.Broadcast(0), x));
    }

    /// <summary>1 / (1 + exp(-x)), from the exponential of -|x|, which cannot overflow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid(T x) => Sigmoid(x, out _);

    /// <summary>The sigmoid s and <paramref name="rest"/> = 1 - s, which is not the difference of nearly equal numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid(T x, out T rest)
    {
        T one = T.Broadcast(1), small = Exponential.Of(T.Broadcast(0) - T.Max(T.Broadcast(0) - x, x)), large = one / (one + small);
        small *= large;
        rest = T.WhereNegative(x, large, small);
        return T.WhereNegative(x, small, large);
    }

    /// <summary>x sigmoid(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Silu(T x) => x * Sigmoid(x);

    /// <summary>x sigmoid(x) and its derivative, s + x s (1 - s).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Silu(T x, out T slope)
    {
        T s = Sigmoid(x, out T rest), y = x * s;
        slope = T.MultiplyAdd(y, rest, s);
        return y;
    }

    /// <summary>The approximation of GELU, x sigmoid(2 u) with u = sqrt(2 / pi) (x + 0.044715 x³).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T GeluTanh(T x) => x * Sigmoid(x * T.MultiplyAdd(x * x, T.Broadcast(TwoRoots * Cubic), T.Broadcast(TwoRoots)));

    /// <summary>The approximation of GELU and its derivative, s + x s (1 - s) 2 u'.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T GeluTanh(T x, out T slope)
    {
        T square = x * x, s = Sigmoid(x * T.MultiplyAdd(square, T.Broadcast(TwoRoots * Cubic), T.Broadcast(TwoRoots)), out T rest), y = x * s;
        T inner = T.MultiplyAdd(square, T.Broadcast(3 * TwoRoots * Cubic), T.Broadcast(TwoRoots));
        slope = T.MultiplyAdd(y * rest, inner, s);
        return y;
    }

    /// <summary>Replaces values by their activation; count in whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(LinearActivation activation, float* values, int count)
    {
        switch (activation)
        {
            case LinearActivation.Gelu:
                for (int i = 0; i < count; i += T.Count) T.Store(values + i, Gelu(T.Load(values + i)));
                break;
            case LinearActivation.GeluTanh:
                for (int i = 0; i < count; i += T.Count) T.Store(values + i, GeluTanh(T.Load(values + i)));
                break;
            case LinearActivation.Silu:
                for (int i = 0; i < count; i += T.Count) T.Store(values + i, Silu(T.Load(values + i)));
                break;
        }
    }

    /// <summary>Replaces values by their activation and stores the slopes there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(LinearActivation activation, float* values, int count, float* slopes)
    {
        T slope;
        switch (activation)
        {
            case LinearActivation.Gelu:
                for (int i = 0; i < count; i += T.Count)
                {
                    T.Store(values + i, Gelu(T.Load(values + i), out slope));
                    T.Store(slopes + i, slope);
                }
                break;
            case LinearActivation.GeluTanh:
                for (int i = 0; i < count; i += T.Count)
                {
                    T.Store(values + i, GeluTanh(T.Load(values + i), out slope));
                    T.Store(slopes + i, slope);
                }
                break;
            case LinearActivation.Silu:
                for (int i = 0; i < count; i += T.Count)
                {
                    T.Store(values + i, Silu(T.Load(values + i), out slope));
                    T.Store(slopes + i, slope);
                }
                break;
        }
    }

    /// <summary>Gated linear unit in place: values[i] = values[i] sigmoid(values[half + i]).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gate(float* values, int half)
    {
        // The last vector may reach into the second half, which nobody reads there any more.
        for (int i = 0; i < half; i += T.Count) T.Store(values + i, T.Load(values + i) * Sigmoid(T.Load(values + half + i)));
    }

    /// <summary>From the gradient of a gated linear unit [half] and its input z [2 half] to the gradient of that input.</summary>
    /// <param name="dy">Readable to a whole vector.</param>
    /// <param name="z">Readable to a whole vector behind its end.</param>
    /// <param name="half">Width of the unit's output.</param>
    /// <param name="dz">Writable to a whole vector behind its end.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GateGradient(float* dy, float* z, int half, float* dz)
    {
        // From behind, because the last vector of the first half may reach into the second.
        for (int i = (half - 1) / T.Count * T.Count; i >= 0; i -= T.Count)
        {
            T open = T.Load(dy + i) * Sigmoid(T.Load(z + half + i), out T rest);
            T.Store(dz + i, open);
            T.Store(dz + half + i, open * T.Load(z + i) * rest);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Bell(T x) => Exponential.Of(x * x * T.Broadcast(-0.5f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Behind(T size, T bell)
    {
        T scaled = size * T.Broadcast(0.35f), s = scaled / (T.Broadcast(1) + scaled);
        T q = T.MultiplyAdd(T.Broadcast(0.029126080541059148f), s, T.Broadcast(-0.11826148278827203f));
        q = T.MultiplyAdd(q, s, T.Broadcast(0.15305951305722368f));
        q = T.MultiplyAdd(q, s, T.Broadcast(-0.04775440060184599f));
        q = T.MultiplyAdd(q, s, T.Broadcast(0.04797204047483552f));
        q = T.MultiplyAdd(q, s, T.Broadcast(-0.16677602506024664f));
        q = T.MultiplyAdd(q, s, T.Broadcast(-0.15841129166718915f));
        q = T.MultiplyAdd(q, s, T.Broadcast(0.9008775715295227f));
        q = T.MultiplyAdd(q, s, T.Broadcast(-1.1398319896029148f));
        q = T.MultiplyAdd(q, s, T.Broadcast(0.5f));
        return q * bell;
    }
}

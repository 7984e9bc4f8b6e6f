using System.Runtime.CompilerServices;

namespace Lengthwise.Modeling.Kernels.Gemm;

/// <summary>GELU, SiLU and the sigmoid in every lane, with their slopes. NaN stays NaN.</summary>
/// <remarks>
/// Phi, the normal distribution function, behind |x| is exp(-x²/2) q(t), t = 1 / (1 + 0.35 |x|), with a polynomial q whose relative error is below
/// 3.2e-8 for |x| up to 13.5 (own fit, least maximum over [0, 13.5]). GELU(x) = x Phi(x) then keeps its relative accuracy where 1 + erf(x / sqrt 2) would cancel.
/// </remarks>
internal static unsafe class Activations<T> where T : unmanaged, ILanes<T>
{
    private const float Density = 0.39894228040143268f;

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
    public static T Sigmoid(T x)
    {
        T one = T.Broadcast(1), small = Exponential.Of(T.Broadcast(0) - T.Max(T.Broadcast(0) - x, x));
        return T.WhereNegative(x, small, one) / (one + small);
    }

    /// <summary>x sigmoid(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Silu(T x) => x * Sigmoid(x);

    /// <summary>x sigmoid(x) and its derivative, s + x s (1 - s).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Silu(T x, out T slope)
    {
        T s = Sigmoid(x), y = x * s;
        slope = T.MultiplyAdd(y, T.Broadcast(1) - s, s);
        return y;
    }

    /// <summary>Replaces values by their activation; count in whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(LinearActivation activation, float* values, int count)
    {
        if (activation == LinearActivation.Gelu)
            for (int i = 0; i < count; i += T.Count) T.Store(values + i, Gelu(T.Load(values + i)));
        else if (activation == LinearActivation.Silu)
            for (int i = 0; i < count; i += T.Count) T.Store(values + i, Silu(T.Load(values + i)));
    }

    /// <summary>Replaces values by their activation and stores the slopes there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(LinearActivation activation, float* values, int count, float* slopes)
    {
        T slope;
        if (activation == LinearActivation.Gelu)
        {
            for (int i = 0; i < count; i += T.Count)
            {
                T.Store(values + i, Gelu(T.Load(values + i), out slope));
                T.Store(slopes + i, slope);
            }
            return;
        }
        for (int i = 0; i < count; i += T.Count)
        {
            T.Store(values + i, Silu(T.Load(values + i), out slope));
            T.Store(slopes + i, slope);
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
            T s = Sigmoid(T.Load(z + half + i)), open = T.Load(dy + i) * s;
            T.Store(dz + i, open);
            T.Store(dz + half + i, open * T.Load(z + i) * (T.Broadcast(1) - s));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Bell(T x) => Exponential.Of(x * x * T.Broadcast(-0.5f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Behind(T size, T bell)
    {
        T t = T.Broadcast(1) / T.MultiplyAdd(size, T.Broadcast(0.35f), T.Broadcast(1));
        T q = T.MultiplyAdd(T.Broadcast(-0.029126080541059148f), t, T.Broadcast(0.1438732420812603f));
        q = T.MultiplyAdd(q, t, T.Broadcast(-0.2555065502291767f));
        q = T.MultiplyAdd(q, t, T.Broadcast(0.15893143817607105f));
        q = T.MultiplyAdd(q, t, T.Broadcast(-0.022938523095675213f));
        q = T.MultiplyAdd(q, t, T.Broadcast(0.10543347828347967f));
        q = T.MultiplyAdd(q, t, T.Broadcast(0.11985231288817744f));
        q = T.MultiplyAdd(q, t, T.Broadcast(0.13985909749535022f));
        q = T.MultiplyAdd(q, t, T.Broadcast(0.13962156905939974f));
        return q * t * bell;
    }
}

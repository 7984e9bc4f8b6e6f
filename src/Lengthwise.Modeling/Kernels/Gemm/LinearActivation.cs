namespace Lengthwise.Modeling.Kernels.Gemm;

/// <summary>What a <see cref="FusedLinear"/> does to the values before or behind its product.</summary>
public enum LinearActivation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>x Phi(x) with the normal distribution function, not its tanh approximation.</summary>
    Gelu,

    /// <summary>The approximation of GELU by tanh(sqrt(2 / pi) (x + 0.044715 x³)), which JAX takes for it.</summary>
    GeluTanh,

    /// <summary>x sigmoid(x).</summary>
    Silu,

    /// <summary>The first half of the columns times the sigmoid of the second; behind the product only.</summary>
    Glu,
}

using System.Globalization;
using static TorchSharp.torch;

namespace Lengthwise.Modeling.Layers;

/// <summary>
/// Shapes are checked before libtorch sees them: a mismatch inside <c>matmul</c> ends the process, since the binding does not
/// guard it.
/// </summary>
internal static class TensorShape
{
    /// <summary>Any size.</summary>
    public const long Any = -1;

    /// <summary>Refuses a tensor whose shape is not the expected one.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="what">What it is, such as "input of attention".</param>
    /// <param name="letters">Names of the dimensions, such as "B, L, D".</param>
    /// <param name="sizes">Sizes, or <see cref="Any"/>.</param>
    /// <exception cref="LengthwiseException">The shape differs.</exception>
    public static void Require(Tensor tensor, string what, string letters, params ReadOnlySpan<long> sizes)
    {
        long[] found = tensor.shape;
        bool fits = found.Length == sizes.Length;
        for (int i = 0; fits && i < sizes.Length; i++) fits = sizes[i] == Any || sizes[i] == found[i];
        if (fits) return;

        string[] expected = new string[sizes.Length];
        for (int i = 0; i < sizes.Length; i++) expected[i] = sizes[i] == Any ? "any" : sizes[i].ToString(CultureInfo.InvariantCulture);
        throw new LengthwiseException(
            ExitCode.Failed,
            $"{what}: found shape [{string.Join(", ", found)}], expected [{letters}] = [{string.Join(", ", expected)}]",
            found.Length == sizes.Length ? "check the order of the dimensions: length before width" : "check the number of dimensions");
    }
}

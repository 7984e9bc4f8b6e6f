using System.Numerics;

namespace Lengthwise.Modeling.Models;

/// <summary>Floating-point operations counted from shapes, by one set of rules for every model, route and machine.</summary>
/// <remarks>
/// A multiplication and an addition count one each: a multiply-add two, a complex multiply-add eight. Counted are matrix products and short
/// convolutions, attention by the pairs of query and key in sight, transforms at 5 N log2 N for N complex points (real ones at half of that),
/// states of a scan by their updates, and convolution kernels, which all sequences of a batch share, once a batch. Left out is what
/// is done once a value: activations, exponentials, norms, dropout, biases, residuals, masks, positions and table look-ups. What a kernel computes
/// a second time to save memory, or behind a mask, is not counted either: counts belong to the model, not to how it is computed.
/// </remarks>
internal static class FlopCount
{
    /// <summary>Forward and backward together, in forward passes: each product has a gradient for either factor.</summary>
    public const double TrainingPerForward = 3;

    private const long FewestPoints = 16;

    /// <summary>A linear map of that many rows.</summary>
    public static double Linear(double rows, double inputs, double outputs) => 2 * rows * inputs * outputs;

    /// <summary>Scores and weighted sums of attention.</summary>
    /// <param name="pairs">Pairs of query and key, of one head.</param>
    /// <param name="keyWidth">Width of a key, of all heads together.</param>
    /// <param name="valueWidth">Width of a value, of all heads together.</param>
    public static double Attention(double pairs, double keyWidth, double valueWidth) => 2 * pairs * (keyWidth + valueWidth);

    /// <summary>A transform of that many complex points.</summary>
    public static double Transform(double points) => 5 * points * Math.Log2(points);

    /// <summary>
    /// Convolution of [B, L, H] with kernels as long: for every channel two real transforms and a product a sequence, and one transform of the kernels,
    /// over the smallest power of two from 2 L on.
    /// </summary>
    public static double Convolution(long batch, long length, long width)
    {
        double points = Math.Max(FewestPoints, BitOperations.RoundUpToPowerOf2((ulong)(2 * length)));
        double perSequence = Transform(points) + 6 * points / 2, perKernel = Transform(points) / 2;
        return width * (batch * perSequence + perKernel);
    }

    /// <summary>Kernels that are sums of complex exponentials, Re sum_n W_n exp(l z_n): a real product of depth 2 N.</summary>
    /// <param name="rows">Kernels.</param>
    /// <param name="states">Exponentials of a kernel, N.</param>
    /// <param name="length">Taps.</param>
    public static double Exponentials(double rows, double states, double length) => 4 * rows * states * length;

    /// <summary>A linear recurrence of that many complex states.</summary>
    public static double Scan(double steps, double states) => 8 * steps * states;
}

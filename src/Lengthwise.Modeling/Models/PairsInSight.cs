namespace Lengthwise.Modeling.Models;

/// <summary>Pairs of a query and a key that it sees, in one sequence without padding.</summary>
internal static class PairsInSight
{
    /// <summary>Everything, or everything up to the query.</summary>
    public static double All(long length, bool causal) => causal ? length * (length + 1.0) / 2 : (double)length * length;

    /// <summary>Separate blocks.</summary>
    public static double Blocks(long length, long block, bool causal) => length / block * All(block, causal) + All(length % block, causal);

    /// <summary>A block and those beside it, or the one before it when causal.</summary>
    public static double Neighbours(long length, long block, bool causal)
    {
        (long whole, long rest) = (length / block, length % block);
        double across = (double)block * (Math.Max(0, whole - 1) * block + (whole > 0 ? rest : 0));
        return Blocks(length, block, causal) + (causal ? across : 2 * across);
    }

    /// <summary>Each chunk and the one before it, whatever their order.</summary>
    public static double WithPrevious(long length, long chunk) => Blocks(length, chunk, causal: false) +
        Neighbours(length, chunk, causal: true) - Blocks(length, chunk, causal: true);

    /// <summary>A window around each step, and first steps that see and are seen by all.</summary>
    /// <param name="length">Steps.</param>
    /// <param name="before">Steps before its own that a step sees.</param>
    /// <param name="after">Steps behind its own that a step sees; none when causal.</param>
    /// <param name="first">Global steps.</param>
    /// <param name="causal">Whether a step only sees steps up to it.</param>
    public static double Window(long length, long before, long after, long first, bool causal)
    {
        if (causal) after = 0;
        first = Math.Min(first, length);
        double pairs = Ramp(length, before) - Ramp(first, before) + (length - first) + Ramp(length - first, after);
        // Global steps that lie before the window.
        for (long i = 0; i < first; i++) pairs += Math.Max(0, length - Math.Max(first, i + before + 1));
        return pairs + (causal ? All(first, causal) : (double)first * length);
    }

    /// <summary>The sum of min(t, most) over t below the length.</summary>
    private static double Ramp(long length, long most) =>
        most >= length ? length * (length - 1.0) / 2 : most * (most - 1.0) / 2 + (double)most * (length - most);
}

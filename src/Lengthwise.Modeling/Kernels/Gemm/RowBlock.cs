using System.Runtime.CompilerServices;

namespace Lengthwise.Modeling.Kernels.Gemm;

/// <summary>
/// Some rows of a matrix in a thread's own memory, cut into chunks of columns, [chunks, <see cref="Rows"/>, <see cref="Stride"/>]: small
/// enough for the second cache, at distances that spread over all sets of the first. Columns behind the last are zero.
/// </summary>
internal static unsafe class RowBlock
{
    /// <summary>Rows of a block; a multiple of every tile's.</summary>
    public const int Rows = 96;

    /// <summary>Columns of a chunk; a multiple of every tile's. A panel of weights that deep stays in the first cache.</summary>
    public const int Depth = 128;

    /// <summary>Floats from row to row: an odd number of cache lines, since a power of two would put all rows into the same few sets.</summary>
    public const int Stride = Depth + 16;

    /// <summary>Chunks for that many columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Chunks(int columns) => (columns + Depth - 1) / Depth;

    /// <summary>Columns of one chunk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Width(int columns, int chunk) => Math.Min(Depth, columns - chunk * Depth);

    /// <summary>Floats of a block.</summary>
    public static long Floats(int columns) => (long)Chunks(columns) * Rows * Stride;

    /// <summary>The first column of a chunk in one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float* At(float* block, int chunk, int row) => block + ((long)chunk * Rows + row) * Stride;

    /// <summary>Fills one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Put(float* source, int columns, float* block, int row)
    {
        for (int chunk = 0; chunk * Depth < columns; chunk++)
        {
            int width = Width(columns, chunk);
            new ReadOnlySpan<float>(source + chunk * Depth, width).CopyTo(new Span<float>(At(block, chunk, row), width));
        }
    }
}

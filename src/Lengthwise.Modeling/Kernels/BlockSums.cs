using System.Runtime.CompilerServices;

namespace Lengthwise.Modeling.Kernels;

/// <summary>
/// Sums over rows, such as the gradients of a scale: each thread sums its blocks of rows one by one and joins them with what rounding lost, and the threads'
/// sums are added in order. The bits depend on the number of threads alone, and errors grow with the length of a block.
/// </summary>
internal sealed unsafe class BlockSums : IDisposable
{
    /// <summary>Rows of a block.</summary>
    public const int Rows = 32;

    private readonly NativeBuffer _buffer;
    private readonly int _width, _slots;
    private readonly long _stride;

    /// <summary>Sums of zero.</summary>
    /// <param name="width">Sums of a row.</param>
    /// <param name="slots">Threads.</param>
    public BlockSums(int width, int slots)
    {
        (_width, _slots, _stride) = (width, slots, NativeBuffer.Aligned(width));
        // For each thread: sums of a block, sums of its blocks, and what those lost.
        _buffer = new NativeBuffer(3 * _stride * slots);
        new Span<float>(_buffer.Floats, checked((int)(3 * _stride * slots))).Clear();
    }

    /// <summary>Blocks of that many rows.</summary>
    public static int BlocksOf(int rows) => (rows + Rows - 1) / Rows;

    /// <summary>The sums of a new block, zero; the thread adds its rows to them.</summary>
    public float* Begin(int slot)
    {
        float* block = _buffer.Floats + 3 * _stride * slot;
        new Span<float>(block, _width).Clear();
        return block;
    }

    /// <summary>Joins the block with those before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void End(int slot)
    {
        float* block = _buffer.Floats + 3 * _stride * slot, sums = block + _stride, lost = sums + _stride;
        for (int i = 0; i < _width; i++)
        {
            // Knuth's two-sum.
            float a = sums[i], b = block[i], sum = a + b, taken = sum - a;
            lost[i] += (a - (sum - taken)) + (b - taken);
            sums[i] = sum;
        }
    }

    /// <summary>Sums over all blocks, from that place on.</summary>
    public void Put(int first, int count, float* target)
    {
        for (int i = 0; i < count; i++)
        {
            double total = 0;
            for (int slot = 0; slot < _slots; slot++)
            {
                float* sums = _buffer.Floats + 3 * _stride * slot + _stride + first + i;
                total += (double)sums[0] + sums[_stride];
            }
            target[i] = (float)total;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _buffer.Dispose();
}

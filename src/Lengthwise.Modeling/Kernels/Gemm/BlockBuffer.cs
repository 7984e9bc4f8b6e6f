namespace Lengthwise.Modeling.Kernels.Gemm;

/// <summary>A <see cref="NativeBuffer"/> whose columns that no one writes are zero: denormals there would be slow to calculate with.</summary>
internal sealed unsafe class BlockBuffer : IDisposable
{
    private readonly NativeBuffer _buffer;

    /// <summary>Room for that many floats.</summary>
    /// <param name="floats">How many.</param>
    /// <param name="isWhole">Whether every column is written before it is read, so that nothing needs to be zero.</param>
    public BlockBuffer(long floats, bool isWhole)
    {
        _buffer = new NativeBuffer(floats);
        if (!isWhole) new Span<float>(_buffer.Floats, checked((int)floats)).Clear();
    }

    /// <summary>The first one.</summary>
    public float* Floats => _buffer.Floats;

    /// <inheritdoc/>
    public void Dispose() => _buffer.Dispose();
}

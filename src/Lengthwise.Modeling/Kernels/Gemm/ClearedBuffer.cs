namespace Lengthwise.Modeling.Kernels.Gemm;

/// <summary>A <see cref="NativeBuffer"/> of zeros: what no one writes must not be slow (denormals) to calculate with.</summary>
internal sealed unsafe class ClearedBuffer : IDisposable
{
    private readonly NativeBuffer _buffer;

    /// <summary>That many zeros.</summary>
    public ClearedBuffer(long floats)
    {
        _buffer = new NativeBuffer(floats);
        new Span<float>(_buffer.Floats, checked((int)floats)).Clear();
    }

    /// <summary>The first one.</summary>
    public float* Floats => _buffer.Floats;

    /// <inheritdoc/>
    public void Dispose() => _buffer.Dispose();
}

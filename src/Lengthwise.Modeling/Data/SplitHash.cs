using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Lengthwise.Modeling.Data;

/// <summary>
/// The content hash of a split: SHA-256 over its shape and over the SHA-256 of offsets, labels and elements (little-endian), so
/// that it does not depend on where the split is kept, and can be made while the rows are still arriving.
/// </summary>
public sealed class SplitHash : IDisposable
{
    private readonly IncrementalHash _offsets = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _labels = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _elements = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds offsets, in order; all n + 1 of them in the end.</summary>
    public void AddOffsets(ReadOnlySpan<long> offsets) => _offsets.AppendData(MemoryMarshal.AsBytes(offsets));

    /// <summary>Adds labels, in order.</summary>
    public void AddLabels(ReadOnlySpan<int> labels) => _labels.AppendData(MemoryMarshal.AsBytes(labels));

    /// <summary>Adds the bytes of elements, in order.</summary>
    public void AddElements(ReadOnlySpan<byte> elements) => _elements.AppendData(elements);

    /// <summary>The hash, 32 bytes.</summary>
    public byte[] Finish(ElementKind kind, int channels, int classes, long count)
    {
        Span<byte> shape = stackalloc byte[20];
        BinaryPrimitives.WriteInt32LittleEndian(shape, (int)kind);
        BinaryPrimitives.WriteInt32LittleEndian(shape[4..], channels);
        BinaryPrimitives.WriteInt32LittleEndian(shape[8..], classes);
        BinaryPrimitives.WriteInt64LittleEndian(shape[12..], count);
        return SHA256.HashData([.. shape, .. _offsets.GetHashAndReset(), .. _labels.GetHashAndReset(), .. _elements.GetHashAndReset()]);
    }

    /// <summary>The hash of a task's three splits, as hexadecimal; <see cref="Tasks.PreparedTask.Hash"/>.</summary>
    public static string Combine(string train, string validation, string test) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{train}/{validation}/{test}")));

    /// <inheritdoc/>
    public void Dispose()
    {
        _offsets.Dispose();
        _labels.Dispose();
        _elements.Dispose();
    }
}

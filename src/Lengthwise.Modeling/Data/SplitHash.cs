using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Lengthwise.Modeling.Data;

/// <summary>
/// The content hash of a split: SHA-256 over its shape and over the SHA-256 of offsets, labels, elements and targets
/// (little-endian), so that it does not depend on where the split is kept, and can be made while the rows are still arriving.
/// </summary>
public sealed class SplitHash : IDisposable
{
    private readonly IncrementalHash _offsets = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _labels = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _elements = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _targets = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds offsets, in order; one more than there are sequences in the end.</summary>
    public void AddOffsets(ReadOnlySpan<long> offsets) => _offsets.AppendData(MemoryMarshal.AsBytes(offsets));

    /// <summary>Adds labels, in order.</summary>
    public void AddLabels(ReadOnlySpan<int> labels) => _labels.AppendData(MemoryMarshal.AsBytes(labels));

    /// <summary>Adds the stored bytes of elements, in order.</summary>
    public void AddElements(ReadOnlySpan<byte> elements) => _elements.AppendData(elements);

    /// <summary>Adds targets, in order.</summary>
    public void AddTargets(ReadOnlySpan<float> targets) => _targets.AppendData(MemoryMarshal.AsBytes(targets));

    /// <summary>The hash, 32 bytes.</summary>
    public byte[] Finish(SplitShape shape, ReadOnlySpan<ByteScaling> scaling, long count)
    {
        Span<byte> head = stackalloc byte[20];
        BinaryPrimitives.WriteInt32LittleEndian(head, (int)shape.Kind);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], shape.Channels);
        BinaryPrimitives.WriteInt32LittleEndian(head[8..], shape.Classes);
        BinaryPrimitives.WriteInt64LittleEndian(head[12..], count);
        byte[] all = [.. head, .. _offsets.GetHashAndReset(), .. _labels.GetHashAndReset(), .. _elements.GetHashAndReset()];
        // Runs from before pairs, targets and bytes existed keep the hash of their data.
        bool isPlain = shape is { Parts: 1, Targets: 0, Kind: ElementKind.Token or ElementKind.Real };
        return SHA256.HashData(isPlain ? all : [.. all, .. More(shape), .. _targets.GetHashAndReset(), .. MemoryMarshal.AsBytes(scaling)]);
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
        _targets.Dispose();
    }

    private static byte[] More(SplitShape shape)
    {
        var more = new byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(more, shape.Parts);
        BinaryPrimitives.WriteInt32LittleEndian(more.AsSpan(4), shape.Targets);
        BinaryPrimitives.WriteInt32LittleEndian(more.AsSpan(8), shape.FirstToken);
        return more;
    }
}

using System.Runtime.InteropServices;

namespace Lengthwise.Modeling.Data;

/// <summary>
/// Writes a packed split row by row, beside its place; <see cref="Finish"/> flushes it to the disk and renames it. A writer that
/// is disposed before leaves nothing behind.
/// </summary>
public sealed class PackedSplitWriter : IDisposable
{
    private readonly string _path;
    private readonly string _partial;
    private readonly FileStream _stream;
    private readonly ElementKind _kind;
    private readonly int _channels;
    private readonly int _classes;
    private readonly long[] _offsets;
    private readonly int[] _labels;
    private readonly SplitHash _hash = new();
    private int _row;

    /// <summary>Starts a file for exactly <paramref name="count"/> rows.</summary>
    /// <param name="path">The finished file.</param>
    /// <param name="kind">What the elements are.</param>
    /// <param name="channels">Elements per step; 1 for tokens.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="count">Rows that will be added.</param>
    public PackedSplitWriter(string path, ElementKind kind, int channels, int classes, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        (_path, _kind, _channels, _classes) = (path, kind, channels, classes);
        _offsets = new long[count + 1];
        _labels = new int[count];
        _partial = PartialFile.NameFor(path);
        _stream = new FileStream(_partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
        _stream.Position = new PackedLayout(kind, channels, classes, count, 0).ElementsStart;
    }

    /// <summary>Adds a token sequence.</summary>
    public void Add(ReadOnlySpan<ushort> tokens, int label)
    {
        if (_kind != ElementKind.Token) throw new InvalidOperationException("this split takes real values, not tokens");
        Add(MemoryMarshal.AsBytes(tokens), tokens.Length, label);
    }

    /// <summary>Adds a real sequence, step-major [L, C].</summary>
    public void Add(ReadOnlySpan<float> values, int label)
    {
        if (_kind != ElementKind.Real) throw new InvalidOperationException("this split takes tokens, not real values");
        if (values.Length % _channels != 0) throw new ArgumentException($"{values.Length} values do not divide into {_channels} channels", nameof(values));
        Add(MemoryMarshal.AsBytes(values), values.Length / _channels, label);
    }

    /// <summary>Completes the file; all rows must have been added.</summary>
    /// <returns>The content hash, as hexadecimal.</returns>
    public string Finish()
    {
        if (_row != _labels.Length) throw new InvalidOperationException($"{_row} of {_labels.Length} rows were added to '{_path}'");
        _hash.AddOffsets(_offsets);
        _hash.AddLabels(_labels);
        byte[] hash = _hash.Finish(_kind, _channels, _classes, _labels.Length);
        Span<byte> header = stackalloc byte[PackedLayout.HeaderBytes];
        new PackedLayout(_kind, _channels, _classes, _labels.Length, _offsets[^1]).Write(header, hash);
        _stream.Position = 0;
        _stream.Write(header);
        _stream.Write(MemoryMarshal.AsBytes(_offsets.AsSpan()));
        _stream.Write(MemoryMarshal.AsBytes(_labels.AsSpan()));
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Move(_partial, _path, overwrite: true);
        return Convert.ToHexStringLower(hash);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _hash.Dispose();
        try
        {
            _stream.Dispose();
        }
        finally
        {
            File.Delete(_partial);
        }
    }

    private void Add(ReadOnlySpan<byte> bytes, int steps, int label)
    {
        if (_row == _labels.Length) throw new InvalidOperationException($"'{_path}' was started for {_labels.Length} rows");
        if (steps == 0) throw new ArgumentException($"row {_row} is empty; expected at least one step");
        if ((uint)label >= (uint)_classes) throw new ArgumentException($"row {_row} has label {label}; expected 0 to {_classes - 1}", nameof(label));
        _stream.Write(bytes);
        _hash.AddElements(bytes);
        _labels[_row] = label;
        _offsets[_row + 1] = _offsets[_row] + steps;
        _row++;
    }
}

using System.IO.MemoryMappedFiles;

namespace Lengthwise.Modeling.Data;

/// <summary>A split in one memory-mapped file, written by <see cref="PackedSplitWriter"/>.</summary>
public sealed unsafe class PackedSplit : SequenceSplit
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly PackedLayout _layout;
    private readonly byte* _start;
    private bool _isDisposed;

    private PackedSplit(MemoryMappedFile file, long bytes)
    {
        _file = file;
        _view = file.CreateViewAccessor(0, bytes, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
        try
        {
            _layout = PackedLayout.Read(new ReadOnlySpan<byte>(_start, PackedLayout.HeaderBytes), bytes);
            ContentHash = Verify();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>SHA-256 of the content, as hexadecimal; checked when the file was opened.</summary>
    public string ContentHash { get; }

    /// <inheritdoc/>
    public override int Count => (int)_layout.Count;

    /// <summary>What the elements are.</summary>
    public ElementKind Kind => _layout.Kind;

    /// <summary>Number of classes.</summary>
    public int Classes => _layout.Classes;

    /// <summary>Opens and checks a file: sizes, offsets, labels and the hash of everything.</summary>
    /// <exception cref="LengthwiseException">The file is damaged; the message names it.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static PackedSplit Open(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            if (stream.Length < PackedLayout.HeaderBytes) throw new InvalidDataException($"it has only {stream.Length} bytes");
            return new PackedSplit(
                MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true),
                stream.Length);
        }
        catch (InvalidDataException e)
        {
            throw new LengthwiseException(ExitCode.Data, $"prepared data '{path}' is damaged: {e.Message}", "delete the file; it is made again when needed", e);
        }
    }

    /// <inheritdoc/>
    public override int Length(int row, int part = 0) => (int)(Offset(row + 1) - Offset(row));

    /// <inheritdoc/>
    public override int Label(int row) => Labels[CheckRow(row)];

    /// <inheritdoc/>
    public override ReadOnlySpan<ushort> Tokens(int row, int part = 0) => Kind == ElementKind.Token
        ? new ReadOnlySpan<ushort>(Element(row), Length(row))
        : throw new InvalidOperationException("this split holds real values, not tokens");

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Values(int row, int part = 0) => Kind == ElementKind.Real
        ? new ReadOnlySpan<float>(Element(row), Length(row) * _layout.Channels)
        : throw new InvalidOperationException("this split holds tokens, not real values");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
        base.Dispose(disposing);
    }

    private ReadOnlySpan<int> Labels => new(_start + _layout.LabelsStart, Count);

    private long Offset(int row)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)row, (uint)Count, nameof(row));
        return ((long*)(_start + PackedLayout.OffsetsStart))[row];
    }

    private void* Element(int row) => _start + _layout.ElementsStart + Offset(CheckRow(row)) * _layout.StepBytes;

    private int CheckRow(int row)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
        return row;
    }

    private string Verify()
    {
        using var hash = new SplitHash();
        long previous = 0;
        for (int row = 0; row <= Count; row++)
        {
            long offset = Offset(row);
            long step = offset - previous;
            bool isGood = row == 0 ? offset == 0 : step is > 0 and <= int.MaxValue / 8 && step * _layout.Channels <= int.MaxValue / 4;
            if (!isGood) throw new InvalidDataException($"offset {row} is {offset} after {previous}");
            previous = offset;
        }
        if (previous != _layout.Steps) throw new InvalidDataException($"its offsets end at {previous}, its header says {_layout.Steps} steps");
        for (int row = 0; row < Count; row++)
            if ((uint)Labels[row] >= (uint)Classes) throw new InvalidDataException($"label {row} is {Labels[row]}, expected 0 to {Classes - 1}");

        hash.AddOffsets(new ReadOnlySpan<long>(_start + PackedLayout.OffsetsStart, Count + 1));
        hash.AddLabels(Labels);
        const int piece = 1 << 24;
        for (long at = _layout.ElementsStart; at < _layout.FileBytes; at += piece)
            hash.AddElements(new ReadOnlySpan<byte>(_start + at, (int)Math.Min(piece, _layout.FileBytes - at)));
        byte[] found = hash.Finish(Kind, _layout.Channels, Classes, Count);
        if (!PackedLayout.Hash(new ReadOnlySpan<byte>(_start, PackedLayout.HeaderBytes)).SequenceEqual(found))
            throw new InvalidDataException("its content does not have the SHA-256 in its header");
        return Convert.ToHexStringLower(found);
    }
}

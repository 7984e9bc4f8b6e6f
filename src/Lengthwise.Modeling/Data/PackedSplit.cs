using System.IO.MemoryMappedFiles;

namespace Lengthwise.Modeling.Data;

/// <summary>A split in one memory-mapped file, written by <see cref="PackedSplitWriter"/>.</summary>
public sealed unsafe class PackedSplit : StoredSplit
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly PackedLayout _layout;
    private readonly byte* _start;
    private bool _isDisposed;

    private PackedSplit(FileStream stream, long leastProvenBytes)
    {
        _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _file.CreateViewAccessor(0, stream.Length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
        try
        {
            var header = new ReadOnlySpan<byte>(_start, PackedLayout.HeaderBytes);
            _layout = PackedLayout.Read(header, stream.Length);
            ContentHash = Convert.ToHexStringLower(PackedLayout.Hash(header));
            CheckTables();
            var proof = new SplitProof(stream, ContentHash, leastProvenBytes);
            if (!proof.Stands) CheckHash();
            proof.Keep();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override SplitShape Shape => _layout.Shape;

    /// <inheritdoc/>
    public override string ContentHash { get; }

    /// <inheritdoc/>
    public override int Count => (int)_layout.Count;

    private protected override ReadOnlySpan<long> Offsets => Table<long>(_layout.OffsetsStart, _layout.Sequences + 1);

    private protected override ReadOnlySpan<int> Labels => Table<int>(_layout.LabelsStart, _layout.Count);

    private protected override ReadOnlySpan<float> TargetTable => Table<float>(_layout.TargetsStart, _layout.Count * Shape.Targets);

    private protected override ReadOnlySpan<ByteScaling> Scaling => Table<ByteScaling>(_layout.ScalingStart, _layout.ScaledChannels);

    /// <summary>
    /// Opens and checks a file: sizes, offsets and labels always, since reading relies on them; the hash of everything unless a
    /// <see cref="SplitProof"/> of the same file says that it was checked before.
    /// </summary>
    /// <exception cref="LengthwiseException">The file is damaged; the message names it.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static PackedSplit Open(string path) => Open(path, SplitProof.LeastBytes);

    /// <summary>Opens with notes about files from that size on.</summary>
    internal static PackedSplit Open(string path, long leastProvenBytes)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            if (stream.Length < PackedLayout.HeaderBytes) throw new InvalidDataException($"it has only {stream.Length} bytes");
            return new PackedSplit(stream, leastProvenBytes);
        }
        catch (InvalidDataException e)
        {
            throw new LengthwiseException(ExitCode.Data, $"prepared data '{path}' is damaged: {e.Message}", "delete the file; it is made again when needed", e);
        }
    }

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

    private protected override ReadOnlySpan<byte> Elements(long start, int count) => Table<byte>(PackedLayout.ElementsStart + start, count);

    private ReadOnlySpan<T> Table<T>(long start, long count) where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new ReadOnlySpan<T>(_start + start, (int)count);
    }

    private void CheckTables()
    {
        ReadOnlySpan<long> offsets = Offsets;
        for (int i = 0; i < offsets.Length; i++)
        {
            long steps = i == 0 ? 0 : offsets[i] - offsets[i - 1];
            bool isGood = i == 0 ? offsets[0] == 0 : steps is > 0 and <= int.MaxValue / 8 && steps * Shape.StepBytes <= int.MaxValue;
            if (!isGood) throw new InvalidDataException($"offset {i} is {offsets[i]} after {(i == 0 ? 0 : offsets[i - 1])}");
        }
        if (offsets[^1] != _layout.Steps) throw new InvalidDataException($"its offsets end at {offsets[^1]}, its header says {_layout.Steps} steps");
        ReadOnlySpan<int> labels = Labels;
        for (int row = 0; row < labels.Length; row++)
            if (labels[row] < Unlabelled || labels[row] >= Shape.Classes)
                throw new InvalidDataException($"label {row} is {labels[row]}, expected {Unlabelled} to {Shape.Classes - 1}");
        if (Table<byte>(_layout.ElementsEnd, _layout.OffsetsStart - _layout.ElementsEnd).IndexOfAnyExcept((byte)0) >= 0)
            throw new InvalidDataException("there is something between its elements and its tables");
    }

    private void CheckHash()
    {
        using var hash = new SplitHash();
        hash.AddOffsets(Offsets);
        hash.AddLabels(Labels);
        hash.AddTargets(TargetTable);
        const int piece = 1 << 24;
        for (long at = PackedLayout.ElementsStart; at < _layout.ElementsEnd; at += piece)
            hash.AddElements(Table<byte>(at, Math.Min(piece, _layout.ElementsEnd - at)));
        if (Convert.ToHexStringLower(hash.Finish(Shape, Scaling, Count)) != ContentHash)
            throw new InvalidDataException("its content does not have the SHA-256 in its header");
    }
}

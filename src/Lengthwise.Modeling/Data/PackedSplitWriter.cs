using System.Runtime.InteropServices;

namespace Lengthwise.Modeling.Data;

/// <summary>
/// Writes a packed split row by row, beside its place; <see cref="Finish"/> flushes it to the disk and renames it. A writer that
/// is disposed before leaves nothing behind.
/// </summary>
public sealed class PackedSplitWriter : SplitWriter
{
    private readonly string _path;
    private readonly string _partial;
    private readonly FileStream _stream;

    /// <summary>Starts a file.</summary>
    /// <param name="path">The finished file.</param>
    /// <param name="shape">What the rows consist of.</param>
    public PackedSplitWriter(string path, SplitShape shape)
        : base(shape)
    {
        (_path, _partial) = (path, PartialFile.NameFor(path));
        _stream = new FileStream(_partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20) { Position = PackedLayout.ElementsStart };
    }

    /// <summary>Completes the file.</summary>
    /// <returns>The content hash, as hexadecimal.</returns>
    public string Finish()
    {
        SplitTables tables = Close();
        var layout = new PackedLayout(Shape, Count, tables.Offsets[^1]);
        _stream.Write(new byte[(int)(layout.OffsetsStart - layout.ElementsEnd)]);
        WriteTable<long>(tables.Offsets);
        WriteTable<int>(tables.Labels);
        WriteTable<float>(tables.Targets);
        WriteTable<ByteScaling>(tables.Scaling);
        Span<byte> header = stackalloc byte[PackedLayout.HeaderBytes];
        layout.Write(header, tables.Hash);
        _stream.Position = 0;
        _stream.Write(header);
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Move(_partial, _path, overwrite: true);
        return Convert.ToHexStringLower(tables.Hash);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        try
        {
            _stream.Dispose();
        }
        finally
        {
            File.Delete(_partial);
        }
    }

    private protected override void Store(ReadOnlySpan<byte> elements) => _stream.Write(elements);

    private void WriteTable<T>(ReadOnlySpan<T> table) where T : unmanaged
    {
        const int piece = 1 << 20;
        for (int at = 0; at < table.Length; at += piece) _stream.Write(MemoryMarshal.AsBytes(table.Slice(at, Math.Min(piece, table.Length - at))));
    }
}

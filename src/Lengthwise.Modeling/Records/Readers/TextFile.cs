using System.Text;

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>A file of text: plain or gzip, UTF-8 or, with a byte order mark, UTF-16; always given out as UTF-8.</summary>
internal sealed class TextFile
{
    private readonly Encoding? _wide;
    private readonly int _markLength;

    private TextFile(FileInfo file, bool isGzip, Encoding? wide, int markLength)
    {
        (File, IsGzip, _wide, _markLength) = (file, isGzip, wide, markLength);
    }

    public FileInfo File { get; }

    public string Name => File.Name;

    public bool IsGzip { get; }

    /// <summary>Whether reading can begin in the middle.</summary>
    public bool CanSeek => !IsGzip && _wide is null;

    /// <summary>Looks at the beginning of a file.</summary>
    /// <exception cref="LengthwiseException">The file is missing, empty, or no text.</exception>
    public static TextFile Inspect(FileInfo file)
    {
        var head = new byte[FileSignature.Length];
        int read = ReadHead(SourceFile.Open(file), head, file);
        bool isGzip = FileSignature.NameOf(head.AsSpan(0, read)) == FileSignature.Gzip;
        if (isGzip) read = ReadHead(GzipFile.Open(SourceFile.Open(file)), head, file);
        ReadOnlySpan<byte> start = head.AsSpan(0, read);
        string inside = isGzip ? "inside its gzip it " : "it ";
        if (start.IsEmpty) throw new LengthwiseException(ExitCode.Data, $"reading '{file}': {inside}is empty; expected rows");
        if (FileSignature.NameOf(start) is { } other)
            throw new LengthwiseException(ExitCode.Data, $"reading '{file}': {inside}begins like {other}; expected text", "check 'path' and 'format' in [task]");
        if (start.StartsWith(Encoding.UTF8.Preamble)) return new TextFile(file, isGzip, null, 3);
        if (start.StartsWith(Encoding.Unicode.Preamble)) return new TextFile(file, isGzip, new UnicodeEncoding(false, false, true), 2);
        if (start.StartsWith(Encoding.BigEndianUnicode.Preamble)) return new TextFile(file, isGzip, new UnicodeEncoding(true, false, true), 2);
        return new TextFile(file, isGzip, null, 0);
    }

    /// <summary>Rows from a place on.</summary>
    /// <param name="style">How rows are told apart.</param>
    /// <param name="range">Where to begin; other than 0 only if <see cref="CanSeek"/>.</param>
    public RowReader Rows(RowStyle style, RowRange range)
    {
        if (CanSeek && range.Offset < _markLength) range = range with { Offset = _markLength };
        var rows = new RowReader(Open(range.Offset), File.Name, style, range);
        if (range.SkipsFirst)
            while (rows.Next() && RowParser.IsBlank(rows.Row)) ;
        return rows;
    }

    private GuardedStream Open(long offset)
    {
        if (CanSeek) return new GuardedStream(SourceFile.Open(File, offset), File.ToString());
        Stream stream = SourceFile.Open(File);
        if (IsGzip) stream = GzipFile.Open(stream);
        if (_markLength > 0) stream.ReadExactly(new byte[_markLength]);
        if (_wide is not null) stream = Encoding.CreateTranscodingStream(stream, _wide, new UTF8Encoding(false));
        return new GuardedStream(stream, File.ToString());
    }

    private static int ReadHead(Stream stream, byte[] head, FileInfo file)
    {
        using var guarded = new GuardedStream(stream, file.ToString());
        return guarded.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
    }
}

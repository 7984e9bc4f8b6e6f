using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Lengthwise.Modeling.Records.Readers.Arrays;

/// <summary>An array of NumPy (<c>.npy</c>, versions 1 to 3): numbers of any width, either byte order, either order of dimensions; also texts.</summary>
/// <remarks>Read in blocks, not mapped: a mapped file that another program cuts short would end the process.</remarks>
internal sealed partial class NpyFile : SequenceArray
{
    private const int MaxHeader = 1 << 20;
    private const int MaxText = 1 << 16;

    private readonly FileInfo _file;
    private readonly FileStream _stream;
    private readonly long _start;
    private readonly bool _isBigEndian;
    private readonly bool _isColumnMajor;
    private readonly char _kind;
    private readonly long[] _shape;

    private NpyFile(FileInfo file)
    {
        _file = file;
        _stream = SourceFile.Open(file);
        try
        {
            string header = ReadHeader(out _start);
            Match type = TypeField().Match(header), order = OrderField().Match(header), shape = ShapeField().Match(header);
            if (!type.Success || !order.Success || !shape.Success)
                throw Damaged($"its header is {RowFault.Quote(header)}; expected a plain type, 'fortran_order' and 'shape' (arrays of records are not read)");
            (_isBigEndian, _kind, ElementBytes) = TypeOf(type.Groups[1].Value);
            _isColumnMajor = order.Groups[1].Value == "True";
            _shape = [.. shape.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Size)];
            CheckLength();
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    public override string Name => _file.Name;

    public override IReadOnlyList<long> Shape => _shape;

    public override bool IsInteger => _kind is 'i' or 'u' or 'b';

    public override int ElementBytes { get; }

    /// <summary>Whether the elements are texts.</summary>
    public bool IsText => _kind is 'U' or 'S';

    /// <summary>Opens an array.</summary>
    /// <exception cref="LengthwiseException">The file is missing, damaged, or holds something else than numbers or texts.</exception>
    public static NpyFile Open(FileInfo file) => new(file);

    public override double[] Read(long first, int count)
    {
        byte[] bytes = ReadBytes(first, count);
        var values = new double[bytes.Length / ElementBytes];
        for (int i = 0; i < values.Length; i++) values[i] = Number(bytes.AsSpan(i * ElementBytes, ElementBytes));
        return values;
    }

    /// <summary>All texts of an array of one dimension.</summary>
    /// <exception cref="LengthwiseException">The file is damaged.</exception>
    public string[] ReadTexts()
    {
        byte[] bytes = ReadBytes(0, (int)_shape[0]);
        Encoding encoding = _kind == 'S' ? Encoding.UTF8 : _isBigEndian ? new UTF32Encoding(true, false) : Encoding.UTF32;
        var texts = new string[_shape[0]];
        for (int i = 0; i < texts.Length; i++) texts[i] = encoding.GetString(bytes, i * ElementBytes, ElementBytes).TrimEnd('\0');
        return texts;
    }

    public override void Dispose() => _stream.Dispose();

    /// <summary>Rows as bytes, row-major.</summary>
    private byte[] ReadBytes(long first, int count)
    {
        long row = RowValues;
        var bytes = new byte[count * row * ElementBytes];
        if (!_isColumnMajor || _shape.Length == 1)
        {
            Fill(bytes, _start + first * row * ElementBytes);
            return bytes;
        }
        // Column-major: the first dimension runs fastest, so the same element of neighbouring rows lies together.
        var run = new byte[count * ElementBytes];
        long inner = _shape.Length > 2 ? _shape[2] : 1;
        for (long l = 0; l < _shape[1]; l++)
            for (long c = 0; c < inner; c++)
            {
                Fill(run, _start + (first + _shape[0] * (l + _shape[1] * c)) * ElementBytes);
                for (int r = 0; r < count; r++)
                    run.AsSpan(r * ElementBytes, ElementBytes).CopyTo(bytes.AsSpan((int)((r * row + l * inner + c) * ElementBytes)));
            }
        return bytes;
    }

    private void Fill(byte[] bytes, long offset)
    {
        try
        {
            _stream.Position = offset;
            _stream.ReadExactly(bytes);
        }
        catch (IOException e)
        {
            throw Damaged(e.Message);
        }
    }

    private double Number(ReadOnlySpan<byte> bytes)
    {
        Span<byte> ordered = stackalloc byte[8];
        ordered = ordered[..bytes.Length];
        bytes.CopyTo(ordered);
        if (_isBigEndian) ordered.Reverse();
        return (_kind, ElementBytes) switch
        {
            ('b', _) => ordered[0] == 0 ? 0 : 1,
            ('u', 1) => ordered[0],
            ('u', 2) => BinaryPrimitives.ReadUInt16LittleEndian(ordered),
            ('u', 4) => BinaryPrimitives.ReadUInt32LittleEndian(ordered),
            ('u', 8) => BinaryPrimitives.ReadUInt64LittleEndian(ordered),
            ('i', 1) => (sbyte)ordered[0],
            ('i', 2) => BinaryPrimitives.ReadInt16LittleEndian(ordered),
            ('i', 4) => BinaryPrimitives.ReadInt32LittleEndian(ordered),
            ('i', 8) => BinaryPrimitives.ReadInt64LittleEndian(ordered),
            ('f', 2) => (double)BinaryPrimitives.ReadHalfLittleEndian(ordered),
            ('f', 4) => BinaryPrimitives.ReadSingleLittleEndian(ordered),
            _ => BinaryPrimitives.ReadDoubleLittleEndian(ordered),
        };
    }

    private string ReadHeader(out long start)
    {
        var head = new byte[12];
        int read = _stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (read == 0) throw Damaged("it is empty");
        if (read < 10 || !head.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y']))
            throw Damaged($"it begins like {FileSignature.NameOf(head.AsSpan(0, read)) ?? "text or something unknown"}; expected the bytes 93 'NUMPY'");
        if (head[6] is < 1 or > 3) throw Damaged(FormattableString.Invariant($"found version {head[6]}, expected 1, 2 or 3"));
        bool isShort = head[6] == 1;
        long length = isShort ? BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(8)) : BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(8));
        start = (isShort ? 10 : 12) + length;
        if (length > MaxHeader || start > _stream.Length) throw Damaged(FormattableString.Invariant($"its header announces {length} bytes, the file has {_stream.Length}"));
        var header = new byte[length];
        Fill(header, start - length);
        return Encoding.Latin1.GetString(header);
    }

    private (bool IsBigEndian, char Kind, int Bytes) TypeOf(string type)
    {
        Match match = PlainType().Match(type);
        int bytes = match.Success ? int.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture) : 0;
        char kind = match.Success ? match.Groups[2].Value[0] : ' ';
        bool isKnown = (kind, bytes) is ('f', 2 or 4 or 8) or ('i' or 'u', 1 or 2 or 4 or 8) or ('b', 1) or ('U' or 'S', > 0 and < MaxText);
        if (!isKnown) throw Damaged($"its elements are of type '{type}'{(kind == 'O' || type.Contains('O', StringComparison.Ordinal) ? ", pickled objects, which can run programs and are never opened" : "")}; expected integers, floats or texts");
        return (match.Groups[1].Value == ">", kind, kind == 'U' ? 4 * bytes : bytes);
    }

    private long Size(string text) => long.TryParse(text.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out long size)
        ? size
        : throw Damaged($"found the size {RowFault.Quote(text)} in its shape");

    private void CheckLength()
    {
        if (_shape.Length is 0 or > 3) throw Damaged(FormattableString.Invariant($"it has {_shape.Length} dimensions, expected [n, steps] or [n, steps, channels]"));
        UInt128 bytes = (UInt128)ElementBytes;
        foreach (long size in _shape)
        {
            if (size == 0) throw Damaged("it is empty: a dimension has size 0");
            bytes = UInt128.Min(bytes * (UInt128)size, long.MaxValue);
        }
        long rest = _stream.Length - _start;
        if (bytes != (UInt128)rest) throw Damaged(FormattableString.Invariant($"its header announces {bytes} bytes of data, found {rest}"));
    }

    private LengthwiseException Damaged(string found) => new(ExitCode.Data, $"reading '{_file}': {found}", "the file is damaged or another kind of file; get it again");

    [GeneratedRegex(@"'descr':\s*'([^']*)'", RegexOptions.NonBacktracking)]
    private static partial Regex TypeField();

    [GeneratedRegex(@"'fortran_order':\s*(True|False)", RegexOptions.NonBacktracking)]
    private static partial Regex OrderField();

    [GeneratedRegex(@"'shape':\s*\(([0-9L, ]*)\)", RegexOptions.NonBacktracking)]
    private static partial Regex ShapeField();

    [GeneratedRegex(@"^([<>|=]?)([fiubUSOcmMV])(\d{1,9})$", RegexOptions.NonBacktracking)]
    private static partial Regex PlainType();
}

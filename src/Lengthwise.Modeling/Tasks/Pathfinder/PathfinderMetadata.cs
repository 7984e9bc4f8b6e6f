using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Lengthwise.Modeling.Tasks.Pathfinder;

/// <summary>One image that a metadata file lists.</summary>
/// <param name="Image">Path below the folder of the set: <c>imgs/0/sample_0.png</c>.</param>
/// <param name="Label">1 when both markers are on one path.</param>
/// <param name="Where">File and line, for messages.</param>
public sealed record PathfinderEntry(string Image, int Label, string Where);

/// <summary>
/// Reads <c>metadata/BATCH.npy</c>: plain text in Long Range Arena's release, one image a line, fields between blanks; a true NumPy file of
/// texts where the present generator wrote it. Told apart by the first bytes.
/// </summary>
public static partial class PathfinderMetadata
{
    private const int MostBytes = 1 << 30;
    private const int LabelField = 3;

    private static ReadOnlySpan<byte> NumPyMagic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>The images that a file lists, in its order.</summary>
    /// <exception cref="LengthwiseException">The file is missing, damaged, or lists something that is no image of the set.</exception>
    public static IReadOnlyList<PathfinderEntry> Read(string path)
    {
        byte[] bytes;
        try
        {
            long size = new FileInfo(path).Length;
            if (size > MostBytes) throw Bad(path, $"it has {size} bytes, expected at most {MostBytes}");
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LengthwiseException(ExitCode.Data, $"reading '{path}': {e.Message}", "check the path and its permissions", e);
        }
        IEnumerable<string[]> rows = bytes.AsSpan().StartsWith(NumPyMagic) ? NumPyRows(bytes, path) : TextRows(bytes, path);
        return [.. rows.Select((fields, i) => Entry(fields, string.Create(CultureInfo.InvariantCulture, $"{path}({i + 1})")))];
    }

    private static PathfinderEntry Entry(string[] fields, string where)
    {
        if (fields.Length <= LabelField) throw Bad(where, string.Create(CultureInfo.InvariantCulture, $"found {fields.Length} fields, expected folder, file, number, label and what follows"));
        // Labels come as 1 or as 1.0.
        bool isLabel = double.TryParse(fields[LabelField], NumberStyles.Float, CultureInfo.InvariantCulture, out double label) && label is 0 or 1;
        if (!isLabel) throw Bad(where, $"found label '{Shown(fields[LabelField])}', expected 0 or 1");
        string image = $"{fields[0]}/{fields[1]}".Replace('\\', '/');
        if (!PlainPath().IsMatch(image) || image.Split('/').Contains("..")) throw Bad(where, $"found image '{Shown(image)}', expected a path below the set such as imgs/0/sample_0.png");
        return new PathfinderEntry(image, (int)label, where);
    }

    private static IEnumerable<string[]> TextRows(byte[] bytes, string path)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw Bad(path, "it is neither text nor a NumPy file", e);
        }
        if (text.Contains('\0', StringComparison.Ordinal)) throw Bad(path, "it is neither text nor a NumPy file");
        return text.Split('\n').Select(line => line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries)).Where(fields => fields.Length > 0);
    }

    /// <summary>A NumPy array of texts, [N, F], with four bytes (U) or one byte (S) a character.</summary>
    private static IEnumerable<string[]> NumPyRows(byte[] bytes, string path)
    {
        int headerStart = bytes.Length > 7 && bytes[6] > 1 ? 12 : 10;
        if (bytes.Length < headerStart) throw Bad(path, "its NumPy header is cut short");
        long headerLength = headerStart == 10 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8)) : BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8));
        if (headerStart + headerLength > bytes.Length) throw Bad(path, "its NumPy header is cut short");
        string header = Encoding.Latin1.GetString(bytes, headerStart, (int)headerLength);
        Match match = NumPyHeader().Match(header);
        if (!match.Success) throw Bad(path, $"found the NumPy header '{Shown(header)}', expected a table of texts in the order of rows");

        int width = match.Groups["kind"].Value == "U" ? 4 : 1;
        bool isBig = match.Groups["order"].Value == ">";
        bool isSound = int.TryParse(match.Groups["size"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int characters)
            & int.TryParse(match.Groups["rows"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int rows)
            & int.TryParse(match.Groups["fields"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int fields);
        Int128 expected = (Int128)rows * fields * characters * width, found = bytes.Length - headerStart - headerLength;
        if (!isSound || characters == 0 || expected != found) throw Bad(path, $"found {found} bytes of data, expected {expected} by its NumPy header '{Shown(header)}'");

        int start = headerStart + (int)headerLength, stride = characters * width;
        Encoding encoding = width == 1 ? Encoding.Latin1 : new UTF32Encoding(isBig, byteOrderMark: false);
        return Enumerable.Range(0, rows).Select(row =>
            Enumerable.Range(0, fields).Select(field => encoding.GetString(bytes, start + (row * fields + field) * stride, stride).TrimEnd('\0')).ToArray());
    }

    private static string Shown(string text)
    {
        string plain = new([.. text.Trim().Select(c => char.IsControl(c) ? '?' : c)]);
        return plain.Length <= 80 ? plain : plain[..80] + "…";
    }

    private static LengthwiseException Bad(string where, string fault, Exception? cause = null) =>
        new(ExitCode.Data, $"reading Pathfinder metadata {where}: {fault}", "the file is damaged or another kind of file; get it again", cause);

    [GeneratedRegex(@"'descr':\s*'(?<order>[<>|=])(?<kind>[US])(?<size>\d+)'.*'fortran_order':\s*False.*'shape':\s*\((?<rows>\d+),\s*(?<fields>\d+)\)", RegexOptions.CultureInvariant)]
    private static partial Regex NumPyHeader();

    [GeneratedRegex(@"^[\w.-]+(/[\w.-]+)*$", RegexOptions.CultureInvariant)]
    private static partial Regex PlainPath();
}

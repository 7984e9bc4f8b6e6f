using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;

namespace Lengthwise.Modeling.Data;

/// <summary>
/// Unpacks <c>.tar</c>, <c>.tar.gz</c> and <c>.zip</c> from strangers: names that lead out of the folder, links, devices and archives
/// that swell beyond measure are refused, and the folder appears whole or not at all.
/// </summary>
public sealed class ArchiveExtraction
{
    private const int TarMagicAt = 257, HeaderBytes = 512, BufferBytes = 1 << 17;
    private const long ReportEvery = 64L << 20;
    private readonly FileInfo _archive;
    private readonly long _mostBytes;
    private readonly IProgress<(long Bytes, long Files)>? _progress;
    private readonly CancellationToken _cancellation;
    private long _bytes, _files, _reported;

    private ArchiveExtraction(FileInfo archive, long mostBytes, IProgress<(long, long)>? progress, CancellationToken cancellation) =>
        (_archive, _mostBytes, _progress, _cancellation) = (archive, mostBytes, progress, cancellation);

    /// <summary>Most files of an archive.</summary>
    public static int MostFiles => 5_000_000;

    /// <summary>Most bytes that an archive of that size may unpack to: 200 times its size, at least 1 GiB.</summary>
    public static long MostBytes(long archiveBytes) => Math.Max(1L << 30, 200 * archiveBytes);

    /// <summary>Whether the file looks like an archive that can be unpacked; told by its content, not by its name.</summary>
    /// <exception cref="LengthwiseException">The file cannot be read.</exception>
    public static bool IsArchive(FileInfo file) => Kind(file) is not null;

    /// <summary>Unpacks an archive into a folder that must not exist yet.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="folder">Where its content goes.</param>
    /// <param name="progress">Hears bytes and files written so far; may be null.</param>
    /// <param name="cancellation">Stops, and leaves nothing behind.</param>
    /// <exception cref="LengthwiseException">The archive is damaged or malicious, or the folder cannot be written.</exception>
    public static void Extract(FileInfo archive, DirectoryInfo folder, IProgress<(long Bytes, long Files)>? progress, CancellationToken cancellation) =>
        Extract(archive, folder, archive.Exists ? MostBytes(archive.Length) : 0, progress, cancellation);

    /// <summary>Unpacks with a limit of its own.</summary>
    internal static void Extract(
        FileInfo archive, DirectoryInfo folder, long mostBytes, IProgress<(long Bytes, long Files)>? progress, CancellationToken cancellation)
    {
        string partial = PartialFile.NameFor(folder.FullName);
        try
        {
            Directory.CreateDirectory(partial);
            new ArchiveExtraction(archive, mostBytes, progress, cancellation).Run(partial);
            MoveUnlessThere(partial, folder.FullName);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new LengthwiseException(ExitCode.Data, $"unpacking '{archive.FullName}': {e.Message}", "the archive is damaged; get it again", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LengthwiseException(ExitCode.Failed, $"unpacking '{archive.FullName}' to '{folder.FullName}': {e.Message}", "free some space, or name a folder that can be written", e);
        }
        finally
        {
            if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
        }
    }

    // Cells of a comparison start side by side and may unpack the same archive: whoever is first makes the folder, and all of them would make the same.
    private static void MoveUnlessThere(string partial, string folder)
    {
        try
        {
            Directory.Move(partial, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
        }
    }

    private static ArchiveKind? Kind(FileInfo file)
    {
        try
        {
            using FileStream stream = file.OpenRead();
            var header = new byte[HeaderBytes];
            int read = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
            if (header.AsSpan().StartsWith("PK\x03\x04"u8) || header.AsSpan().StartsWith("PK\x05\x06"u8)) return ArchiveKind.Zip;
            if (IsTar(header.AsSpan(0, read))) return ArchiveKind.Tar;
            if (read < 2 || header[0] != 0x1f || header[1] != 0x8b) return null;
            stream.Position = 0;
            using var inner = new GZipStream(stream, CompressionMode.Decompress);
            read = inner.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
            return IsTar(header.AsSpan(0, read)) ? ArchiveKind.TarGzip : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LengthwiseException(ExitCode.Data, $"opening '{file.FullName}': {e.Message}", "check the path and that you may read it", e);
        }
    }

    private static bool IsTar(ReadOnlySpan<byte> header) => header.Length == HeaderBytes && header[TarMagicAt..].StartsWith("ustar"u8);

    private void Run(string folder)
    {
        ArchiveKind kind = Kind(_archive) ?? throw new InvalidDataException("it is no tar, gzipped tar or zip archive");
        using FileStream stream = _archive.OpenRead();
        if (kind == ArchiveKind.Zip)
        {
            RunZip(stream, folder);
        }
        else if (kind == ArchiveKind.Tar)
        {
            RunTar(stream, folder);
        }
        else
        {
            using var inner = new GZipStream(stream, CompressionMode.Decompress);
            RunTar(inner, folder);
        }
    }

    private void RunTar(Stream stream, string folder)
    {
        using var tar = new TarReader(stream);
        while (tar.GetNextEntry() is { } entry)
        {
            _cancellation.ThrowIfCancellationRequested();
            switch (entry.EntryType)
            {
                case TarEntryType.GlobalExtendedAttributes:
                    break;
                case TarEntryType.Directory:
                    Directory.CreateDirectory(PathOf(entry.Name, folder));
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    Write(entry.Name, entry.DataStream ?? Stream.Null, folder);
                    break;
                default:
                    throw Refused(entry.Name, $"is a {entry.EntryType}; only files and folders are unpacked");
            }
        }
    }

    private void RunZip(Stream stream, string folder)
    {
        const int unixTypeShift = 28, unixLink = 0xA;
        using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            _cancellation.ThrowIfCancellationRequested();
            if ((uint)entry.ExternalAttributes >> unixTypeShift == unixLink) throw Refused(entry.FullName, "is a link; only files and folders are unpacked");
            if (entry.IsEncrypted) throw Refused(entry.FullName, "is encrypted");
            if (entry.FullName.EndsWith('/'))
            {
                Directory.CreateDirectory(PathOf(entry.FullName, folder));
                continue;
            }
            using Stream content = entry.Open();
            Write(entry.FullName, content, folder);
        }
    }

    private void Write(string name, Stream content, string folder)
    {
        string path = PathOf(name, folder);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (File.Exists(path)) throw Refused(name, "stands in the archive twice");
        if (++_files > MostFiles) throw Refused(name, Invariant($"is file {_files:N0}; at most {MostFiles:N0} are unpacked"));
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        var buffer = new byte[(int)Math.Min(BufferBytes, Math.Max(1, _archive.Length))];
        for (int read; (read = content.Read(buffer)) > 0;)
        {
            _cancellation.ThrowIfCancellationRequested();
            file.Write(buffer, 0, read);
            // What headers announce is not to be trusted: bytes count when they come.
            if ((_bytes += read) > _mostBytes)
                throw Refused(name, Invariant($"makes the archive swell above {_mostBytes:N0} bytes from {_archive.Length:N0}"));
            if (_bytes - _reported < ReportEvery) continue;
            _progress?.Report((_bytes, _files));
            _reported = _bytes;
        }
    }

    private string PathOf(string name, string folder)
    {
        string[] parts = [.. name.Split('/').Where(part => part is not ("" or "."))];
        bool isAbsolute = name.StartsWith('/');
        bool isHostile = parts.Length == 0 ? !name.TrimEnd('/').Equals(".", StringComparison.Ordinal) : parts.Any(IsHostile);
        if (isAbsolute || isHostile) throw Refused(name, "leads out of the folder, or is no name that every system accepts");
        return Path.Combine([folder, .. parts]);
    }

    private static bool IsHostile(string part) => part == ".." || part.AsSpan().IndexOfAny("\\:\0") >= 0 || part.Any(char.IsControl);

    private LengthwiseException Refused(string name, string fault) => new(
        ExitCode.Data, $"unpacking '{_archive.FullName}': the entry '{(name.Length <= 120 ? name : name[..120] + "…")}' {fault}",
        "do not use this archive; get it from its publisher");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private enum ArchiveKind
    {
        Tar,
        TarGzip,
        Zip,
    }
}

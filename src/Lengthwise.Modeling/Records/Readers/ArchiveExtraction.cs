using System.Formats.Tar;
using System.IO.Compression;
using Lengthwise.Modeling.Data;

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>
/// Unpacks archives that nobody vouches for: nothing is written outside the folder, links and devices are refused, sizes are
/// bounded, and the folder appears only when it is complete.
/// </summary>
public static class ArchiveExtraction
{
    /// <summary>Bytes of all files together, unless the caller allows more.</summary>
    public const long DefaultMaxBytes = 32L << 30;

    private const int MaxEntries = 20_000_000;

    /// <summary>No honest archive of data shrinks this much; deflate itself reaches 1,032.</summary>
    private const int MaxRatio = 250;

    private const long RatioMattersFrom = 256L << 20;

    /// <summary>Unpacks a tar (plain or gzip) or ZIP archive into a folder that does not exist yet.</summary>
    /// <param name="archive">The archive; its kind is told by its first bytes.</param>
    /// <param name="target">The folder; if it exists it is taken for complete and left alone.</param>
    /// <param name="maxBytes">Refused above this.</param>
    /// <param name="cancellation">Stops between pieces; nothing is left behind.</param>
    /// <exception cref="LengthwiseException">The archive is missing, damaged, too large, or would write elsewhere.</exception>
    public static void Extract(FileInfo archive, DirectoryInfo target, long maxBytes = DefaultMaxBytes, CancellationToken cancellation = default)
    {
        target.Refresh();
        if (target.Exists) return;
        var partial = new DirectoryInfo(PartialFile.NameFor(target.FullName));
        try
        {
            partial.Create();
            var budget = new Budget(archive, maxBytes);
            using FileStream file = SourceFile.Open(archive);
            Unpack(archive, file, partial, budget, cancellation);
            Directory.Move(partial.FullName, target.FullName);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or FormatException or ArgumentException
            or NotSupportedException or OverflowException or InvalidOperationException)
        {
            throw Refused(archive, e.Message, "the archive is damaged or the folder cannot be written to; get it again or unpack it yourself", e);
        }
        finally
        {
            partial.Refresh();
            if (partial.Exists) partial.Delete(recursive: true);
        }
    }

    private static void Unpack(FileInfo archive, FileStream file, DirectoryInfo folder, Budget budget, CancellationToken cancellation)
    {
        var head = new byte[FileSignature.Length];
        int read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        file.Position = 0;
        switch (FileSignature.NameOf(head.AsSpan(0, read)))
        {
            case FileSignature.Gzip:
                using (GZipStream gzip = GzipFile.Open(file)) UnpackTar(archive, gzip, folder, budget, cancellation);
                break;
            case FileSignature.Tar:
                UnpackTar(archive, file, folder, budget, cancellation);
                break;
            case FileSignature.Zip:
                UnpackZip(archive, file, folder, budget, cancellation);
                break;
            case var other:
                throw Refused(archive, $"it begins like {other ?? "no archive that is known"}; expected tar, tar.gz or ZIP", "check the path, or get the file again");
        }
        if (budget.Entries == 0) throw Refused(archive, "it is empty", "get it again");
    }

    private static void UnpackTar(FileInfo archive, Stream stream, DirectoryInfo folder, Budget budget, CancellationToken cancellation)
    {
        using var tar = new TarReader(stream, leaveOpen: true);
        while (tar.GetNextEntry() is { } entry)
        {
            cancellation.ThrowIfCancellationRequested();
            budget.CountEntry();
            switch (entry.EntryType)
            {
                case TarEntryType.Directory:
                    Directory.CreateDirectory(PlaceOf(archive, folder, entry.Name));
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    Write(PlaceOf(archive, folder, entry.Name), entry.DataStream ?? Stream.Null, budget, cancellation);
                    break;
                case TarEntryType.GlobalExtendedAttributes:
                    break;
                default:
                    throw Refused(archive, $"the entry '{entry.Name}' is a {entry.EntryType}; expected files and folders only", "get the archive from a source you trust");
            }
        }
        // What follows the end mark is padding; reading it lets gzip check its own sum.
        stream.CopyTo(Stream.Null);
    }

    private static void UnpackZip(FileInfo archive, Stream stream, DirectoryInfo folder, Budget budget, CancellationToken cancellation)
    {
        const int UnixKind = 0xf000, UnixFile = 0x8000, UnixFolder = 0x4000;
        using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            cancellation.ThrowIfCancellationRequested();
            budget.CountEntry();
            int kind = (entry.ExternalAttributes >> 16) & UnixKind;
            if (kind is not (0 or UnixFile or UnixFolder))
                throw Refused(archive, $"the entry '{entry.FullName}' is a link or a device; expected files and folders only", "get the archive from a source you trust");
            string place = PlaceOf(archive, folder, entry.FullName);
            if (entry.FullName.EndsWith('/'))
            {
                Directory.CreateDirectory(place);
                continue;
            }
            using Stream content = entry.Open();
            Write(place, content, budget, cancellation);
        }
    }

    private static void Write(string place, Stream content, Budget budget, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        using var file = new FileStream(place, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        var buffer = new byte[1 << 16];
        for (int read = content.Read(buffer); read > 0; read = content.Read(buffer))
        {
            cancellation.ThrowIfCancellationRequested();
            budget.CountBytes(read);
            file.Write(buffer, 0, read);
        }
    }

    /// <summary>Where an entry is written; never outside the folder.</summary>
    private static string PlaceOf(FileInfo archive, DirectoryInfo folder, string name)
    {
        string[] parts = name.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries);
        bool isRooted = name.StartsWith('/') || name.StartsWith('\\') || name.Contains(':', StringComparison.Ordinal);
        if (isRooted || parts.Contains("..") || name.Contains('\0', StringComparison.Ordinal))
            throw Refused(archive, $"the entry {RowFault.Quote(name)} points out of the folder", "get the archive from a source you trust");
        string place = Path.GetFullPath(Path.Combine([folder.FullName, .. parts.Where(p => p != ".")]));
        bool isInside = place == folder.FullName || place.StartsWith(folder.FullName + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        return isInside ? place : throw Refused(archive, $"the entry {RowFault.Quote(name)} points out of the folder", "get the archive from a source you trust");
    }

    private static LengthwiseException Refused(FileInfo archive, string found, string hint, Exception? inner = null) =>
        new(ExitCode.Data, $"unpacking '{archive}': {found}", hint, inner);

    private sealed class Budget(FileInfo archive, long maxBytes)
    {
        private long _bytes;

        public int Entries { get; private set; }

        public void CountEntry()
        {
            if (++Entries > MaxEntries) throw Refused(archive, FormattableString.Invariant($"it has more than {MaxEntries} entries"), "unpack it yourself if you trust it");
        }

        public void CountBytes(int read)
        {
            _bytes += read;
            if (_bytes > maxBytes) throw Refused(archive, FormattableString.Invariant($"its files have more than {maxBytes} bytes, the limit"), "unpack it yourself if you trust it");
            if (_bytes > RatioMattersFrom && _bytes / MaxRatio > archive.Length)
                throw Refused(archive, FormattableString.Invariant($"{archive.Length} bytes unpack to more than {_bytes}; that looks like a bomb"), "unpack it yourself if you trust it");
        }
    }
}

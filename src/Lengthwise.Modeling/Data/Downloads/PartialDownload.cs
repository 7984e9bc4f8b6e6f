using System.Text.Json;

namespace Lengthwise.Modeling.Data.Downloads;

/// <summary>
/// The part of a file that has arrived, beside its target, with a note of which version of which address it belongs to. One
/// process at a time may hold it.
/// </summary>
internal sealed class PartialDownload : IDisposable
{
    private readonly string _target;
    private readonly FileStream _stream;

    private PartialDownload(string target, FileStream stream) => (_target, _stream) = (target, stream);

    /// <summary>Bytes that have arrived.</summary>
    public long Length => _stream.Length;

    /// <summary>The file.</summary>
    public string Path => PathOf(_target);

    /// <summary>Its content.</summary>
    public Stream Content => _stream;

    /// <summary>Where the part of a target is kept.</summary>
    public static string PathOf(string target) => target + ".download";

    /// <summary>Opens what is there, or begins.</summary>
    /// <exception cref="LengthwiseException">Another process downloads the same file, or the folder cannot be written.</exception>
    public static PartialDownload Open(string target)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            // Without a buffer of its own: what arrived is in the file at once, and outlives a process that is killed.
            return new PartialDownload(target, new FileStream(PathOf(target), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LengthwiseException(
                ExitCode.Failed, $"downloading to '{PathOf(target)}': {e.Message}", "if another process is downloading the same file, wait for it; else name a folder that can be written", e);
        }
    }

    /// <summary>What is known of the version that the bytes belong to; null when they can only be thrown away.</summary>
    public DownloadVersion? Version()
    {
        try
        {
            return JsonSerializer.Deserialize<DownloadVersion>(File.ReadAllBytes(VersionPath(_target)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Throws away what has arrived and begins with another version.</summary>
    public void Restart(DownloadVersion version)
    {
        _stream.SetLength(0);
        AtomicFile.WriteText(VersionPath(_target), JsonSerializer.Serialize(version));
    }

    /// <summary>Appends bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        _stream.Seek(0, SeekOrigin.End);
        _stream.Write(bytes);
    }

    /// <summary>Has the system write what it holds of the file to the disk.</summary>
    public void Flush() => _stream.Flush(flushToDisk: true);

    /// <summary>Puts the whole file in its place.</summary>
    public void Finish()
    {
        Flush();
        _stream.Dispose();
        File.Move(Path, _target, overwrite: true);
        File.Delete(VersionPath(_target));
    }

    /// <summary>Removes all that has arrived.</summary>
    public void Discard()
    {
        _stream.Dispose();
        File.Delete(Path);
        File.Delete(VersionPath(_target));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        bool isEmpty = _stream.CanRead && _stream.Length == 0;
        _stream.Dispose();
        if (!isEmpty) return;
        File.Delete(Path);
        File.Delete(VersionPath(_target));
    }

    private static string VersionPath(string target) => target + ".download.json";
}

/// <summary>Which bytes a server has under an address.</summary>
/// <param name="Address">The address that was asked.</param>
/// <param name="ETag">Strong entity tag; null when the server gives none.</param>
/// <param name="LastModified">Time of the last change in HTTP's format; null when the server gives none.</param>
/// <param name="Bytes">Size of the whole file; null when the server did not say.</param>
internal sealed record DownloadVersion(string Address, string? ETag, string? LastModified, long? Bytes)
{
    /// <summary>What a server compares to decide whether a rest still fits; null when it gave nothing that could be compared.</summary>
    public string? Validator => ETag ?? LastModified;
}

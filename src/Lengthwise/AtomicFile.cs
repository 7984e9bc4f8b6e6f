using System.Text;

namespace Lengthwise;

/// <summary>Writes a file beside its place, flushes it to the disk and renames it: a reader sees the old content or the new.</summary>
public static class AtomicFile
{
    private static int _writes;

    /// <summary>Writes through a stream.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        string full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        string beside = $"{full}.{Environment.ProcessId}-{Interlocked.Increment(ref _writes)}.partial";
        try
        {
            using (var stream = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(beside, full, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    /// <summary>Writes UTF-8 text.</summary>
    public static void WriteText(string path, string text) => Write(path, s => s.Write(new UTF8Encoding(false).GetBytes(text)));
}

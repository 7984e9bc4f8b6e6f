namespace Lengthwise.Modeling.Records.Readers;

/// <summary>Opens files that belong to a user.</summary>
internal static class SourceFile
{
    /// <summary>Opens for reading, at a place.</summary>
    /// <exception cref="LengthwiseException">The file cannot be opened.</exception>
    public static FileStream Open(FileInfo file, long offset = 0)
    {
        try
        {
            // Opening a named pipe would wait for its other end.
            if (file.Exists && file.Attributes.HasFlag(FileAttributes.Device))
                throw new LengthwiseException(ExitCode.Data, $"opening '{file}': it is a device; expected a file");
            var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
            if (!stream.CanSeek)
            {
                stream.Dispose();
                throw new LengthwiseException(ExitCode.Data, $"opening '{file}': it is a pipe or a device; expected a file", "store it as a file first");
            }
            stream.Position = offset;
            return stream;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new LengthwiseException(ExitCode.Data, $"opening '{file}': {e.Message}", "check the path and that you may read it", e);
        }
    }
}

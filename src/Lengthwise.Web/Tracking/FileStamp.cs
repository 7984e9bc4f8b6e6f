namespace Lengthwise.Web.Tracking;

/// <summary>What tells one state of a file from the next without reading it; zeros when it does not exist.</summary>
internal readonly record struct FileStamp(long Ticks, long Length)
{
    /// <summary>The stamp of a file as it is now.</summary>
    public static FileStamp Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new FileStamp(file.LastWriteTimeUtc.Ticks, file.Length + 1) : default;
    }
}

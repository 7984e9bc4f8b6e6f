using System.IO.Compression;

namespace Lengthwise.Modeling.Records.Readers;

/// <summary>Opens gzip so that a file that is cut off is an error.</summary>
internal static class GzipFile
{
    // .NET takes cut-off data for complete unless told otherwise before its first use; programs of this repository are told by
    // their runtime configuration, others that use the library are told here.
    static GzipFile() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    /// <summary>Decompresses; disposes the compressed stream with itself.</summary>
    public static GZipStream Open(Stream compressed) => new(compressed, CompressionMode.Decompress);
}

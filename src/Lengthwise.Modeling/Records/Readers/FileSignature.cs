namespace Lengthwise.Modeling.Records.Readers;

/// <summary>Kinds of files that their first bytes give away.</summary>
internal static class FileSignature
{
    /// <summary>Bytes that <see cref="NameOf"/> looks at.</summary>
    public const int Length = 264;

    public const string Gzip = "a gzip file", Zip = "a ZIP archive", Tar = "a tar archive", Parquet = "a Parquet file",
        Npy = "a NumPy array", Hdf5 = "an HDF5 file", Wav = "a WAV file", Png = "a PNG image", Jpeg = "a JPEG image";

    /// <summary>What the first bytes say it is; null if nothing in particular, as with text.</summary>
    public static string? NameOf(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 262 && head[257..].StartsWith("ustar"u8)) return Tar;
        if (head.StartsWith("RIFF"u8)) return Wav;
        foreach ((byte[] magic, string name) in Known)
            if (head.StartsWith(magic)) return name;
        return null;
    }

    private static readonly (byte[] Magic, string Name)[] Known =
    [
        ([0x1f, 0x8b], Gzip), ([0x50, 0x4b, 3, 4], Zip), ([0x50, 0x4b, 5, 6], Zip),
        ([0x50, 0x41, 0x52, 0x31], Parquet), ([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], Npy),
        ([0x89, 0x48, 0x44, 0x46], Hdf5), ([0x89, 0x50, 0x4e, 0x47], Png), ([0xff, 0xd8, 0xff], Jpeg),
        ([0x42, 0x5a, 0x68], "a bzip2 file"), ([0xfd, 0x37, 0x7a, 0x58, 0x5a], "an xz file"), ([0x28, 0xb5, 0x2f, 0xfd], "a Zstandard file"),
        ([0x37, 0x7a, 0xbc, 0xaf], "a 7z archive"), ([0x25, 0x50, 0x44, 0x46], "a PDF document"), ([0x7f, 0x45, 0x4c, 0x46], "a program"),
        ([0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], "an SQLite database"), ([0xd0, 0xcf, 0x11, 0xe0], "an old Office document"),
        ([0x80, 0x04, 0x95], "a Python pickle, which can run programs and is never opened"),
    ];
}

using System.Security.Cryptography;

namespace Lengthwise.Modeling.Data.Downloads;

/// <summary>A published checksum of a file.</summary>
/// <param name="Algorithm">MD5 for old archives, which protects against damage but not against malice; else SHA-256.</param>
/// <param name="Hex">The sum, hexadecimal in lower case.</param>
public sealed record Checksum(ChecksumAlgorithm Algorithm, string Hex)
{
    private const int BufferBytes = 1 << 18;

    /// <summary>An MD5 sum.</summary>
    public static Checksum Md5(string hex) => new(ChecksumAlgorithm.Md5, hex);

    /// <summary>A SHA-256 sum.</summary>
    public static Checksum Sha256(string hex) => new(ChecksumAlgorithm.Sha256, hex);

    /// <summary>Reads a list as <c>sha256sum</c> writes it: sum, blanks, name.</summary>
    public static IReadOnlyDictionary<string, Checksum> ReadList(string path)
    {
        var sums = new Dictionary<string, Checksum>(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(path))
            if (line.Split(' ', 2, StringSplitOptions.TrimEntries) is [{ Length: 64 } hex, { Length: > 0 } name] && hex.All(char.IsAsciiHexDigit))
                sums[name.TrimStart('*')] = Sha256(hex.ToLowerInvariant());
        return sums;
    }

    /// <summary>The sum of a whole file with the same algorithm.</summary>
    /// <param name="stream">The file; read from its beginning to its end.</param>
    /// <param name="progress">Hears the bytes done; may be null.</param>
    /// <param name="cancellation">Stops.</param>
    public string Of(Stream stream, Action<long>? progress, CancellationToken cancellation)
    {
#pragma warning disable CA5351 // MD5 is what the publishers of these archives give.
        using IncrementalHash sum = IncrementalHash.CreateHash(Algorithm == ChecksumAlgorithm.Md5 ? HashAlgorithmName.MD5 : HashAlgorithmName.SHA256);
#pragma warning restore CA5351
        stream.Position = 0;
        var buffer = new byte[BufferBytes];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            sum.AppendData(buffer, 0, read);
            progress?.Invoke(stream.Position);
        }
        return Convert.ToHexStringLower(sum.GetHashAndReset());
    }

    /// <inheritdoc/>
    public override string ToString() => $"{(Algorithm == ChecksumAlgorithm.Md5 ? "MD5" : "SHA-256")} {Hex}";
}

/// <summary>Checksum algorithms.</summary>
public enum ChecksumAlgorithm
{
    /// <summary>128 bits.</summary>
    Md5,

    /// <summary>256 bits.</summary>
    Sha256,
}

using SkiaSharp;

namespace Lengthwise.Modeling.Data;

/// <summary>Reads PNG and JPEG pictures and writes PNG. Decoding is Skia's; everything before and after it refuses what is not a whole picture.</summary>
public static class ImageFile
{
    /// <summary>Most pixels of a picture unless the caller allows more: 4,096 x 4,096. A small file can announce far more than memory holds.</summary>
    public const long DefaultMaxPixels = 1L << 24;

    private const long MaxFileBytes = 1L << 28;

    private static ReadOnlySpan<byte> PngMagic => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    private static ReadOnlySpan<byte> JpegMagic => [0xff, 0xd8, 0xff];

    /// <summary>Reads a picture.</summary>
    /// <param name="path">A PNG or JPEG file; told by its first bytes, not by its name.</param>
    /// <param name="colour">What the bytes of the result are; converted if the file holds the other kind.</param>
    /// <param name="maxPixels">Refused above this, before anything is decoded.</param>
    /// <exception cref="LengthwiseException">The file cannot be read, is empty, damaged, cut short, too large, or another kind of file.</exception>
    public static PixelImage Read(string path, ImageColour colour, long maxPixels = DefaultMaxPixels)
    {
        byte[] bytes;
        try
        {
            long size = new FileInfo(path).Length;
            if (size > MaxFileBytes) throw Refused(path, FormattableString.Invariant($"it has {size} bytes, expected at most {MaxFileBytes}"));
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LengthwiseException(ExitCode.Data, $"reading picture '{path}': {e.Message}", "check the path and its permissions", e);
        }
        return Decode(bytes, path, colour, maxPixels);
    }

    /// <summary>Decodes a picture that is in memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">Named in errors.</param>
    /// <param name="colour">What the bytes of the result are; converted if the file holds the other kind.</param>
    /// <param name="maxPixels">Refused above this, before anything is decoded.</param>
    /// <exception cref="LengthwiseException">The bytes are no whole PNG or JPEG picture, or announce too large a one.</exception>
    public static unsafe PixelImage Decode(ReadOnlySpan<byte> bytes, string name, ImageColour colour, long maxPixels = DefaultMaxPixels)
    {
        if (bytes.Length == 0) throw Refused(name, "it is empty (0 bytes)");
        // Skia reads other formats too; they are left out because nothing here needs them and each is one more parser of strangers' bytes.
        if (!bytes.StartsWith(PngMagic) && !bytes.StartsWith(JpegMagic)) throw Refused(name, $"it begins with {Shown(bytes)}, expected a PNG or a JPEG picture");

        using SKData data = SKData.CreateCopy(bytes);
        using SKCodec? codec = SKCodec.Create(new SKMemoryStream(data), out SKCodecResult opened);
        if (codec is null) throw Refused(name, $"its header is damaged or cut short ({opened})");
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > maxPixels) throw Refused(name, FormattableString.Invariant($"it announces {width} x {height} pixels, expected at most {maxPixels} in all"));

        bool isGrey = codec.Info.ColorType == SKColorType.Gray8;
        // No colour space: the stored values, whatever the file says about gamma.
        var layout = new SKImageInfo(width, height, isGrey ? SKColorType.Gray8 : SKColorType.Rgba8888, isGrey ? SKAlphaType.Opaque : SKAlphaType.Unpremul, null);
        var pixels = new byte[layout.BytesSize64];
        SKCodecResult result;
        fixed (byte* first = pixels) result = codec.GetPixels(layout, (nint)first);
        if (result != SKCodecResult.Success) throw Refused(name, $"its pixels are damaged or cut short ({result})");
        return new PixelImage(width, height, colour, Convert(pixels, isGrey, colour));
    }

    /// <summary>Encodes a picture as PNG with 8 bits a channel; the same bytes for the same picture on every machine with this version of Skia.</summary>
    public static unsafe byte[] EncodePng(PixelImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        byte[] pixels = image.Colour == ImageColour.Grey ? image.Bytes : WithAlpha(image.Bytes);
        var layout = image.Colour == ImageColour.Grey
            ? new SKImageInfo(image.Width, image.Height, SKColorType.Gray8, SKAlphaType.Opaque, null)
            : new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque, null);
        fixed (byte* first = pixels)
        {
            using var map = new SKPixmap(layout, (nint)first);
            using SKData encoded = map.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.NoFilters, 6))
                ?? throw new InvalidOperationException("Skia encoded no PNG");
            return encoded.ToArray();
        }
    }

    private static byte[] Convert(byte[] pixels, bool isGrey, ImageColour colour)
    {
        if (isGrey && colour == ImageColour.Grey) return pixels;
        int count = isGrey ? pixels.Length : pixels.Length / 4;
        var converted = new byte[count * (colour == ImageColour.Grey ? 1 : 3)];
        for (int i = 0; i < count; i++)
        {
            if (isGrey) converted.AsSpan(3 * i, 3).Fill(pixels[i]);
            else if (colour == ImageColour.Grey) converted[i] = Luma(pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2]);
            else pixels.AsSpan(4 * i, 3).CopyTo(converted.AsSpan(3 * i));
        }
        return converted;
    }

    /// <summary>0.299 R + 0.587 G + 0.114 B in 16-bit fixed point, as Pillow rounds it.</summary>
    private static byte Luma(byte red, byte green, byte blue) => (byte)((19595 * red + 38470 * green + 7471 * blue + 32768) >> 16);

    private static byte[] WithAlpha(byte[] rgb)
    {
        var pixels = new byte[rgb.Length / 3 * 4];
        for (int i = 0; i < rgb.Length / 3; i++)
        {
            rgb.AsSpan(3 * i, 3).CopyTo(pixels.AsSpan(4 * i));
            pixels[4 * i + 3] = byte.MaxValue;
        }
        return pixels;
    }

    private static string Shown(ReadOnlySpan<byte> bytes) => "bytes " + System.Convert.ToHexStringLower(bytes[..Math.Min(8, bytes.Length)]);

    private static LengthwiseException Refused(string name, string found) =>
        new(ExitCode.Data, $"reading picture '{name}': {found}", "get the file again, or leave it out");
}

/// <summary>What the bytes of a picture are.</summary>
public enum ImageColour
{
    /// <summary>One byte a pixel.</summary>
    Grey,

    /// <summary>Three bytes a pixel: red, green, blue. Transparency is ignored.</summary>
    Rgb,
}

/// <summary>A picture in memory.</summary>
public sealed record PixelImage
{
    /// <summary>A picture of these pixels.</summary>
    /// <param name="width">Pixels a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="colour">What the bytes are.</param>
    /// <param name="bytes">Row by row, from the top left; kept, not copied.</param>
    public PixelImage(int width, int height, ImageColour colour, byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.LongLength, (long)width * height * (colour == ImageColour.Grey ? 1 : 3), nameof(bytes));
        (Width, Height, Colour, Bytes) = (width, height, colour, bytes);
    }

    /// <summary>Pixels a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>What the bytes are.</summary>
    public ImageColour Colour { get; }

    /// <summary>Row by row, from the top left; the channels of a pixel together.</summary>
    public byte[] Bytes { get; }
}

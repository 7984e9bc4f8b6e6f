using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tests.Tasks;
using SkiaSharp;

namespace Lengthwise.Modeling.Tests.Data;

public sealed class ImageFileTests
{
    private static readonly PixelImage Rgb = new(2, 2, ImageColour.Rgb, [255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30]);

    private static readonly PixelImage Ramp = new(7, 5, ImageColour.Grey, [.. Enumerable.Range(0, 35).Select(i => (byte)(i * 7))]);

    [Fact]
    public void A_grey_picture_survives_writing_and_reading()
    {
        PixelImage read = ImageFile.Decode(ImageFile.EncodePng(Ramp), "ramp", ImageColour.Grey);

        Assert.Equal((7, 5), (read.Width, read.Height));
        Assert.Equal(Ramp.Bytes, read.Bytes);
    }

    [Fact]
    public void A_colour_picture_survives_writing_and_reading()
    {
        Assert.Equal(Rgb.Bytes, ImageFile.Decode(ImageFile.EncodePng(Rgb), "rgb", ImageColour.Rgb).Bytes);
    }

    [Fact]
    public void Colour_becomes_grey_by_its_luma()
    {
        Assert.Equal([76, 150, 29, 18], ImageFile.Decode(ImageFile.EncodePng(Rgb), "rgb", ImageColour.Grey).Bytes);
    }

    [Fact]
    public void Grey_becomes_three_equal_channels()
    {
        byte[] rgb = ImageFile.Decode(ImageFile.EncodePng(Ramp), "ramp", ImageColour.Rgb).Bytes;

        Assert.Equal(Ramp.Bytes.SelectMany(v => new[] { v, v, v }), rgb);
    }

    [Fact]
    public void A_file_of_another_encoder_is_read()
    {
        PixelImage read = ImageFile.Read(Sample.Path("pathfinder32_published_0.png"), ImageColour.Grey);

        Assert.Equal((32, 32), (read.Width, read.Height));
        // The third row as another decoder reads it, and the sum of all pixels.
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 133, 176, 151, 121, 86, 0, 1, 0, 0, 0, 0, 3, 0, 177, 234, 201, 193, 42, 2, 2, 0], read.Bytes[64..96]);
        Assert.Equal(20257, read.Bytes.Sum(b => b));
    }

    [Theory]
    [InlineData(ImageColour.Grey, 98)]
    [InlineData(ImageColour.Rgb, 200)]
    public void A_jpeg_is_read(ImageColour colour, int first)
    {
        using var bitmap = new SKBitmap(16, 8);
        bitmap.Erase(new SKColor(200, 50, 80));
        byte[] jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 95).ToArray();

        PixelImage read = ImageFile.Decode(jpeg, "red.jpg", colour);

        Assert.Equal((16, 8), (read.Width, read.Height));
        Assert.InRange(read.Bytes[0], first - 3, first + 3);
        Assert.Throws<LengthwiseException>(() => ImageFile.Decode(jpeg.AsSpan(0, jpeg.Length / 2), "cut.jpg", colour));
    }

    [Fact]
    public void Every_cut_of_a_picture_is_refused()
    {
        byte[] whole = ImageFile.EncodePng(Ramp);

        // What follows the pixels, two checksums and the closing chunk, is not needed to have them all.
        for (int length = 0; length < whole.Length - 20; length++)
        {
            byte[] cut = whole[..length];
            var error = Assert.Throws<LengthwiseException>(() => ImageFile.Decode(cut, "cut.png", ImageColour.Grey));
            Assert.Equal(ExitCode.Data, error.Code);
            Assert.Contains("cut.png", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_flipped_byte_never_changes_a_pixel_unnoticed()
    {
        byte[] whole = ImageFile.EncodePng(Ramp);

        for (int at = 0; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0xff;
            PixelImage? read = null;
            try
            {
                read = ImageFile.Decode(damaged, "damaged.png", ImageColour.Grey);
            }
            catch (LengthwiseException)
            {
            }
            Assert.True(read is null || read.Bytes.AsSpan().SequenceEqual(Ramp.Bytes), $"byte {at} of {whole.Length} was damaged and the picture taken for whole");
        }
    }

    [Fact]
    public void A_picture_that_announces_too_many_pixels_is_refused_before_it_is_decoded()
    {
        var error = Assert.Throws<LengthwiseException>(() => ImageFile.Decode(ImageFile.EncodePng(Ramp), "bomb.png", ImageColour.Grey, maxPixels: 34));

        Assert.Contains("7 x 5 pixels, expected at most 34", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty (0 bytes)")]
    [InlineData("GIF89a..", "expected a PNG or a JPEG picture")]
    public void Other_content_is_named(string content, string expected)
    {
        using var folder = new TemporaryFolder();
        string path = folder["x.png"];
        File.WriteAllText(path, content);

        var error = Assert.Throws<LengthwiseException>(() => ImageFile.Read(path, ImageColour.Grey));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var error = Assert.Throws<LengthwiseException>(() => ImageFile.Read("/no/such/picture.png", ImageColour.Grey));

        Assert.Contains("/no/such/picture.png", error.Message, StringComparison.Ordinal);
    }
}

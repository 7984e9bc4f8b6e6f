using Lengthwise.Modeling.Data;

namespace Lengthwise.Modeling.Records.Readers.Folders;

/// <summary>Scales images with a triangle filter that widens when it shrinks, so that no pixel is passed over.</summary>
internal static class ImageScaling
{
    /// <summary>An image of the wanted size.</summary>
    public static PixelImage Scale(PixelImage image, int width, int height)
    {
        if (image.Width == width && image.Height == height) return image;
        int channels = image.Bytes.Length / (image.Width * image.Height);
        float[] rows = Array.ConvertAll(image.Bytes, b => (float)b);
        float[] narrow = Along(rows, image.Height, image.Width, channels, width);
        float[] low = Along(narrow, 1, image.Height, width * channels, height);
        return new PixelImage(width, height, image.Colour, Array.ConvertAll(low, v => (byte)Math.Clamp(MathF.Round(v), 0, 255)));
    }

    /// <summary>From [outer, from, inner] to [outer, to, inner].</summary>
    private static float[] Along(float[] source, int outer, int from, int inner, int to)
    {
        var scaled = new float[outer * to * inner];
        double ratio = (double)from / to, reach = Math.Max(1, ratio);
        for (int t = 0; t < to; t++)
        {
            double centre = (t + 0.5) * ratio - 0.5;
            int first = Math.Max(0, (int)Math.Ceiling(centre - reach)), last = Math.Min(from - 1, (int)Math.Floor(centre + reach));
            double total = 0;
            for (int f = first; f <= last; f++) total += Weight(f, centre, reach);
            for (int f = first; f <= last; f++)
            {
                float weight = (float)(Weight(f, centre, reach) / total);
                for (int o = 0; o < outer; o++)
                    for (int i = 0; i < inner; i++) scaled[(o * to + t) * inner + i] += weight * source[(o * from + f) * inner + i];
            }
        }
        return scaled;
    }

    private static double Weight(int place, double centre, double reach) => Math.Max(1e-12, 1 - Math.Abs(place - centre) / reach);
}

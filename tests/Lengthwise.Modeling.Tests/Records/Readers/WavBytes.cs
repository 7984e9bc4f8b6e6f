using System.Text;

namespace Lengthwise.Modeling.Tests.Records.Readers;

/// <summary>WAV files for tests.</summary>
internal static class WavBytes
{
    public static byte[] Of(int rate, int channels, int bits, byte[] data, ushort kind = 1, bool isExtensible = false, bool hasOddChunk = false, uint? announced = null)
    {
        var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.Latin1, leaveOpen: true))
        {
            writer.Write("RIFF"u8);
            writer.Write(0);
            writer.Write("WAVE"u8);
            if (hasOddChunk)
            {
                writer.Write("LIST"u8);
                writer.Write(3);
                writer.Write("abc\0"u8);
            }
            writer.Write("fmt "u8);
            writer.Write(isExtensible ? 40 : 16);
            writer.Write(isExtensible ? (ushort)0xfffe : kind);
            writer.Write((ushort)channels);
            writer.Write(rate);
            writer.Write(rate * channels * bits / 8);
            writer.Write((ushort)(channels * bits / 8));
            writer.Write((ushort)bits);
            if (isExtensible)
            {
                writer.Write((ushort)22);
                writer.Write((ushort)bits);
                writer.Write(0);
                writer.Write(kind);
                writer.Write([0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]);
            }
            writer.Write("data"u8);
            writer.Write(announced ?? (uint)data.Length);
            writer.Write(data);
        }
        return stream.ToArray();
    }

    public static byte[] Of16(int rate, params short[] samples) => Of(rate, 1, 16, [.. samples.SelectMany(BitConverter.GetBytes)]);
}

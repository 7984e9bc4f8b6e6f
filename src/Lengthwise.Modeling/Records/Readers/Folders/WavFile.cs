using System.Buffers.Binary;

namespace Lengthwise.Modeling.Records.Readers.Folders;

/// <summary>A recording in memory.</summary>
/// <param name="SampleRate">Samples a second of each channel.</param>
/// <param name="Channels">C.</param>
/// <param name="Samples">[L, C]; integers are scaled to -1 … 1.</param>
internal sealed record WavFile(int SampleRate, int Channels, float[] Samples)
{
    /// <summary>Largest file; a sequence of 32-bit numbers has its own limit.</summary>
    public const long MostBytes = 512L << 20;

    private const int MaxChannels = 64;
    private const ushort Pcm = 1, Float = 3, Extensible = 0xfffe;
    private const uint UnknownSize = 0xffffffff;

    /// <summary>Reads RIFF WAVE: integers of 8, 16, 24 and 32 bits, floats of 32 and 64.</summary>
    /// <exception cref="RowFault">The bytes are something else, damaged, or cut off.</exception>
    public static WavFile Parse(ReadOnlySpan<byte> file)
    {
        if (file.Length < 12 || !file.StartsWith("RIFF"u8) || !file[8..].StartsWith("WAVE"u8))
            throw new RowFault(1, file.StartsWith("RF64"u8) || file.StartsWith("RIFX"u8)
                ? "the file is RF64 or RIFX, which are not read; store it as plain WAV"
                : "the file does not begin with RIFF … WAVE: it is no WAV file");
        Format? format = null;
        int at = 12;
        while (at + 8 <= file.Length)
        {
            ReadOnlySpan<byte> name = file.Slice(at, 4);
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]);
            at += 8;
            long rest = file.Length - at;
            if (name.SequenceEqual("data"u8))
            {
                if (format is null) throw new RowFault(1, "the chunk 'data' comes before 'fmt '");
                // Programs that write to a pipe do not know the size and say this.
                if (size == UnknownSize) size = (uint)(rest - rest % format.FrameBytes);
                if (size > rest) throw new RowFault(1, FormattableString.Invariant($"the file is cut off: its header announces {size} bytes of samples, found {rest}"));
                return new WavFile(format.SampleRate, format.Channels, format.Decode(file.Slice(at, (int)size)));
            }
            if (size > rest) throw new RowFault(1, FormattableString.Invariant($"the file is cut off in the chunk {RowFault.Quote(System.Text.Encoding.Latin1.GetString(name))}: {size} bytes announced, found {rest}"));
            if (name.SequenceEqual("fmt "u8)) format = Format.Parse(file.Slice(at, (int)size));
            // Chunks begin at even bytes.
            at += (int)Math.Min(rest, size + (size & 1));
        }
        throw new RowFault(1, "the file has no chunk 'data': it is cut off or no WAV file");
    }

    private sealed record Format(ushort Kind, int Channels, int SampleRate, int Bits)
    {
        public int FrameBytes => Channels * Bits / 8;

        public static Format Parse(ReadOnlySpan<byte> chunk)
        {
            if (chunk.Length < 16) throw new RowFault(1, "the chunk 'fmt ' is too short");
            ushort kind = BinaryPrimitives.ReadUInt16LittleEndian(chunk);
            ushort channels = BinaryPrimitives.ReadUInt16LittleEndian(chunk[2..]);
            uint rate = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            ushort frame = BinaryPrimitives.ReadUInt16LittleEndian(chunk[12..]);
            ushort bits = BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]);
            if (kind == Extensible && chunk.Length >= 26) kind = BinaryPrimitives.ReadUInt16LittleEndian(chunk[24..]);
            bool isKnown = (kind == Pcm && bits is 8 or 16 or 24 or 32) || (kind == Float && bits is 32 or 64);
            if (!isKnown || kind is not (Pcm or Float))
                throw new RowFault(1, FormattableString.Invariant($"the samples are coded as {NameOf(kind)} with {bits} bits; expected plain integers of 8, 16, 24 or 32 bits or floats"));
            if (channels is 0 or > MaxChannels) throw new RowFault(1, FormattableString.Invariant($"found {channels} channels, expected 1 to {MaxChannels}"));
            if (rate is 0 or > 100_000_000) throw new RowFault(1, FormattableString.Invariant($"found a rate of {rate} samples a second"));
            if (frame != channels * bits / 8) throw new RowFault(1, FormattableString.Invariant($"found frames of {frame} bytes, expected {channels * bits / 8}"));
            return new Format(kind, channels, (int)rate, bits);
        }

        public float[] Decode(ReadOnlySpan<byte> data)
        {
            if (data.Length == 0) throw new RowFault(1, "the file has no samples");
            if (data.Length % FrameBytes != 0) throw new RowFault(1, FormattableString.Invariant($"found {data.Length} bytes of samples, no multiple of the {FrameBytes} of a frame: the file is cut off"));
            int bytes = Bits / 8;
            SequenceLimit.Check(data.Length / bytes, 1);
            var samples = new float[data.Length / bytes];
            for (int i = 0; i < samples.Length; i++)
            {
                ReadOnlySpan<byte> sample = data.Slice(i * bytes, bytes);
                float value = (Kind, Bits) switch
                {
                    (Pcm, 8) => (sample[0] - 128) / 128f,
                    (Pcm, 16) => BinaryPrimitives.ReadInt16LittleEndian(sample) / 32768f,
                    (Pcm, 24) => ((sample[0] << 8 | sample[1] << 16 | sample[2] << 24) >> 8) / 8388608f,
                    (Pcm, 32) => BinaryPrimitives.ReadInt32LittleEndian(sample) / 2147483648f,
                    (Float, 32) => BinaryPrimitives.ReadSingleLittleEndian(sample),
                    _ => (float)BinaryPrimitives.ReadDoubleLittleEndian(sample),
                };
                samples[i] = float.IsFinite(value) ? value : throw new RowFault(1, FormattableString.Invariant($"sample {i / Channels + 1} is {value}, expected a finite number"));
            }
            return samples;
        }

        private static string NameOf(ushort kind) => kind switch
        {
            1 => "integers",
            2 or 0x11 => "ADPCM",
            3 => "floats",
            6 => "A-law",
            7 => "mu-law",
            0x55 => "MP3",
            _ => FormattableString.Invariant($"kind 0x{kind:x4}"),
        };
    }
}

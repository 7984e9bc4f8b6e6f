using Lengthwise.Modeling.Records.Readers;
using Lengthwise.Modeling.Records.Readers.Folders;

namespace Lengthwise.Modeling.Tests.Records.Readers;

public sealed class WavFileTests
{
    [Fact]
    public void Every_width_of_samples_is_scaled_to_one()
    {
        Assert.Equal([-1f, 0f, 127 / 128f], WavFile.Parse(WavBytes.Of(8000, 1, 8, [0, 128, 255])).Samples);
        Assert.Equal([-1f, 0.5f], WavFile.Parse(WavBytes.Of16(8000, -32768, 16384)).Samples);
        Assert.Equal([-1f, 0.5f], WavFile.Parse(WavBytes.Of(8000, 1, 24, [0, 0, 0x80, 0, 0, 0x40])).Samples);
        Assert.Equal([-1f, 0.5f], WavFile.Parse(WavBytes.Of(8000, 1, 32, [0, 0, 0, 0x80, 0, 0, 0, 0x40])).Samples);
        Assert.Equal([0.25f], WavFile.Parse(WavBytes.Of(8000, 1, 32, BitConverter.GetBytes(0.25f), kind: 3)).Samples);
        Assert.Equal([0.25f], WavFile.Parse(WavBytes.Of(8000, 1, 64, BitConverter.GetBytes(0.25), kind: 3)).Samples);
    }

    [Fact]
    public void Extensible_headers_odd_chunks_and_stereo_are_read()
    {
        WavFile wav = WavFile.Parse(WavBytes.Of(44100, 2, 16, [0, 0x40, 0, 0xc0], isExtensible: true, hasOddChunk: true));

        Assert.Equal((44100, 2), (wav.SampleRate, wav.Channels));
        Assert.Equal([0.5f, -0.5f], wav.Samples);
    }

    [Fact]
    public void A_size_that_a_pipe_could_not_know_means_the_rest() =>
        Assert.Equal([0.5f], WavFile.Parse(WavBytes.Of(8000, 1, 16, [0, 0x40], announced: 0xffffffff)).Samples);

    [Fact]
    public void Every_truncation_is_told()
    {
        byte[] whole = WavBytes.Of16(8000, 1, 2, 3, 4);

        for (int length = 0; length < whole.Length; length++) Assert.Throws<RowFault>(() => WavFile.Parse(whole.AsSpan(0, length)));
    }

    [Theory]
    [InlineData(6, 8, "A-law")]
    [InlineData(1, 12, "12 bits")]
    [InlineData(0x55, 16, "MP3")]
    public void Codings_that_are_not_read_are_named(int kind, int bits, string expected)
    {
        RowFault fault = Assert.Throws<RowFault>(() => WavFile.Parse(WavBytes.Of(8000, 1, bits, [0, 0, 0, 0], (ushort)kind)));

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sample_that_is_not_finite_is_told() =>
        Assert.Contains("sample 1", Assert.Throws<RowFault>(() => WavFile.Parse(WavBytes.Of(8000, 1, 32, BitConverter.GetBytes(float.NaN), kind: 3))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(8000, 16000)]
    [InlineData(16000, 8000)]
    [InlineData(44100, 16000)]
    [InlineData(11025, 16000)]
    public void A_resampled_sine_is_the_sine_at_the_other_rate(int from, int to)
    {
        const double Frequency = 440;
        float[] samples = [.. Enumerable.Range(0, from / 4).Select(i => (float)Math.Sin(2 * Math.PI * Frequency * i / from))];

        float[] resampled = Resampler.Resample(samples, 1, from, to);

        Assert.Equal((samples.Length * to + from - 1) / from, resampled.Length);
        for (int i = 200; i < resampled.Length - 200; i++)
            Assert.Equal(Math.Sin(2 * Math.PI * Frequency * i / to), resampled[i], 1e-4);
    }

    [Fact]
    public void Frequencies_above_the_new_band_disappear()
    {
        float[] samples = [.. Enumerable.Range(0, 4000).Select(i => (float)Math.Sin(2 * Math.PI * 6000 * i / 16000))];

        float[] resampled = Resampler.Resample(samples, 1, 16000, 8000);

        Assert.All(resampled.Skip(200).Take(1600), v => Assert.InRange(Math.Abs(v), 0, 1e-4));
    }

    [Fact]
    public void Channels_are_resampled_by_themselves()
    {
        float[] samples = [.. Enumerable.Range(0, 400).SelectMany(i => new[] { MathF.Sin(0.1f * i), 0.25f })];

        float[] resampled = Resampler.Resample(samples, 2, 1, 2);

        Assert.Equal(0.25f, resampled[801], 1e-4f);
        Assert.Equal(Math.Sin(0.05 * 400), resampled[800], 1e-4);
    }
}

using System.Buffers.Binary;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Tasks.Files;

namespace Lengthwise.Modeling.Tests.Tasks.Files;

public sealed class SpeechCommandsTests : IDisposable
{
    private static readonly string[] Words = ["yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go"];
    private static readonly SpeechCommandsSettings Ten = new() { Words = 10 };
    private readonly FileTaskBench _bench = new();

    public SpeechCommandsTests()
    {
        // Six speakers say every word once; the last clip is half a second long.
        foreach (string word in Words)
            for (int speaker = 0; speaker < 6; speaker++) _bench.Write($"set/{word}/s{speaker}_nohash_0.wav", Wav(speaker == 5 ? 8000 : 16_000, speaker + 1));
        _bench.Write("set/_background_noise_/hum.wav", Wav(20_000, 9));
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void The_official_lists_divide_and_the_rest_is_for_training()
    {
        _bench.Write("set/validation_list.txt", string.Concat(Words.Select(w => $"{w}/s1_nohash_0.wav\n")));
        _bench.Write("set/testing_list.txt", string.Concat(Words.Select(w => $"{w}/s2_nohash_0.wav\n")));

        using PreparedTask data = _bench.Prepare("speech-commands", Ten);

        Assert.Equal((40, 10, 10), FileTaskBench.Counts(data));
        Assert.Equal(Words.Order(StringComparer.Ordinal), ((ClassOutput)data.Shape.Output).Classes);
        Assert.Equal(Enumerable.Range(0, 10), Enumerable.Range(0, 10).Select(data.Test.Label).Order());
        Assert.Equal(0, data.Summary!.GroupsAcrossSplits);
        Assert.Equal(6, data.Summary.Groups);
    }

    [Fact]
    public void Short_clips_are_padded_with_zeros_and_all_are_scaled_by_the_training_clips()
    {
        _bench.Write("set/validation_list.txt", string.Concat(Words.Select(w => $"{w}/s1_nohash_0.wav\n")));
        _bench.Write("set/testing_list.txt", string.Concat(Words.Select(w => $"{w}/s5_nohash_0.wav\n")));

        using PreparedTask data = _bench.Prepare("speech-commands", Ten);
        (float mean, float deviation) = (data.Encoding!.Means[0], data.Encoding.Deviations[0]);

        Assert.Equal(16_000, data.Test.Length(0));
        Assert.Equal(6 / 32768f, data.Test.Values(0)[7999] * deviation + mean, 1e-6f);
        Assert.Equal(0f, data.Test.Values(0)[8000] * deviation + mean, 1e-6f);
    }

    [Fact]
    public void A_lower_rate_makes_shorter_sequences_and_says_so()
    {
        using PreparedTask data = _bench.Prepare("speech-commands", Ten with { SampleRate = 1000 });

        Assert.Equal(1000, data.Shape.MaxLength);
        Assert.All(FileTaskBench.Rows(data), r => Assert.Equal(1000, r.Split.Length(r.Row)));
        Assert.Contains(data.Notes, n => n.StartsWith("resampled to 1000", StringComparison.Ordinal));
    }

    [Fact]
    public void A_manifest_divides_where_there_are_no_lists()
    {
        IEnumerable<string> rows = Words.SelectMany(w => Enumerable.Range(0, 6).Select(s => $"{w}/s{s}_nohash_0.wav,{w},s{s},{(s == 0 ? "valid" : s == 1 ? "test" : "train")}"));
        _bench.Write("set/manifest.csv", $"path,word,speaker,split\n{string.Join('\n', rows)}\n");

        using PreparedTask data = _bench.Prepare("speech-commands", Ten);

        Assert.Equal((40, 10, 10), FileTaskBench.Counts(data));
    }

    [Fact]
    public void Without_either_speakers_are_kept_apart()
    {
        using PreparedTask data = _bench.Prepare("speech-commands", Ten);

        Assert.Equal((40, 10, 10), FileTaskBench.Counts(data));
        Assert.Equal(0, data.Summary!.GroupsAcrossSplits);
    }

    [Fact]
    public void The_published_ten_words_are_shuffled_clips_of_a_second_and_the_leak_is_named()
    {
        _bench.Write("set/validation_list.txt", "");
        _bench.Write("set/testing_list.txt", "");

        using PreparedTask data = _bench.Prepare("speech-commands", Ten with { Split = SplitRule.Published });

        Assert.Equal(50, data.Train.Count + data.Validation.Count + data.Test.Count);
        Assert.InRange(data.Summary!.GroupsAcrossSplits, 1, 5);
        Assert.Contains(data.Notes, n => n.StartsWith("leak: clips are shuffled", StringComparison.Ordinal));
    }

    [Fact]
    public void Missing_words_and_damaged_clips_are_named()
    {
        LengthwiseException words = _bench.Refused("speech-commands", new SpeechCommandsSettings());
        _bench.Write("set/yes/s9_nohash_0.wav", Wav(16_000, 1)[..100]);

        LengthwiseException cut = _bench.Refused("speech-commands", Ten);

        Assert.Contains("lacks 25 of 35 words", words.Message, StringComparison.Ordinal);
        Assert.Contains("task.words = 10", words.Hint, StringComparison.Ordinal);
        Assert.Contains("s9_nohash_0.wav", cut.Message, StringComparison.Ordinal);
    }

    internal static byte[] Wav(int samples, int value)
    {
        var wav = new byte[44 + 2 * samples];
        "RIFF"u8.CopyTo(wav);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(4), wav.Length - 8);
        "WAVEfmt "u8.CopyTo(wav.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(24), 16_000);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(28), 32_000);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(34), 16);
        "data"u8.CopyTo(wav.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(40), 2 * samples);
        for (int t = 0; t < samples; t++) BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(44 + 2 * t), (short)(t % 2 == 1 ? value : -value));
        return wav;
    }
}

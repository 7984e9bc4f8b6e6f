using System.Text;
using Lengthwise.Modeling.Tests.Tasks.Files;

namespace Lengthwise.Modeling.Tests.Tasks;

/// <summary>The smallest files that each task on published files can be trained on.</summary>
internal static class TinyFiles
{
    public static string[] Text(DirectoryInfo folder)
    {
        foreach (string split in (string[])["train", "test"])
            foreach (string kind in (string[])["neg", "pos"])
                for (int i = 0; i < 12; i++) Write(folder, $"aclImdb/{split}/{kind}/{i}_{(kind == "pos" ? 9 : 2)}.txt", $"{kind} {split} {i}");
        return [Path(folder), "max_length=12", "min_count=1"];
    }

    public static string[] Retrieval(DirectoryInfo folder)
    {
        foreach ((string split, int rows) in (ReadOnlySpan<(string, int)>)[("train", 16), ("eval", 6), ("test", 6)])
            Write(folder, $"new_aan_pairs.{split}.tsv", string.Concat(Enumerable.Range(0, rows).Select(i => $"{i % 2}.0\t{split}{i}\t{split}{i}b\tfirst {i}\tsecond text {i * i}\n")));
        return [Path(folder), "max_length=12"];
    }

    public static string[] Cifar(DirectoryInfo folder)
    {
        const int bytes = 3072;
        foreach ((string name, int pictures) in (ReadOnlySpan<(string, int)>)[("data_batch_1.bin", 60), ("test_batch.bin", 10)])
            Write(folder, name, [.. Enumerable.Range(0, pictures).SelectMany(i => (byte[])[(byte)(i % 10), .. Enumerable.Range(0, bytes).Select(p => (byte)(20 * (i % 10) + p % (40 + i)))])]);
        return [Path(folder)];
    }

    public static string[] Bidmc(DirectoryInfo folder)
    {
        for (int n = 1; n <= 10; n++)
        {
            string name = FormattableString.Invariant($"bidmc_csv/bidmc_{n:00}");
            Write(folder, $"{name}_Signals.csv", "Time [s], PLETH, II\n" + string.Concat(Enumerable.Range(0, 500).Select(t => FormattableString.Invariant($"{t / 125.0},{(t % (10 + n)) / 10.0},{n}\n"))));
            Write(folder, $"{name}_Numerics.csv", "Time [s], HR, RESP, SpO2\n" + string.Concat(Enumerable.Range(0, 5).Select(s => FormattableString.Invariant($"{s},{60 + n},20,98\n"))));
        }
        return [Path(folder), "length=125", "stride=125"];
    }

    public static string[] Speech(DirectoryInfo folder)
    {
        foreach (string word in (string[])["yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go"])
        {
            Write(folder, $"{word}/a_nohash_0.wav", SpeechCommandsTests.Wav(16_000, 1));
            if (word is "yes" or "no") foreach (string speaker in (string[])["b", "c"]) Write(folder, $"{word}/{speaker}_nohash_0.wav", SpeechCommandsTests.Wav(16_000, 2));
        }
        Write(folder, "validation_list.txt", "yes/b_nohash_0.wav\nno/b_nohash_0.wav\n");
        Write(folder, "testing_list.txt", "yes/c_nohash_0.wav\nno/c_nohash_0.wav\n");
        return [Path(folder), "words=10", "sample_rate=500"];
    }

    private static string Path(DirectoryInfo folder) => $"path='{System.IO.Path.Combine(folder.FullName, "files")}'";

    private static void Write(DirectoryInfo folder, string name, string text) => Write(folder, name, Encoding.UTF8.GetBytes(text));

    private static void Write(DirectoryInfo folder, string name, byte[] bytes)
    {
        string path = System.IO.Path.Combine(folder.FullName, "files", name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }
}

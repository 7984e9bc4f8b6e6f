using System.Buffers.Binary;
using Lengthwise.Modeling.Data;
using Lengthwise.Modeling.Tasks;
using Lengthwise.Modeling.Tasks.Files;

namespace Lengthwise.Modeling.Tests.Tasks.Files;

public sealed class CifarTests : IDisposable
{
    private const int Pixels = 1024;
    private readonly FileTaskBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Batches_become_three_channels_a_step_in_the_published_scale()
    {
        WriteBatches();

        using PreparedTask data = _bench.Prepare("scifar", new SCifarSettings());

        Assert.Equal((90, 10, 10), FileTaskBench.Counts(data));
        Assert.Equal(3 * Pixels, data.Test.Values(0).Length);
        int label = data.Test.Label(3);
        float[] second = data.Test.Values(3)[3..6].ToArray();
        byte[] picture = Picture(label, seed: 1000 + label);
        Assert.Equal((picture[1] / 255f - 0.4914f) / 0.247f, second[0], 1e-4f);
        Assert.Equal((picture[Pixels + 1] / 255f - 0.4822f) / 0.243f, second[1], 1e-4f);
        Assert.Equal((picture[2 * Pixels + 1] / 255f - 0.4465f) / 0.261f, second[2], 1e-4f);
    }

    [Fact]
    public void Grey_is_luma_in_the_published_scale()
    {
        WriteBatches();

        using PreparedTask data = _bench.Prepare("image", new ImageSettings());

        byte[] picture = Picture(0, seed: 1000);
        double luma = 0.299 * picture[7] + 0.587 * picture[Pixels + 7] + 0.114 * picture[2 * Pixels + 7];
        int row = Enumerable.Range(0, 10).Single(r => data.Test.Label(r) == 0);
        Assert.Equal(Pixels, data.Test.Length(row));
        Assert.Equal(luma, data.Test.Values(row)[7] * 61.0 + 122.6, 0.51);
        Assert.Contains(data.Notes, n => n.Contains("near duplicates", StringComparison.Ordinal));
    }

    [Fact]
    public void Grey_levels_may_be_tokens()
    {
        WriteBatches();

        using PreparedTask real = _bench.Prepare("image", new ImageSettings()), tokens = _bench.Prepare("image", new ImageSettings { Input = PixelInput.Discrete });

        Assert.Equal(260, ((TokenInput)tokens.Shape.Input).Vocabulary.Count);
        Assert.Equal((int)Math.Round(real.Test.Values(2)[5] * 61 + 122.6), tokens.Test.Tokens(2)[5] - 4);
        Assert.Equal(TaskCatalog.Create("image", new ImageSettings { Input = PixelInput.Discrete }).Shape!.MaxLength, tokens.Shape.MaxLength);
    }

    [Fact]
    public void Idx_files_and_batches_give_the_same_grey_pictures()
    {
        WriteBatches();
        using PreparedTask batches = _bench.Prepare("image", new ImageSettings());
        foreach ((string name, int count, int first) in (ReadOnlySpan<(string, int, int)>)[("train20", 100, 0), ("test10", 10, 1000)])
        {
            byte[][] pictures = [.. Enumerable.Range(0, count).Select(i => Picture(i % 10, first + i))];
            _bench.WriteGzip($"idx/cifar10gray-{name}-images-idx3-ubyte.gz", [.. Header(0x803, count, 32, 32), .. pictures.SelectMany(Grey)]);
            _bench.WriteGzip($"idx/cifar10gray-{name}-labels-idx1-ubyte.gz", [.. Header(0x801, count), .. Enumerable.Range(0, count).Select(i => (byte)(i % 10))]);
        }

        using PreparedTask idx = _bench.Prepare("image", new ImageSettings { Layout = CifarLayout.Idx });
        LengthwiseException both = _bench.Refused("image", new ImageSettings());

        Assert.Equal(batches.Hash, idx.Hash);
        Assert.Contains("several layouts", both.Message, StringComparison.Ordinal);
        Assert.Contains("task.layout", both.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_of_pictures_give_the_same_as_batches()
    {
        for (int i = 0; i < 110; i++)
        {
            byte[] planes = Picture(i % 10, i < 100 ? i : 900 + i), packed = new byte[3 * Pixels];
            for (int p = 0; p < Pixels; p++)
                for (int c = 0; c < 3; c++) packed[3 * p + c] = planes[c * Pixels + p];
            string name = FormattableString.Invariant($"{(i < 100 ? "train" : "test")}/{Cifar.Classes[i % 10]}/{i:0000}.png");
            _bench.Write(name, ImageFile.EncodePng(new PixelImage(32, 32, ImageColour.Rgb, packed)));
        }
        using PreparedTask folders = _bench.Prepare("scifar", new SCifarSettings());
        Directory.Delete(_bench.Root, recursive: true);
        WriteBatches();

        using PreparedTask batches = _bench.Prepare("scifar", new SCifarSettings());

        Assert.Equal(FileTaskBench.Counts(batches), FileTaskBench.Counts(folders));
        Assert.Equal(
            Enumerable.Range(0, 10).Select(r => (batches.Test.Label(r), string.Join(' ', batches.Test.Values(r).ToArray()))).Order(),
            Enumerable.Range(0, 10).Select(r => (folders.Test.Label(r), string.Join(' ', folders.Test.Values(r).ToArray()))).Order());
    }

    [Fact]
    public void A_cut_batch_or_a_wrong_label_is_named()
    {
        WriteBatches();
        byte[] batch = File.ReadAllBytes(_bench.At("cifar-10-batches-bin/data_batch_1.bin"));
        _bench.Write("cifar-10-batches-bin/data_batch_1.bin", batch[..^5]);
        LengthwiseException cut = _bench.Refused("scifar", new SCifarSettings());
        batch[0] = 10;
        _bench.Write("cifar-10-batches-bin/data_batch_1.bin", batch);

        LengthwiseException label = _bench.Refused("scifar", new SCifarSettings());

        Assert.Contains("data_batch_1.bin, picture 49: found 3068 bytes", cut.Message, StringComparison.Ordinal);
        Assert.Contains("data_batch_1.bin, picture 0: found label 10", label.Message, StringComparison.Ordinal);
    }

    private void WriteBatches()
    {
        _bench.Write("cifar-10-batches-bin/data_batch_1.bin", Batch(50, 0));
        _bench.WriteGzip("cifar-10-batches-bin/data_batch_2.bin.gz", Batch(50, 50));
        _bench.Write("cifar-10-batches-bin/test_batch.bin", Batch(10, 1000));
        _bench.Write("cifar-10-batches-bin/batches.meta.txt", string.Join('\n', Cifar.Classes));
    }

    private static byte[] Batch(int count, int first) => [.. Enumerable.Range(0, count).SelectMany(i => (byte[])[(byte)(i % 10), .. Picture(i % 10, first + i)])];

    // Red, green and blue planes, one after another.
    private static byte[] Picture(int label, int seed)
    {
        var random = new RandomStream(seed, "picture");
        var planes = new byte[3 * Pixels];
        for (int i = 0; i < planes.Length; i++) planes[i] = (byte)(label * 20 + random.Next(50));
        return planes;
    }

    private static IEnumerable<byte> Grey(byte[] planes) =>
        Enumerable.Range(0, Pixels).Select(i => (byte)((19595 * planes[i] + 38470 * planes[Pixels + i] + 7471 * planes[2 * Pixels + i] + 32768) >> 16));

    private static byte[] Header(params int[] numbers)
    {
        var bytes = new byte[4 * numbers.Length];
        for (int i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 * i), numbers[i]);
        return bytes;
    }
}

using System.Buffers.Binary;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Modeling.Tests.Tasks.Files;

public sealed class FashionMnistFilesTests : IDisposable
{
    private readonly FileTaskBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void The_official_files_are_read_plain_or_gzip()
    {
        _bench.WriteGzip("raw/train-images-idx3-ubyte.gz", [.. Header(0x803, 60_000, 28, 28), .. Pixels(60_000)]);
        _bench.Write("raw/train-labels-idx1-ubyte", [.. Header(0x801, 60_000), .. Enumerable.Range(0, 60_000).Select(i => (byte)(i % 10))]);
        _bench.Write("raw/t10k-images-idx3-ubyte", [.. Header(0x803, 10_000, 28, 28), .. Pixels(10_000)]);
        _bench.WriteGzip("raw/t10k-labels-idx1-ubyte.gz", [.. Header(0x801, 10_000), .. Enumerable.Range(0, 10_000).Select(i => (byte)(i % 10))]);
        var settings = new FashionMnistSettings { Full = true, Path = _bench.Root, Side = 14, TrainSize = 700, ValidationSize = 300, TestSize = 200 };

        using PreparedTask data = TaskCatalog.Create("fashion-mnist", settings).Prepare(_bench.Cache, null, TestContext.Current.CancellationToken);

        Assert.Equal((700, 300, 200), FileTaskBench.Counts(data));
        Assert.Empty(data.Notes);
        Assert.All(FileTaskBench.Rows(data), r => Assert.Equal(data.Test.Values(r.Split.Label(r.Row))[0], r.Split.Values(r.Row)[0]));
    }

    [Fact]
    public void Files_of_another_size_and_missing_ones_are_named()
    {
        var settings = new FashionMnistSettings { Full = true, Path = _bench.Root };
        _bench.Write("train-images-idx3-ubyte", [.. Header(0x803, 2, 28, 28), .. Pixels(2)]);
        LengthwiseException missing = Refused(settings);
        _bench.Write("train-labels-idx1-ubyte", [.. Header(0x801, 2), 1, 2]);

        LengthwiseException small = Refused(settings);

        Assert.Contains("train-labels-idx1-ubyte", missing.Message, StringComparison.Ordinal);
        Assert.Contains("2 x 28 x 28", small.Message, StringComparison.Ordinal);
        Assert.Contains("lengthwise data get fashion-mnist", small.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_above_the_embedded_subset_need_the_full_files()
    {
        Assert.Contains("full = true", Assert.Single(new FashionMnistSettings { TrainSize = 50_000 }.Validate()), StringComparison.Ordinal);
        Assert.Contains("'path'", Assert.Single(new FashionMnistSettings { Path = _bench.Root }.Validate()), StringComparison.Ordinal);
        Assert.Empty(new FashionMnistSettings { Full = true, TrainSize = 55_000, ValidationSize = 5000, TestSize = 10_000 }.Validate());
    }

    private LengthwiseException Refused(FashionMnistSettings settings) =>
        Assert.Throws<LengthwiseException>(() => TaskCatalog.Create("fashion-mnist", settings).Prepare(_bench.Cache, null, TestContext.Current.CancellationToken));

    private static byte[] Pixels(int count)
    {
        var pixels = new byte[count * 784];
        for (int i = 0; i < count; i++) pixels.AsSpan(i * 784, 784).Fill((byte)(i % 10 * 25));
        return pixels;
    }

    private static byte[] Header(params int[] numbers)
    {
        var bytes = new byte[4 * numbers.Length];
        for (int i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 * i), numbers[i]);
        return bytes;
    }
}

using Lengthwise.Modeling.Data.Downloads;
using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Modeling.Tests.Tasks.Files;

public sealed class TaskFolderTests : IDisposable
{
    private readonly FileTaskBench _bench = new();

    private static DataOrigin One { get; } = new("nobody") { Folder = "one", Files = [new DownloadItem("a.tar.gz", new Uri("http://127.0.0.1/a.tar.gz"))] };

    private static DataOrigin Two { get; } = new("nobody")
    {
        Folder = "two",
        Files = [new DownloadItem("a.txt", new Uri("http://127.0.0.1/a.txt")), new DownloadItem("csv/b.txt", new Uri("http://127.0.0.1/b.txt"))],
    };

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_downloaded_archive_is_unpacked_once()
    {
        _bench.Write("inner/x.txt", "hello");
        Place(One, "a.tar.gz", File.ReadAllBytes(_bench.Archive()));
        FileSystemInfo first = Find(One);
        File.WriteAllText(Path.Combine(first.FullName, "inner/x.txt"), "changed");

        FileSystemInfo second = Find(One);

        Assert.Equal(first.FullName, second.FullName);
        Assert.Equal("changed", File.ReadAllText(Path.Combine(second.FullName, "inner/x.txt")));
    }

    [Fact]
    public void Half_a_download_does_not_pass_for_the_data()
    {
        Place(Two, "a.txt", [1]);

        LengthwiseException half = Assert.Throws<LengthwiseException>(() => Find(Two));
        Place(Two, "csv/b.txt", [2]);

        Assert.Contains("1 of 2 files are missing", half.Message, StringComparison.Ordinal);
        Assert.Equal(Two.In(_bench.Cache).FullName, Find(Two).FullName);
    }

    [Fact]
    public void A_part_of_an_archive_is_no_data()
    {
        Place(One, "a.tar.gz.download", [1, 2, 3]);

        Assert.Throws<LengthwiseException>(() => Find(One));
    }

    [Fact]
    public void What_a_person_put_there_is_taken_as_it_is()
    {
        Place(One, "set/train.txt", [1]);

        Assert.Equal(One.In(_bench.Cache).FullName, Find(One).FullName);
    }

    [Fact]
    public void A_stopped_unpacking_leaves_nothing_behind()
    {
        _bench.Write("x.txt", "hello");
        Place(One, "a.tar.gz", File.ReadAllBytes(_bench.Archive()));
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => new TaskFolder("one", One, _bench.Cache).Find("", null, stop.Token));

        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_bench.Cache.FullName, "data", "unpacked")));
    }

    private FileSystemInfo Find(DataOrigin origin) => new TaskFolder("task", origin, _bench.Cache).Find("", null, TestContext.Current.CancellationToken);

    private void Place(DataOrigin origin, string name, byte[] bytes)
    {
        string path = Path.Combine(origin.In(_bench.Cache).FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }
}

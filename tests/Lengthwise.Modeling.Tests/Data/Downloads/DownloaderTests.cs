using System.Security.Cryptography;
using Lengthwise.Modeling.Data.Downloads;
using Lengthwise.Tests.Serving;

namespace Lengthwise.Modeling.Tests.Data.Downloads;

public sealed class DownloaderTests : IDisposable
{
    private const int Size = 200_000;
    private static readonly DownloadOptions Impatient = new()
    {
        FirstDelay = TimeSpan.FromMilliseconds(1),
        LongestDelay = TimeSpan.FromMilliseconds(5),
        Silence = TimeSpan.FromSeconds(20),
        Attempts = 4,
    };

    private readonly TemporaryFolder _folder = new();
    private readonly ArchiveServer _server = new();
    private readonly Downloader _downloader = new(Impatient);
    private readonly byte[] _content = Random(1);

    public DownloaderTests() => _server.Files["a.tar.gz"] = _content;

    private FileInfo Target => new(_folder["a.tar.gz"]);

    private DownloadItem Item => new("a.tar.gz", _server.At("a.tar.gz")) { Bytes = Size, Checksum = SumOf(_content) };

    public void Dispose()
    {
        _downloader.Dispose();
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_arrives_whole_and_alone()
    {
        bool downloaded = await Get(Item);

        Assert.True(downloaded);
        Assert.Equal(_content, File.ReadAllBytes(Target.FullName));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(Target.FullName)!));
    }

    [Fact]
    public async Task A_good_file_is_not_downloaded_again_and_a_damaged_one_is()
    {
        await Get(Item);
        bool again = await Get(Item);
        File.WriteAllBytes(Target.FullName, Random(2));

        bool repaired = await Get(Item);

        Assert.False(again);
        Assert.True(repaired);
        Assert.Equal(_content, File.ReadAllBytes(Target.FullName));
    }

    [Fact]
    public async Task A_cut_connection_is_continued_where_it_was_cut()
    {
        _server.Faults.Enqueue(new() { CutAfter = 70_000 });
        _server.Faults.Enqueue(new() { CutAfter = 50_000 });

        await Get(Item);

        Assert.Equal(_content, File.ReadAllBytes(Target.FullName));
        Assert.Equal([null, "bytes=70000-", "bytes=120000-"], _server.Requests.Select(r => r.Range));
        Assert.Equal([null, "\"one\"", "\"one\""], _server.Requests.Select(r => r.IfRange));
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_is_read_from_the_beginning_again()
    {
        _server.IgnoresRanges = true;
        _server.Faults.Enqueue(new() { CutAfter = 70_000 });

        await Get(Item);

        Assert.Equal("bytes=70000-", _server.Requests.Last().Range);
        Assert.Equal(_content, File.ReadAllBytes(Target.FullName));
    }

    [Fact]
    public async Task A_file_that_changed_meanwhile_is_read_from_the_beginning_again()
    {
        byte[] newer = Random(3);
        DownloadItem item = Item with { Checksum = SumOf(newer) };
        _server.Faults.Enqueue(new() { CutAfter = 70_000 });
        _server.Faults.Enqueue(new() { Status = 404 });
        await Assert.ThrowsAsync<LengthwiseException>(() => Get(item));
        (_server.ETag, _server.Files["a.tar.gz"]) = ("\"two\"", newer);

        await Get(item);

        Assert.Equal(newer, File.ReadAllBytes(Target.FullName));
    }

    [Fact]
    public async Task Without_an_entity_tag_nothing_is_mixed()
    {
        _server.ETag = null;
        _server.Faults.Enqueue(new() { CutAfter = 70_000 });

        await Get(Item);

        Assert.Equal([null, null], _server.Requests.Select(r => r.Range));
        Assert.Equal(_content, File.ReadAllBytes(Target.FullName));
    }

    [Fact]
    public async Task A_part_that_belongs_to_nothing_known_is_thrown_away()
    {
        File.WriteAllBytes($"{Target.FullName}.download", Random(4)[..1000]);

        await Get(Item);

        Assert.Equal(_content, File.ReadAllBytes(Target.FullName));
        Assert.Null(Assert.Single(_server.Requests).Range);
    }

    [Fact]
    public async Task Wrong_bytes_of_the_right_size_are_refused_with_both_sums()
    {
        _server.Files["a.tar.gz"] = Random(5);

        LengthwiseException refused = await Assert.ThrowsAsync<LengthwiseException>(() => Get(Item));

        Assert.Equal(ExitCode.Data, refused.Code);
        Assert.Contains(SumOf(_content).Hex, refused.Message, StringComparison.Ordinal);
        Assert.Contains(SumOf(Random(5)).Hex, refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Target.FullName)!));
    }

    [Fact]
    public async Task A_file_of_another_size_is_refused_before_it_is_read()
    {
        _server.Files["a.tar.gz"] = "<html>please log in</html>"u8.ToArray();

        LengthwiseException refused = await Assert.ThrowsAsync<LengthwiseException>(() => Get(Item));

        Assert.Contains("26", refused.Message, StringComparison.Ordinal);
        Assert.Contains("200,000", refused.Message, StringComparison.Ordinal);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task More_bytes_than_expected_are_not_read_to_the_end()
    {
        _server.HidesLength = true;
        _server.Files["a.tar.gz"] = new byte[50 * Size];

        LengthwiseException refused = await Assert.ThrowsAsync<LengthwiseException>(() => Get(Item));

        Assert.Contains("expected 200,000", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "is not there")]
    [InlineData(403, "denied")]
    [InlineData(407, "proxy")]
    public async Task An_answer_that_will_not_change_is_told_at_once(int status, string expected)
    {
        _server.Faults.Enqueue(new() { Status = status });

        LengthwiseException refused = await Assert.ThrowsAsync<LengthwiseException>(() => Get(Item));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.Contains($"{status}", refused.Message, StringComparison.Ordinal);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task A_busy_server_is_asked_again()
    {
        _server.Faults.Enqueue(new() { Status = 503, Header = "Retry-After: 0\r\n" });
        _server.Faults.Enqueue(new() { Status = 429 });

        await Get(Item);

        Assert.Equal(3, _server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_is_always_busy_is_given_up()
    {
        for (int i = 0; i < 20; i++) _server.Faults.Enqueue(new() { Status = 500 });

        LengthwiseException refused = await Assert.ThrowsAsync<LengthwiseException>(() => Get(Item));

        Assert.Contains("500", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Impatient.Attempts, _server.Requests.Count);
    }

    [Fact]
    public async Task Redirections_are_followed_and_endless_ones_are_not()
    {
        _server.Redirects["moved"] = "/a.tar.gz";
        _server.Redirects["round"] = "/round";

        await Get(Item with { Address = _server.At("moved") });
        LengthwiseException refused = await Assert.ThrowsAsync<LengthwiseException>(() => Get(Item with { Name = "b", Address = _server.At("round") }, "b"));

        Assert.Equal(_content, File.ReadAllBytes(Target.FullName));
        Assert.Contains("redirection", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_connection_counts_as_cut()
    {
        using var downloader = new Downloader(Impatient with { Silence = TimeSpan.FromMilliseconds(300), Attempts = 1 });
        _server.Faults.Enqueue(new() { CutAfter = 1000, Hangs = true });

        LengthwiseException refused = await Assert.ThrowsAsync<LengthwiseException>(() => downloader.GetAsync(Item, Target, null, TestContext.Current.CancellationToken));

        Assert.Contains("nothing arrived", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_server_or_a_name_the_network_is_blamed()
    {
        using var gone = new ArchiveServer();
        Uri nobody = gone.At("a.tar.gz");
        gone.Dispose();

        LengthwiseException refused = await Assert.ThrowsAsync<LengthwiseException>(() => Get(Item with { Address = nobody }));
        LengthwiseException unknown = await Assert.ThrowsAsync<LengthwiseException>(() => Get(Item with { Address = new Uri("http://no-such-host.invalid/a.tar.gz") }));

        Assert.Contains("refused", refused.Message, StringComparison.Ordinal);
        Assert.All([refused, unknown], e => Assert.Contains("network", e.Hint, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_interrupted_download_keeps_what_arrived_and_continues()
    {
        using var stop = new CancellationTokenSource();
        _server.Faults.Enqueue(new() { CutAfter = 70_000, Hangs = true });
        Task<bool> download = _downloader.GetAsync(Item, Target, null, stop.Token);
        await UntilArrived(70_000, download);
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => download);
        long kept = new FileInfo($"{Target.FullName}.download").Length;

        await Get(Item);

        Assert.Equal(70_000, kept);
        Assert.Equal("bytes=70000-", _server.Requests.Last().Range);
        Assert.Equal(_content, File.ReadAllBytes(Target.FullName));
    }

    [Fact]
    public async Task Two_at_once_do_not_write_the_same_part()
    {
        using PartialDownload other = PartialDownload.Open(Target.FullName);

        LengthwiseException refused = await Assert.ThrowsAsync<LengthwiseException>(() => Get(Item));

        Assert.Contains("another process", refused.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_ends_with_all_bytes()
    {
        var reports = new List<DownloadProgress>();

        await _downloader.GetAsync(Item, Target, new Listener(reports.Add), TestContext.Current.CancellationToken);

        Assert.Contains(reports, r => r is { What: "downloading", Done: Size, Total: Size });
        Assert.Contains(reports, r => r is { What: "checking", Done: Size });
    }

    [Fact]
    public void A_mirror_keeps_the_names_below_its_address()
    {
        var item = new DownloadItem("csv/a.csv", new Uri("https://example.org/x/y/a.csv"));

        Assert.Equal("http://mirror.example/sets/csv/a.csv", item.At(new Uri("http://mirror.example/sets")).Address.AbsoluteUri);
        Assert.Equal("http://mirror.example/sets/csv/a.csv", item.At(new Uri("http://mirror.example/sets/")).Address.AbsoluteUri);
    }

    private async Task UntilArrived(long bytes, Task download)
    {
        var part = new FileInfo($"{Target.FullName}.download");
        long began = TimeProvider.System.GetTimestamp();
        for (; !part.Exists || part.Length < bytes; part.Refresh())
        {
            Assert.False(download.IsCompleted, "the download ended before it was interrupted");
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(1), $"{(part.Exists ? part.Length : 0)} of {bytes} bytes are in the file");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    private Task<bool> Get(DownloadItem item, string name = "a.tar.gz") =>
        _downloader.GetAsync(item, new FileInfo(_folder[name]), null, TestContext.Current.CancellationToken);

    private static byte[] Random(int seed)
    {
        var bytes = new byte[Size];
        var random = new RandomStream(seed, "download");
        for (int i = 0; i < Size; i++) bytes[i] = (byte)random.Next(256);
        return bytes;
    }

    private static Checksum SumOf(byte[] content) => Checksum.Sha256(Convert.ToHexStringLower(SHA256.HashData(content)));

    private sealed class Listener(Action<DownloadProgress> hear) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => hear(value);
    }
}
